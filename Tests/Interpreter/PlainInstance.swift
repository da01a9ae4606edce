import Engine

/// A module with its imports bound.
public final class PlainInstance {
  /// The module.
  public let module: Module
  /// The store.
  public unowned let store: PlainStore
  /// Number in the store, in order of instantiation.
  public let number: Int
  /// The file.
  let code: UnsafePointer<UInt8>
  /// Index spaces, imports first.
  public internal(set) var functions: [PlainFunction] = []
  /// The tables.
  public internal(set) var tables: [PlainTable] = []
  /// The memories.
  public internal(set) var memories: [PlainMemory] = []
  /// The globals.
  public internal(set) var globals: [PlainGlobal] = []
  /// The tags.
  public internal(set) var tags: [PlainTag] = []
  /// The element segments; dropped ones are empty.
  var elements: [[PlainValue]] = []
  /// The data segments; dropped ones are empty.
  var data: [Range<Int>] = []

  init(_ module: Module, _ store: PlainStore) {
    self.module = module
    self.store = store
    number = store.nextInstanceNumber()
    let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: module.bytes.count)
    _ = copy.initialize(from: module.bytes)
    guard let base = copy.baseAddress else { fatalError("an empty module") }
    code = UnsafePointer(base)
  }

  deinit { code.deallocate() }

  /// What is exported under a name.
  public func export(named name: [UInt8]) -> PlainExtern? {
    guard let export = module.exports.first(where: { $0.name == name }) else { return nil }
    switch export.kind {
    case .function: return .function(functions[export.index])
    case .table: return .table(tables[export.index])
    case .memory: return .memory(memories[export.index])
    case .global: return .global(globals[export.index])
    case .tag: return .tag(tags[export.index])
    }
  }

  func clear() {
    functions = []
    tables = []
    memories = []
    globals = []
  }
}
