import CMachine

/// Byte offsets from r14 of what a module's instances keep in their context.
///
/// The fixed head is `vm_context`; the variable part follows it, see `vm_context.h`.
public struct ContextLayout: Sendable {
  private let ownGlobals: Int
  private let importedGlobals: Int
  private let importedFunctions: Int
  private let tables: Int
  private let moreMemories: Int
  private let tags: Int
  private let importedGlobalCount: Int
  /// Bytes of a whole context.
  public let size: Int

  /// Lays out the context of a module's instances.
  init(_ module: FlatModule) {
    importedGlobalCount = module.importedGlobalCount
    ownGlobals = (MemoryLayout<vm_context>.size + 15) & ~15
    importedGlobals = ownGlobals + 16 * (module.globalCount - module.importedGlobalCount)
    importedFunctions = importedGlobals + 8 * module.importedGlobalCount
    tables = importedFunctions + 8 * module.importedFunctionCount
    moreMemories = tables + 8 * module.tableCount
    tags = moreMemories + MemoryLayout<vm_memory_view>.stride * max(0, module.memoryCount - 1)
    size = tags + 8 * module.tagCount
  }

  /// Whether global `index` is imported: its context entry is a pointer, not the value.
  @inline(__always) public func isImportedGlobal(_ index: Int) -> Bool {
    index < importedGlobalCount
  }
  /// Place of global `index` (whole index space): its value if own, a pointer to it if imported.
  @inline(__always) public func global(_ index: Int) -> Int {
    index < importedGlobalCount
      ? importedGlobals + 8 * index : ownGlobals + 16 * (index - importedGlobalCount)
  }
  /// Place of the `vm_function *` of imported function `index`.
  @inline(__always) public func importedFunction(_ index: Int) -> Int {
    importedFunctions + 8 * index
  }
  /// Place of the `vm_table *` of table `index`.
  @inline(__always) public func table(_ index: Int) -> Int { tables + 8 * index }

  /// Place of the `vm_memory_view` of memory `index`.
  @inline(__always) public func memory(_ index: Int) -> Int {
    index == 0 ? 0 : moreMemories + MemoryLayout<vm_memory_view>.stride * (index - 1)
  }

  /// Place of the `vm_tag *` of tag `index`.
  @inline(__always) public func tag(_ index: Int) -> Int { tags + 8 * index }

  /// Place of the length of memory 0.
  static let memoryLength = Int32(MemoryLayout<vm_memory_view>.offset(of: \.length) ?? 0)
  static let stackLimit = Int32(MemoryLayout<vm_context>.offset(of: \.stack_limit) ?? 0)
  static let results = Int32(MemoryLayout<vm_context>.offset(of: \.results) ?? 0)
  static let store = Int32(MemoryLayout<vm_context>.offset(of: \.store) ?? 0)
  /// Place of the units that are left, from the store's address.
  static let fuelInStore = Int32(MemoryLayout<vm_store>.offset(of: \.fuel) ?? 0)
  private static let builtins = Int32(MemoryLayout<vm_context>.offset(of: \.builtins) ?? 0)
  /// Place of the code address of a builtin.
  static func builtin(_ builtin: vm_builtin) -> Int32 { builtins + 8 * Int32(builtin.rawValue) }
}
