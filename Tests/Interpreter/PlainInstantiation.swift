import Engine

/// Why an instance could not be made.
public enum PlainInstantiationError: Error {
  /// An import is missing or of another type.
  case link(String)
  /// A segment or the start function trapped.
  case trap(PlainTrap)
}

/// Finds what a module imports; nil if there is nothing.
public typealias PlainImports = (Import) -> PlainExtern?

extension PlainInstance {
  /// Links, initialises and starts an instance (spec 4.5.4).
  public static func instantiate(
    _ module: Module, in store: PlainStore, on machine: inout Machine, imports: PlainImports
  ) throws(PlainInstantiationError) -> PlainInstance {
    let instance = PlainInstance(module, store)
    for item in module.imports {
      guard let found = imports(item), instance.link(item.kind, found) else {
        throw .link(String(decoding: item.module + [0x2E] + item.name, as: UTF8.self))
      }
    }
    instance.allocate()
    do {
      try instance.initialise()
      if let start = module.start { _ = try machine.call(instance.functions[start], []) }
    } catch {
      throw .trap(error)
    }
    return instance
  }

  /// Takes an import; false if its type is not what is wanted (spec 4.5.3).
  private func link(_ wanted: Import.Kind, _ found: PlainExtern) -> Bool {
    switch (wanted, found) {
    case (.function(let type), .function(let function)):
      functions.append(function)
      return TypeRegistry.isSubtype(function.signature, of: module.typeIDs[type])
    case (.table(let type), .table(let table)):
      tables.append(table)
      return table.element == type.element && table.address == type.address
        && Self.fits(UInt64(table.elements.count), table.maximum, type.limits)
    case (.memory(let type), .memory(let memory)):
      memories.append(memory)
      return memory.address == type.address
        && Self.fits(UInt64(memory.pages), memory.maximum, type.limits)
    case (.global(let type), .global(let global)):
      globals.append(global)
      return type.isMutable || global.type.isMutable
        ? global.type == type : global.type.value.isSubtype(of: type.value)
    case (.tag(let type), .tag(let tag)):
      tags.append(tag)
      return tag.parameters == module.types[type].parameters
    default: return false
    }
  }

  private static func fits(_ size: UInt64, _ maximum: UInt64?, _ wanted: Limits) -> Bool {
    guard size >= wanted.minimum else { return false }
    guard let most = wanted.maximum else { return true }
    return maximum.map { $0 <= most } ?? false
  }

  private func allocate() {
    for (i, body) in module.bodies.enumerated() {
      let index = module.importedFunctionCount + i
      let type = module.type(ofFunction: index)
      let code = FunctionCode(module, body, parameters: type.parameters)
      functions.append(
        store.add(
          type, signature: module.typeIDs[module.typeIndex(ofFunction: index)], index: index,
          .wasm(self, code)))
    }
    for (i, type) in module.tables[module.importedTableCount...].enumerated() {
      let table = store.makeTable(type)
      let initial = value(of: module.tableInitializers[i])
      table.elements = Array(repeating: initial, count: table.elements.count)
      tables.append(table)
    }
    for type in module.memories[module.importedMemoryCount...] {
      memories.append(store.makeMemory(type))
    }
    for type in module.tags[module.importedTagCount...] {
      tags.append(PlainTag(module.types[type].parameters))
    }
    for (i, initializer) in module.globalInitializers.enumerated() {
      let type = module.globals[module.importedGlobalCount + i]
      globals.append(store.makeGlobal(type, value(of: initializer)))
    }
    data = module.data.map(\.bytes)
    elements = module.elements.map { segment in
      segment.items.map { item in
        switch item {
        case .function(let index): functions[Int(index)].reference
        case .null: .zero(segment.type)
        case .global(let index): globals[Int(index)].value
        }
      }
    }
  }

  private func value(of expression: ConstantExpression) -> PlainValue {
    switch expression {
    case .i32(let bits): PlainValue(.i32, UInt64(bits))
    case .i64(let bits): PlainValue(.i64, bits)
    case .f32(let bits): PlainValue(.f32, UInt64(bits))
    case .f64(let bits): PlainValue(.f64, bits)
    case .v128(let bits): PlainValue(vector: bits)
    case .global(let index): globals[index].value
    case .null(let type): .zero(type)
    case .function(let index): functions[index].reference
    case .computed(let steps): computed(steps)
    }
  }

  private func computed(_ steps: [ConstantExpression.Step]) -> PlainValue {
    var stack: [PlainValue] = []
    for step in steps {
      switch step {
      case .constant(let bits): stack.append(PlainValue(.i64, bits))
      case .global(let index): stack.append(globals[index].value)
      case .arithmetic(let operation, let isWide):
        let second = stack.removeLast().bits
        let first = stack.removeLast().bits
        let result: UInt64 =
          switch operation {
          case .add: first &+ second
          case .subtract: first &- second
          case .multiply: first &* second
          }
        stack.append(PlainValue(isWide ? .i64 : .i32, isWide ? result : result & 0xFFFF_FFFF))
      }
    }
    return stack[0]
  }

  /// Copies the active segments, elements first, and drops what is not passive.
  private func initialise() throws(PlainTrap) {
    for (i, segment) in module.elements.enumerated() {
      if case .passive = segment.mode { continue }
      if case .active(let table, let offset) = segment.mode {
        try initialiseTable(
          table, at: Int(min(value(of: offset).bits, 1 << 60)), segment: i, from: 0,
          count: elements[i].count)
      }
      elements[i] = []
    }
    for (i, segment) in module.data.enumerated() {
      guard case .active(let memory, let offset) = segment.mode else { continue }
      try initialiseMemory(
        memory, at: Int(min(value(of: offset).bits, 1 << 60)), segment: i, from: 0,
        count: data[i].count)
      data[i] = 0..<0
    }
  }

  /// `table.init`: nothing is written if a part of it is out of bounds.
  func initialiseTable(
    _ table: Int, at to: Int, segment: Int, from: Int, count: Int
  ) throws(PlainTrap) {
    let table = tables[table]
    guard from + count <= elements[segment].count, to + count <= table.elements.count else {
      throw PlainTrap(.tableOutOfBounds)
    }
    for i in 0..<count { table.elements[to + i] = elements[segment][from + i] }
  }

  /// `memory.init`: nothing is written if a part of it is out of bounds.
  func initialiseMemory(
    _ memory: Int, at to: Int, segment: Int, from: Int, count: Int
  ) throws(PlainTrap) {
    let memory = memories[memory]
    guard from + count <= data[segment].count, to + count <= memory.count else {
      throw PlainTrap(.memoryOutOfBounds)
    }
    (memory.base + to).copyMemory(
      from: code + data[segment].lowerBound + from, byteCount: count)
  }
}
