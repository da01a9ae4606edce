/// What this implementation accepts at most; the limits that web engines agree on.
public enum ImplementationLimits {
  public static let types: UInt64 = 1_000_000
  public static let functions: UInt64 = 1_000_000
  public static let imports: UInt64 = 1_000_000
  public static let exports: UInt64 = 1_000_000
  public static let globals: UInt64 = 1_000_000
  public static let tables: UInt64 = 100_000
  public static let dataSegments: UInt64 = 100_000
  public static let elementSegments: UInt64 = 10_000_000
  public static let parameters: UInt64 = 1_000
  public static let results: UInt64 = 1_000
  /// Parameters included.
  public static let locals: UInt64 = 50_000
  public static let bodyBytes: UInt64 = 7_654_321
  public static let branchTargets: UInt64 = 65_520
  /// Elements of a table at the start, and of an element segment.
  public static let tableElements: UInt64 = 10_000_000
  public static let memoryPages: UInt64 = 65_536
  /// Values on the operand stack of one function, a bound that web engines leave to memory.
  public static let operands: UInt64 = 1_000_000
  /// Bytes of a module.
  public static let moduleBytes: UInt64 = 1_073_741_824
}
