/// Walk 1: validates function bodies and summarises them for walk 2.
public struct FunctionValidator: ~Copyable {
  /// Creates a validator for the bodies of `module`, which it keeps alive.
  public init(_ module: Module) { fatalError() }

  /// Validates the body of the defined function `index` (0 = first body).
  ///
  /// The summary is valid until the next call.
  public mutating func validate(function index: Int) throws(ValidationError) -> FunctionSummary { fatalError() }
}
