import CMachine
import Engine

/// The lasting part of an instance: what its context points to.
///
/// Owned by the store.
final class InstanceRecord {
  let compiled: CompiledModule
  let number: Int
  let context: UnsafeMutablePointer<vm_context>
  let codeBase: UInt64
  /// The whole function index space.
  let functions: FunctionRecords
  var tables: [Table.Parts] = []
  var memories: [Memory.Parts] = []
  var globals: [Global.Parts] = []
  var tags: [UnsafeMutablePointer<vm_tag>] = []
  /// Exports by name, made when first asked for.
  lazy var exports: [[UInt8]: Export] = Dictionary(
    compiled.module.exports.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

  init(
    _ compiled: CompiledModule, number: Int, context: UnsafeMutablePointer<vm_context>,
    codeBase: UInt64, functions: FunctionRecords
  ) {
    self.compiled = compiled
    self.number = number
    self.context = context
    self.codeBase = codeBase
    self.functions = functions
  }
}

/// A module with its imports bound, ready to run.
public final class Instance: @unchecked Sendable {
  /// The store it lives in.
  public let store: Store
  let record: InstanceRecord

  init(_ record: InstanceRecord, _ store: Store) {
    self.record = record
    self.store = store
  }

  /// Links, initialises and starts an instance of `compiled` (spec 4.5.4).
  ///
  /// What segments have written to shared tables and memories before a trap stays written.
  public convenience init(
    _ compiled: CompiledModule, imports: Imports, store: Store
  ) throws(InstantiationError) {
    var instantiation = Instantiation(compiled, imports, store)
    self.init(try instantiation.run(), store)
  }

  /// Its module.
  public var compiled: CompiledModule { record.compiled }
  /// Number in the store, in order of instantiation.
  public var number: Int { record.number }

  /// What is exported under a name, nil if nothing is.
  public func export(named name: String) -> Extern? { export(named: Array(name.utf8)) }

  /// What is exported under a name's UTF-8 bytes, nil if nothing is.
  public func export(named name: [UInt8]) -> Extern? {
    guard let export = record.exports[name] else { return nil }
    switch export.kind {
    case .function: return function(export.index).map { .function($0) }
    case .table: return .table(tables[export.index])
    case .memory: return .memory(memories[export.index])
    case .global: return .global(globals[export.index])
    case .tag: return .tag(tags[export.index])
    }
  }

  /// Function `index` of the whole index space.
  public func function(_ index: Int) -> Function? {
    guard index >= 0, index < compiled.module.functionCount else { return nil }
    return Function(store: store, record: record.functions[index])
  }

  /// Calls a function of the instance's store.
  public func call(_ function: Function, _ arguments: [Value] = []) throws(Trap) -> [Value] {
    try function.call(arguments)
  }

  /// Tables in index order, imported ones first.
  public var tables: [Table] { record.tables.map { $0.table(in: store) } }
  /// Memories in index order, imported ones first.
  public var memories: [Memory] { record.memories.map { $0.memory(in: store) } }
  /// Globals in index order, imported ones first.
  public var globals: [Global] { record.globals.map { $0.global(in: store) } }
  /// Tags in index order, imported ones first.
  public var tags: [Tag] { record.tags.map { Tag(store: store, handle: $0) } }
}

// Records must not hold on to the store that owns them: they keep parts without it.

extension Table {
  struct Parts {
    let handle: UnsafeMutablePointer<vm_table>
    let element: ValueType
    let maximum: UInt64?

    func table(in store: Store) -> Table {
      Table(store: store, handle: handle, element: element, maximum: maximum)
    }
  }
  var parts: Parts { Parts(handle: handle, element: element, maximum: maximum) }
}

extension Memory {
  struct Parts {
    let handle: UnsafeMutablePointer<vm_memory>
    let maximum: UInt64?

    func memory(in store: Store) -> Memory {
      Memory(store: store, handle: handle, maximum: maximum)
    }
  }
  var parts: Parts { Parts(handle: handle, maximum: maximum) }
}

extension Global {
  struct Parts {
    let cell: UnsafeMutablePointer<UInt64>
    let type: GlobalType

    func global(in store: Store) -> Global { Global(store: store, cell: cell, type: type) }
  }
  var parts: Parts { Parts(cell: cell, type: type) }
}
