/// A function that was running, as the source knows it: compiled on its own or inlined.
public struct SourceFrame: Sendable, Hashable {
  /// The linkage name, mangled as a rule, or else the plain name; nil if there is none.
  ///
  /// `Demangler` makes it readable.
  public var function: String?
  /// The path of the source file as the compiler was given it; nil if it is not known.
  public var file: String?
  /// The line from 1 on; nil for code that the compiler made up.
  public var line: Int?
  /// The column from 1 on, or 0 for the whole line; nil if it is not known.
  public var column: Int?
  /// For code without a line of its own the line of the instructions before it.
  public var nearbyLine: Int?
  /// Whether the next frame is the function that this one was inlined into.
  public var isInlined: Bool
}
