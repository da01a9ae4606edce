/// What this implementation accepts at most: the limits that web engines agree on, but for branch
/// tables.
public enum ImplementationLimits {
  /// Function types of a module.
  public static let types: UInt64 = 1_000_000
  /// Types that a process has met when a reference names one.
  static let referencedTypes: UInt64 = 1 << 22 - 2
  /// Supertypes above a type.
  static let supertypes: UInt64 = 63
  /// Functions of a module, imported ones included.
  public static let functions: UInt64 = 1_000_000
  /// Imports of a module.
  public static let imports: UInt64 = 1_000_000
  /// Exports of a module.
  public static let exports: UInt64 = 1_000_000
  /// Globals of a module, imported ones included.
  public static let globals: UInt64 = 1_000_000
  /// Tables of a module, imported ones included.
  public static let tables: UInt64 = 100_000
  /// Tags of a module, imported ones included.
  public static let tags: UInt64 = 1_000_000
  /// Memories of a module, imported ones included.
  public static let memories: UInt64 = 100
  /// Data segments of a module.
  public static let dataSegments: UInt64 = 100_000
  /// Element segments of a module.
  public static let elementSegments: UInt64 = 10_000_000
  /// Parameters of a function or block.
  public static let parameters: UInt64 = 1_000
  /// Results of a function or block.
  public static let results: UInt64 = 1_000
  /// Locals of a function, parameters included.
  public static let locals: UInt64 = 50_000
  /// Bytes of a function body.
  public static let bodyBytes: UInt64 = 7_654_321
  /// Targets of a `br_table`, its default not counted.
  ///
  /// Web engines end at 65,520.
  public static let branchTargets: UInt64 = 1_000_000
  /// Elements of a table at the start, and of an element segment.
  public static let tableElements: UInt64 = 10_000_000
  /// Pages of a memory.
  public static let memoryPages: UInt64 = 65_536
  /// Values on the operand stack of one function, a bound that web engines leave to memory.
  public static let operands: UInt64 = 1_000_000
  /// Bytes of a module.
  public static let moduleBytes: UInt64 = 1_073_741_824
  /// Bytes of machine code of any module; jumps reach 2 GiB.
  public static let codeBytes: UInt64 = 536_870_912

  /// Bytes of machine code of the functions that end before so many bytes of a module.
  ///
  /// Programs take two to ten times their size. A call of two bytes that moves a thousand values of
  /// alternating types makes thirty thousand; there the limit keeps a small file from costing much.
  public static func codeBytes(ofFile bytes: Int) -> UInt64 {
    min(codeBytes, 64 << 20 + 64 * UInt64(bytes))
  }
}
