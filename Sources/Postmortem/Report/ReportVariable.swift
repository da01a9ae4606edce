/// A variable or parameter of a function of the source.
public struct ReportVariable: Sendable, Equatable {
  /// The name in the source.
  public var name: String
  /// The type, close to the spelling of the source language.
  public var type: String
  /// The value in the manner of a literal; nil if there is none.
  public var text: String?
  /// Why there is no value, such as `optimised out`; nil if there is one.
  public var reason: String?
  /// Whether the caller gave it.
  public var isParameter: Bool
  /// Whether the value depends on a global that may have changed since.
  public var isUncertain: Bool

  /// A variable of these parts.
  public init(
    name: String, type: String, text: String?, reason: String? = nil, isParameter: Bool = false,
    isUncertain: Bool = false
  ) {
    self.name = name
    self.type = type
    self.text = text
    self.reason = reason
    self.isParameter = isParameter
    self.isUncertain = isUncertain
  }
}
