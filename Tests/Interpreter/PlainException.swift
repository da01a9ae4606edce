import Engine

/// A tag: a kind of exception.
public final class PlainTag: Sendable {
  /// What its exceptions carry.
  public let parameters: [ValueType]

  /// A tag, different from all others.
  public init(_ parameters: [ValueType]) { self.parameters = parameters }
}

/// An exception.
public final class PlainException: Sendable {
  /// The kind.
  public let tag: PlainTag
  /// What it carries.
  public let values: [PlainValue]

  init(_ tag: PlainTag, _ values: [PlainValue]) {
    self.tag = tag
    self.values = values
  }
}
