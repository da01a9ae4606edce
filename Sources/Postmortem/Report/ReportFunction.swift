/// A function of the source that was running, compiled on its own or inlined into another.
public struct ReportFunction: Sendable, Equatable {
  /// Whose code it is.
  public enum Origin: String, Sendable {
    /// The author's.
    case own
    /// Panic machinery, standard library, what the compiler added.
    case runtime
    /// The console's: a host function, of which there is no source here.
    case host
  }

  /// The name in a form for people, without control characters.
  public var name: String
  /// The path of the source file as the compiler knew it.
  public var file: String?
  /// The line, from 1.
  public var line: Int?
  /// The column, from 1.
  public var column: Int?
  /// Whether the next function of the frame is the one that this was inlined into.
  public var isInlined: Bool
  /// Whose code it is.
  public var origin: Origin
  /// Parameters and variables in scope; empty where they are not known or not asked for.
  public var variables: [ReportVariable]
  /// The lines around the place, if the file was found.
  public var excerpt: SourceExcerpt?

  /// A function of these parts.
  public init(
    name: String, file: String? = nil, line: Int? = nil, column: Int? = nil,
    isInlined: Bool = false, origin: Origin = .own, variables: [ReportVariable] = [],
    excerpt: SourceExcerpt? = nil
  ) {
    self.name = name
    self.file = file
    self.line = line
    self.column = column
    self.isInlined = isInlined
    self.origin = origin
    self.variables = variables
    self.excerpt = excerpt
  }

  /// `FILE:LINE:COLUMN` as far as known; nil without a file.
  public var place: String? {
    guard let file else { return nil }
    var place = visible(file, limit: 512)
    if let line {
      place += ":\(line)"
      if let column { place += ":\(column)" }
    }
    return place
  }
}
