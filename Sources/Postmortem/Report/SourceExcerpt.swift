/// Some lines of a source file around one that matters.
public struct SourceExcerpt: Sendable, Equatable {
  /// Path of the file that was read.
  public var path: String
  /// Number of the first of `lines`, from 1.
  public var firstLine: Int
  /// The lines, printable and with tabs as spaces.
  public var lines: [String]
  /// Number of the line that matters, from 1.
  public var markedLine: Int

  /// An excerpt of these parts.
  public init(path: String, firstLine: Int, lines: [String], markedLine: Int) {
    self.path = path
    self.firstLine = firstLine
    self.lines = lines
    self.markedLine = markedLine
  }
}
