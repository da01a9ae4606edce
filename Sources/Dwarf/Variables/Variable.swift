/// A variable or parameter of a function, with its value where that can be told.
public struct Variable: Sendable, Hashable {
  /// A value, or why there is none.
  public enum Value: Sendable, Hashable {
    /// The value in the manner of a literal, shortened where it is long.
    case text(String)
    /// No value can be told.
    case notAvailable(Reason)
  }

  /// Why a value cannot be told.
  public enum Reason: String, Sendable, Hashable {
    /// The compiler kept it nowhere.
    case optimisedOut = "optimised out"
    /// The compiler kept it, but not at this instruction.
    case notHere = "not available at this instruction"
    /// The local, global or operand that holds it is not known.
    case unknownState = "the value that holds it is not known"
    /// Its address is not within the memory.
    case badAddress = "its address is outside the memory"
    /// It lies where this reader cannot follow, or the debug information makes no sense.
    case unsupported = "described in a way that is not supported"
  }

  /// The name in the source.
  public var name: String
  /// The type in the source, close to the spelling of its language.
  public var type: String
  /// Whether the caller gave it.
  public var isParameter: Bool
  /// The value.
  public var value: Value
  /// Whether the value depends on a global that may have changed since.
  public var isUncertain = false
}
