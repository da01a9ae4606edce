import CMachine
import Engine

/// Makes an instance: link, allocate, initialise, start (spec 4.5.4).
struct Instantiation {
  private let compiled: CompiledModule
  private let module: Module
  private let imports: Imports
  private let store: Store

  private let functions: FunctionRecords
  private var tables: [Table] = []
  private var memories: [Memory] = []
  private var globals: [Global] = []
  private var tags: [Tag] = []

  init(_ compiled: CompiledModule, _ imports: Imports, _ store: Store) {
    self.compiled = compiled
    module = compiled.module
    self.imports = imports
    self.store = store
    functions = FunctionRecords(compiled, store)
  }

  mutating func run() throws(InstantiationError) -> InstanceRecord {
    for item in module.imports { try link(item) }
    guard let image = store.image(of: compiled) else {
      throw .resources("no room for \(compiled.code.count) bytes of code")
    }
    let layout = compiled.layout
    let raw = store.allocate(bytes: layout.size)
    let context = raw.bindMemory(to: vm_context.self, capacity: 1)
    vm_store_adopt(store.handle, context)
    if compiled.preservesVectors { store.handle.pointee.spares_vectors = 0 }
    functions.define(context, codeBase: image.base)
    let record = InstanceRecord(
      compiled, number: store.instanceCount, context: context, codeBase: image.base,
      functions: functions)
    try makeTablesAndMemories(context)
    try makeGlobals(raw)
    fillIn(raw, context)
    record.tables = tables.map(\.parts)
    record.memories = memories.map(\.parts)
    record.globals = globals.map(\.parts)
    record.tags = tags.map(\.handle)
    makeSegments(context)
    store.add(record)
    try initialise(context)
    if let start = module.start {
      do {
        _ = try Function(store: store, record: functions[start]).call()
      } catch {
        throw .trap(error)
      }
    }
    return record
  }

  // MARK: Linking

  private func isWanted(_ function: HostFunction, as item: Import) -> Bool {
    guard case .function(let type) = item.kind else { return false }
    return module.typeIDs[type] == TypeRegistry.id(of: function.type)
  }

  private mutating func link(_ item: Import) throws(InstantiationError) {
    func failure(_ reason: String) -> InstantiationError {
      .link(
        LinkError(
          module: displayed(item.module), name: displayed(item.name), reason: reason))
    }
    let found: Extern
    switch imports.item(for: item) {
    case .host(let overloads):
      let match = overloads.first { isWanted($0, as: item) } ?? overloads[0]
      found = .function(store.makeFunction(match))
    case .extern(let extern): found = extern
    case nil:
      guard case .function(let type) = item.kind, imports.missing != .error else {
        throw failure("unknown import")
      }
      found = .function(store.makeFunction(stand(in: item, module.types[type])))
    }
    switch (item.kind, found) {
    case (.function(let type), .function(let function)):
      guard function.store === store else { throw failure("belongs to another store") }
      let found = function.record.pointee.signature
      guard TypeRegistry.isSubtype(found, of: module.typeIDs[type]) else {
        let wanted = module.types[type]
        throw failure("incompatible import type: wanted \(wanted), found \(function.type)")
      }
      functions.link(function.record)
    case (.table(let wanted), .table(let table)):
      guard table.store === store else { throw failure("belongs to another store") }
      let type = table.type
      guard type.element == wanted.element, type.address == wanted.address,
        type.limits.match(wanted.limits)
      else {
        throw failure("incompatible import type: wanted \(wanted), found \(type)")
      }
      tables.append(table)
    case (.memory(let wanted), .memory(let memory)):
      guard memory.store === store else { throw failure("belongs to another store") }
      let type = memory.type
      guard type.address == wanted.address, type.limits.match(wanted.limits) else {
        throw failure("incompatible import type: wanted \(wanted), found \(type)")
      }
      guard
        compiled.config.bounds == .explicit
          || memory.handle.pointee.bounds == VM_BOUNDS_GUARD_REGION
      else { throw failure("the memory has no guard region, which the code relies on") }
      memories.append(memory)
    case (.global(let wanted), .global(let global)):
      guard global.store === store else { throw failure("belongs to another store") }
      guard global.type.isMutable == wanted.isMutable,
        wanted.isMutable
          ? global.type.value == wanted.value : global.type.value.isSubtype(of: wanted.value)
      else {
        throw failure("incompatible import type: wanted \(wanted), found \(global.type)")
      }
      globals.append(global)
    case (.tag(let type), .tag(let tag)):
      guard tag.store === store else { throw failure("belongs to another store") }
      guard tag.signature == module.typeIDs[type] else {
        throw failure("incompatible import type")
      }
      tags.append(tag)
    default:
      throw failure("incompatible import type")
    }
  }

  /// The function in place of one that is missing.
  private func stand(in item: Import, _ type: FuncType) -> HostFunction {
    let name = "\(displayed(item.module)).\(displayed(item.name))"
    // Of some types there is no zero.
    if imports.missing == .zero, type.results.allSatisfy(\.isDefaultable) {
      return HostFunction(name, type: type) { (_, words) throws(HostError) in
        Value.write(type.results.map { .zero($0) }, to: words)
      }
    }
    return HostFunction(name, type: type) {
      (_: Caller, _: UnsafeMutablePointer<UInt64>) throws(HostError) in
      throw HostError("call of unknown import \(name)")
    }
  }

