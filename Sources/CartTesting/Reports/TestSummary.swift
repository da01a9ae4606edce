/// What all cases of a run come to.
public struct TestSummary: Sendable {
  /// How fast the frames of a cart were.
  public struct Speed: Sendable, Encodable {
    /// As the case files name it, seen from where the program runs.
    public var cart: String
    /// Frames of all its cases.
    public var frames = 0
    /// Wall-clock seconds that they took.
    public var seconds = 0.0

    /// Frames a second of one core.
    public var framesPerSecond: Int { seconds > 0 ? Int(Double(frames) / seconds) : 0 }
  }

  /// Cases of each outcome.
  public private(set) var (passed, failed, skipped) = (0, 0, 0)
  /// Snapshots that were made or written anew.
  public private(set) var written: [String] = []
  /// The carts, in the order of their first cases.
  public private(set) var speeds: [Speed] = []
  private var indices: [String: Int] = [:]

  /// A run without cases.
  public init() {}

  /// Counts a case.
  public mutating func add(_ one: CartCase, _ verdict: CaseVerdict) {
    switch verdict.outcome {
    case .passed: passed += 1
    case .failed: failed += 1
    case .skipped: skipped += 1
    }
    written += verdict.written
    guard verdict.frames > 0 else { return }
    let cart = Self.shortened(one.path(of: one.cart))
    let index = indices[cart] ?? speeds.count
    if index == speeds.count {
      indices[cart] = index
      speeds.append(Speed(cart: cart))
    }
    speeds[index].frames += verdict.frames
    speeds[index].seconds += verdict.frameSeconds
  }

  /// The path without `.` and the parts that `..` takes back.
  private static func shortened(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else {
        parts.append(part)
      }
    }
    return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }

  /// The last line of a run: `N passed, N failed`, and `N skipped` if there are any.
  public var line: String {
    "\(passed) passed, \(failed) failed" + (skipped > 0 ? ", \(skipped) skipped" : "")
  }
}
