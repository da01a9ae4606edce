import CZlib

/// The fonts that the shell can draw with: those of the system's `fonts-spleen`, else our own.
///
/// A size is read when it is first wanted, so that a start pays for one small file at most.
public struct FontShelf {
  /// A font, and how many window pixels one of its pixels takes.
  public struct Choice {
    /// The font to draw with.
    public var font: BitmapFont
    /// Whole-number magnification.
    public var scale: Int

    /// A choice of these parts; a scale below 1 counts as 1.
    public init(font: BitmapFont, scale: Int) {
      self.font = font
      self.scale = max(1, scale)
    }
  }

  /// Where Debian's package puts the console fonts; tests point elsewhere.
  public static let systemFolder = "/usr/share/consolefonts"

  private static let sizes: [(width: Int, height: Int)] = [
    (32, 64), (16, 32), (12, 24), (8, 16), (6, 12), (5, 8),
  ]
  private let folder: String
  private var loaded: [Int: BitmapFont] = [:]

  /// A shelf over the fonts in `folder`.
  public init(folder: String = FontShelf.systemFolder) { self.folder = folder }

  /// The largest choice that shows at least `columns` by `rows` cells in a window.
  ///
  /// Where nothing is small enough, the smallest there is.
  public mutating func choose(
    windowWidth: Int, windowHeight: Int, columns: Int = 90, rows: Int = 30
  ) -> Choice {
    for size in Self.sizes {
      let fits = windowWidth / size.width >= columns && windowHeight / size.height >= rows
      guard fits || size.width == 5, let font = spleen(size.width, size.height) else { continue }
      return Choice(font: font, scale: 1)
    }
    let own = BitmapFont.fallback
    let scale = min(windowWidth / (own.width * columns), windowHeight / (own.height * rows))
    return Choice(font: own, scale: scale)
  }

  private mutating func spleen(_ width: Int, _ height: Int) -> BitmapFont? {
    if let font = loaded[width] { return font }
    let path = "\(folder)/spleen-\(width)x\(height).psfu.gz"
    guard let bytes = readCompressed(path: path, limit: 1 << 20),
      let font = try? BitmapFont(psf: bytes)
    else { return nil }
    loaded[width] = font
    return font
  }
}

/// The content of a gzip (or plain) file; nil where it is missing, damaged or above `limit` bytes.
private func readCompressed(path: String, limit: Int) -> [UInt8]? {
  guard let file = gzopen(path, "rb") else { return nil }
  defer { gzclose(file) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 65536)
  while true {
    let count = Int(gzread(file, &chunk, UInt32(chunk.count)))
    guard count >= 0, bytes.count + count <= limit else { return nil }
    if count == 0 { return bytes }
    bytes.append(contentsOf: chunk[..<count])
  }
}