  // MARK: Allocating

  private mutating func makeTablesAndMemories(
    _ context: UnsafeMutablePointer<vm_context>
  ) throws(InstantiationError) {
    for type in module.tables[module.importedTableCount...] {
      guard type.limits.minimum <= ImplementationLimits.tableElements else {
        throw .resources(
          "too many table elements: \(type.limits.minimum), this implementation takes "
            + "\(ImplementationLimits.tableElements)")
      }
      guard let table = store.makeTable(type) else {
        throw .resources("no room for a table of \(type.limits.minimum) elements")
      }
      let initial = evaluate(module.tableInitializers[tables.count - module.importedTableCount])
      // An empty table has no elements to point to.
      if initial != 0, let elements = table.handle.pointee.elements {
        elements.update(repeating: initial, count: table.count)
      }
      tables.append(table)
    }
    for type in module.memories[module.importedMemoryCount...] {
      guard let memory = store.makeMemory(type, bounds: compiled.config.bounds) else {
        let limit = store.limits.memoryBytes >> 16
        throw .resources(
          "no room for a memory of \(type.limits.minimum) pages of 64 KiB"
            + (type.limits.minimum > limit ? ": the limit is \(limit) pages" : ""))
      }
      memories.append(memory)
    }
    let more = (UnsafeMutableRawPointer(context) + compiled.layout.memory(1))
      .assumingMemoryBound(to: vm_memory_view.self)
    context.pointee.more_memories = more
    for (i, memory) in memories.enumerated() {
      vm_memory_attach(memory.handle, vm_context_memory(context, UInt64(i)))
    }
  }

  private mutating func makeGlobals(_ raw: UnsafeMutableRawPointer) throws(InstantiationError) {
    let layout = compiled.layout
    for i in 0..<module.importedGlobalCount {
      raw.storeBytes(
        of: UInt(bitPattern: globals[i].cell), toByteOffset: layout.global(i), as: UInt.self)
    }
    for (i, initializer) in module.globalInitializers.enumerated() {
      let index = module.importedGlobalCount + i
      let cell = (raw + layout.global(index)).assumingMemoryBound(to: UInt64.self)
      switch initializer {
      case .v128(let bits): Value.write([.v128(bits)], to: cell)
      case .global(let source): Value.write([globals[source].value], to: cell)
      default: cell.pointee = evaluate(initializer)
      }
      globals.append(Global(store: store, cell: cell, type: module.globals[index]))
    }
  }

  private mutating func fillIn(
    _ raw: UnsafeMutableRawPointer, _ context: UnsafeMutablePointer<vm_context>
  ) {
    let layout = compiled.layout
    for i in 0..<module.importedFunctionCount {
      raw.storeBytes(
        of: UInt(bitPattern: functions[i]), toByteOffset: layout.importedFunction(i), as: UInt.self)
    }
    for (i, table) in tables.enumerated() {
      raw.storeBytes(
        of: UInt(bitPattern: table.handle), toByteOffset: layout.table(i), as: UInt.self)
    }
    for type in module.tags[module.importedTagCount...] {
      tags.append(store.makeTag(type: module.typeIDs[type]))
    }
    for (i, tag) in tags.enumerated() {
      raw.storeBytes(
        of: UInt(bitPattern: tag.handle), toByteOffset: layout.tag(i), as: UInt.self)
    }
    context.pointee.tags = (raw + layout.tag(0)).assumingMemoryBound(
      to: UnsafeMutablePointer<vm_tag>?.self)
    context.pointee.tables = (raw + layout.table(0)).assumingMemoryBound(
      to: UnsafeMutablePointer<vm_table>?.self)
    context.pointee.table_count = UInt32(tables.count)
    context.pointee.functions = functions.table
    context.pointee.function_count = UInt32(functions.count)
  }

  /// The word of a constant expression (spec 3.3.10); the low half of a vector.
  private func evaluate(_ expression: ConstantExpression) -> UInt64 {
    switch expression {
    case .i32(let bits), .f32(let bits): UInt64(bits)
    case .i64(let bits), .f64(let bits): bits
    case .v128(let bits): UInt64(truncatingIfNeeded: bits)
    case .global(let index): globals[index].cell.pointee
    case .null: 0
    case .function(let index): UInt64(UInt(bitPattern: functions[index]))
    case .computed(let steps):
      ConstantExpression.value(of: steps) { globals[$0].value.bits }
    }
  }

  /// The word of an offset of an address type.
  private func evaluate(_ offset: ConstantExpression, _ address: ValueType) -> UInt64 {
    address == .i64 ? evaluate(offset) : UInt64(UInt32(truncatingIfNeeded: evaluate(offset)))
  }

  // MARK: Segments

