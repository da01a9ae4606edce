/// Function and local names from the custom section `name`, for people to read.
///
/// Tolerant: a broken subsection ends where it breaks, the rest is kept. Names are stored as
/// ranges of the file; memory is a small multiple of the section's size.
public struct NameSection: Sendable {
  /// The name of the module, cleaned for display.
  public var moduleName: String? { nil }
  /// The name of a function, cleaned for display.
  public func functionName(_ index: Int) -> String? { nil }
  /// The name of a local (parameters first), cleaned for display.
  public func localName(_ local: Int, inFunction function: Int) -> String? { nil }
  /// The bytes of a function's name as they stand in the file.
  public func functionNameBytes(_ index: Int) -> ArraySlice<UInt8>? { nil }
}
