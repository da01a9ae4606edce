/// Where a run first differs from its recording.
public struct ReplayDifference: Error, Equatable, Sendable, CustomStringConvertible {
  /// What differs.
  public enum What: Equatable, Sendable {
    /// The picture.
    case picture
    /// The memory, while the pictures are still the same.
    case memory
    /// How the frame ended.
    case outcome(recorded: String, now: String)
  }

  /// Number of the first frame that is known to differ; 0 for the start.
  public var frame: Int
  /// What differs in it.
  public var what: What
  /// Pages of 64 KiB of the memory that differ; nil where they were not compared.
  public var pages: [Int]?
  /// The frame in which the pages were compared: up to a second later.
  public var pagesFrame: Int

  /// What differs where, in one line.
  public var description: String {
    var text = "frame \(frame) differs: "
    switch what {
    case .picture: text += "the picture"
    case .memory: text += "the memory"
    case .outcome(let recorded, let now): text += "recorded was \(recorded), this is \(now)"
    }
    guard let pages else { return text }
    if pages.isEmpty { return text + "; the memory is the same in frame \(pagesFrame)" }
    let shown = pages.prefix(16).map { "0x" + String($0 << 16, radix: 16) }
    text += "; in frame \(pagesFrame) the memory differs in \(pages.count) "
    text +=
      (pages.count == 1 ? "page" : "pages") + " of 64 KiB, at " + shown.joined(separator: ", ")
    return pages.count > shown.count ? text + " ..." : text
  }
}