  /// Makes the segments as `memory.init` and `table.init` see them: those that stay, with what is in them.
  private func makeSegments(_ context: UnsafeMutablePointer<vm_context>) {
    let data = store.allocate(bytes: MemoryLayout<vm_data_segment>.stride * module.data.count)
      .bindMemory(to: vm_data_segment.self, capacity: module.data.count)
    let elements = store.allocate(
      bytes: MemoryLayout<vm_element_segment>.stride * module.elements.count
    ).bindMemory(to: vm_element_segment.self, capacity: module.elements.count)
    context.pointee.data_segments = data
    context.pointee.data_segment_count = UInt32(module.data.count)
    context.pointee.element_segments = elements
    context.pointee.element_segment_count = UInt32(module.elements.count)
    for (i, segment) in module.data.enumerated() where segment.mode == .passive {
      keepData(i, context)
    }
    for (i, segment) in module.elements.enumerated() where segment.mode == .passive {
      keepElements(i, context)
    }
  }

  private func keepData(_ index: Int, _ context: UnsafeMutablePointer<vm_context>) {
    let range = module.data[index].bytes
    let bytes = store.allocate(bytes: range.count)
    module.bytes[range].withUnsafeBytes {
      if let base = $0.baseAddress { bytes.copyMemory(from: base, byteCount: $0.count) }
    }
    context.pointee.data_segments[index] = vm_data_segment(
      bytes: bytes.assumingMemoryBound(to: UInt8.self), length: UInt64(range.count))
  }

  private func keepElements(_ index: Int, _ context: UnsafeMutablePointer<vm_context>) {
    let items = module.elements[index].items
    let words = store.allocate(bytes: 8 * items.count)
      .bindMemory(to: UInt64.self, capacity: items.count)
    for (k, item) in items.enumerated() { words[k] = evaluate(item) }
    context.pointee.element_segments[index] = vm_element_segment(
      elements: words, length: UInt64(items.count))
  }

  private func evaluate(_ item: ElementSegment.Item) -> UInt64 {
    switch item {
    case .function(let index): UInt64(UInt(bitPattern: functions[Int(index)]))
    case .null: 0
    case .global(let index): globals[Int(index)].cell.pointee
    }
  }

  /// Writes active segments where they belong, elements first.
  ///
  /// All but passive ones count as dropped then. After a trap those are still there that come behind the
  /// one that trapped, and that one: functions that got out may use them.
  private func initialise(_ context: UnsafeMutablePointer<vm_context>) throws(InstantiationError) {
    for (i, segment) in module.elements.enumerated() {
      guard case .active(let table, let offset) = segment.mode else { continue }
      let handle = tables[table].handle
      let start = evaluate(offset, tables[table].type.address)
      let length = handle.pointee.length
      guard start <= length, UInt64(segment.items.count) <= length - start else {
        keepRest(context, elements: i, data: 0)
        throw trap(.tableOutOfBounds)
      }
      guard let places = handle.pointee.elements, !segment.items.isEmpty else { continue }
      for (k, item) in segment.items.enumerated() { places[Int(start) + k] = evaluate(item) }
    }
    let shown = showImage()
    for (i, segment) in module.data.enumerated().dropFirst(shown) {
      guard case .active(let memory, let offset) = segment.mode else { continue }
      let status = module.bytes[segment.bytes].withUnsafeBufferPointer {
        vm_memory_write(
          memories[memory].handle, evaluate(offset, memories[memory].type.address),
          $0.baseAddress, 0, UInt64($0.count), UInt64($0.count))
      }
      guard status == 0 else {
        keepRest(context, elements: module.elements.count, data: i)
        throw trap(.memoryOutOfBounds)
      }
    }
  }

  /// Shows the image of the first data segments in its memory; returns how many they are.
  private func showImage() -> Int {
    guard let image = compiled.dataImage else { return 0 }
    var file = image.file
    return vm_memory_show(memories[image.memory].handle, &file) == 0 ? image.segmentCount : 0
  }

  /// Keeps what a trap has left undone of the segments from these on.
  private func keepRest(
    _ context: UnsafeMutablePointer<vm_context>, elements: Int, data: Int
  ) {
    for (i, segment) in module.elements.enumerated().dropFirst(elements)
    where segment.mode != .passive {
      keepElements(i, context)
    }
    for (i, segment) in module.data.enumerated().dropFirst(data) where segment.mode != .passive {
      keepData(i, context)
    }
  }

  private func trap(_ kind: TrapKind) -> InstantiationError {
    .trap(Trap(kind: kind, message: kind.message, frames: [], fault: nil, store: store))
  }
}

extension Limits {
  /// Whether something of these limits can stand where `wanted` is imported (spec 4.5.3.2).
  fileprivate func match(_ wanted: Limits) -> Bool {
    guard minimum >= wanted.minimum else { return false }
    guard let most = wanted.maximum else { return true }
    return maximum.map { $0 <= most } ?? false
  }
}

/// A name from a module as it can be shown.
private func displayed(_ bytes: [UInt8]) -> String {
  String(
    String.UnicodeScalarView(
      String(decoding: bytes, as: UTF8.self).unicodeScalars.map {
        $0.properties.generalCategory == .control || $0.properties.generalCategory == .format
          ? "\u{FFFD}" : $0
      }))
}
