import Engine
import Runtime

/// Collects what a coredump says about a trap, piece by piece.
struct Capture {
  private(set) var dump: Coredump
  /// The contents of the dump's memories.
  private(set) var contents: [UnsafeRawBufferPointer] = []
  private let trap: Trap
  private let origin: CoredumpOrigin
  private let limits: CoredumpLimits
  private var moduleIndices: [ObjectIdentifier: UInt32] = [:]
  private var tableIndices: [Table: UInt32] = [:]
  private var tableRuns = 0
  private var build: Coredump.Build
  private var stop: Coredump.Stop

  init(_ trap: Trap, _ origin: CoredumpOrigin, _ limits: CoredumpLimits) {
    self.trap = trap
    self.origin = origin
    self.limits = limits
    dump = Coredump(
      executableName: origin.name, moduleNames: [], instances: [], threads: [], memories: [],
      globals: [])
    dump.callback = origin.callback
    build = Coredump.Build(
      console: origin.consoleVersion, cartID: origin.name, cartTitle: origin.title,
      cpuFeatures: [], modules: [])
    stop = Coredump.Stop(kind: trap.kind.name, message: trap.message)
  }

  // MARK: Instances

  mutating func add(_ instance: Instance) {
    let module = index(of: instance.compiled)
    let memories = instance.memories.map { index(of: $0) }
    let globals = instance.globals.map { add($0) }
    dump.instances.append(
      Coredump.Instance(module: module, memories: memories, globals: globals))
    dump.links.append(
      Coredump.Links(
        tables: instance.tables.map { index(of: $0) },
        liveDataSegments: instance.liveDataSegments.map { UInt32(clamping: $0) },
        liveElementSegments: instance.liveElementSegments.map { UInt32(clamping: $0) }))
  }

  private mutating func index(of compiled: CompiledModule) -> UInt32 {
    if let known = moduleIndices[ObjectIdentifier(compiled)] { return known }
    let module = compiled.module
    let identity = ModuleIdentity(module.bytes)
    let index = UInt32(dump.moduleNames.count)
    moduleIndices[ObjectIdentifier(compiled)] = index
    dump.moduleNames.append(module.names?.moduleName ?? origin.name)
    build.cpuFeatures = compiled.config.features.names
    build.modules.append(
      Coredump.Build.Module(
        sha256: fileHash(module.bytes), byteCount: UInt64(module.bytes.count),
        buildID: identity?.buildID ?? []))
    dump.codeHashes.append(identity?.codeHash ?? [])
    return index
  }

  private mutating func index(of memory: Memory) -> UInt32 {
    let bytes = memory.contents.all
    if let known = contents.firstIndex(where: { $0.baseAddress == bytes.baseAddress }) {
      return UInt32(known)
    }
    let limits = memory.type.limits
    dump.memories.append(Coredump.Memory(pages: limits.minimum, maximum: limits.maximum))
    contents.append(bytes)
    return UInt32(contents.count - 1)
  }

  private mutating func add(_ global: Global) -> UInt32 {
    let index = UInt32(dump.globals.count)
    let value: Coredump.GlobalValue
    switch global.value {
    case .i32(let bits): value = .i32(bits)
    case .i64(let bits): value = .i64(bits)
    case .f32(let bits): value = .f32(bits)
    case .f64(let bits): value = .f64(bits)
    case .v128(let bits): value = .v128(low: bits.low, high: bits.high)
    case .funcref: value = .funcref
    case .externref, .exnref: value = .externref
    }
    dump.globals.append(Coredump.Global(isMutable: global.type.isMutable, value: value))
    if global.type.value.isReference, let wide = wideContent(global.value) {
      dump.wideValues.append(Coredump.WideValue(place: .global(index), value: wide))
    }
    return index
  }

  private mutating func index(of table: Table) -> UInt32 {
    if let known = tableIndices[table] { return known }
    let index = UInt32(dump.tables.count)
    tableIndices[table] = index
    var runs: [Coredump.Table.Run] = []
    for element in 0..<table.count {
      guard let value = table[element] else { break }
      let reference = reference(value)
      if runs.last?.reference == reference {
        runs[runs.count - 1].count += 1
        continue
      }
      // The last run is for what is behind the limit.
      guard tableRuns + 1 < limits.tableRuns else {
        runs.append(.init(count: UInt64(table.count - element), reference: .missing))
        break
      }
      tableRuns += 1
      runs.append(.init(count: 1, reference: reference))
    }
    dump.tables.append(
      Coredump.Table(
        isExternref: table.element.kind != .funcref, maximum: table.type.limits.maximum, runs: runs)
    )
    return index
  }

  // MARK: References

  /// The value if the conventions have no form for it.
  private func wideContent(_ value: Value) -> Coredump.WideValue.Content? {
    switch value {
    case .funcref: .funcref(reference(value))
    case .externref: .externref(reference(value))
    case .exnref: .exnref(reference(value))
    case .v128(let bits): .v128(low: bits.low, high: bits.high)
    case .i32, .i64, .f32, .f64: nil
    }
  }

  private func reference(_ value: Value) -> Coredump.Reference {
    switch value {
    case .funcref(nil), .externref(nil), .exnref(nil): .null
    case .funcref(let function?):
      switch trap.store.definition(of: function) {
      case .wasm(let instance, let index):
        .function(instance: UInt32(clamping: instance), index: UInt32(clamping: index))
      case .host(let name): .hostFunction(name)
      case nil: .missing
      }
    case .externref(let number?): .host(number)
    case .i32, .i64, .f32, .f64, .v128, .exnref: .missing
    }
  }

  // MARK: The stack

  mutating func addStack() {
    let count = trap.frames.count
    let isWhole = count <= limits.frames
    stop.framesBeforeGap = isWhole ? count : limits.frames - limits.frames / 2
    stop.framesLeftOut = isWhole ? 0 : count - limits.frames
    let gap = stop.framesBeforeGap..<stop.framesBeforeGap + stop.framesLeftOut
    var frames: [Coredump.Frame] = []
    var valuesLeft = limits.values
    let instances = trap.store.instances
    // They end early if wasm has run since.
    var snapshots = trap.frameValues.makeIterator()
    for (index, frame) in trap.frames.enumerated() {
      let snapshot = snapshots.next()
      if index == 0 { stop.isApproximate = snapshot?.isApproximate ?? false }
      if gap.contains(index) { continue }
      // A stop from outside finds no host function running: it waits for its return.
      if index > 0 || trap.kind != .interrupted {
        addHostFrame(calledBy: frame, instances, position: frames.count)
      }
      frames.append(record(frame, snapshot, number: UInt32(frames.count), &valuesLeft))
    }
    dump.threads = [Coredump.Thread(name: "main", frames: frames)]
    dump.stop = stop
    dump.build = build
  }

  /// A frame with its values, as long as there is room for them.
  private mutating func record(
    _ frame: TrapFrame, _ snapshot: FrameSnapshot?, number: UInt32, _ valuesLeft: inout Int
  ) -> Coredump.Frame {
    var result = Coredump.Frame(
      instance: UInt32(clamping: frame.instance), function: UInt32(clamping: frame.functionIndex),
      codeOffset: UInt32(clamping: frame.funcOffset))
    let count = (snapshot?.locals.count ?? 0) + (snapshot?.operands.count ?? 0)
    guard let snapshot, count <= valuesLeft else {
      // Older frames stay empty too, so that what is there has no holes.
      valuesLeft = -1
      stop.framesWithoutValues += 1
      return result
    }
    valuesLeft -= count
    result.locals = values(snapshot.locals) { .local(frame: number, index: $0) }
    result.stack = values(snapshot.operands) { .operand(frame: number, index: $0) }
    return result
  }

  private mutating func values(
    _ values: [Value?], _ place: (UInt32) -> Coredump.WideValue.Place
  ) -> [Coredump.Value] {
    values.enumerated().map { index, value in
      switch value {
      case .i32(let bits): return .i32(bits)
      case .i64(let bits): return .i64(bits)
      case .f32(let bits): return .f32(bits)
      case .f64(let bits): return .f64(bits)
      case .funcref, .externref, .exnref, .v128:
        if let wide = value.flatMap({ wideContent($0) }) {
          dump.wideValues.append(.init(place: place(UInt32(index)), value: wide))
        }
        return .missing
      case nil: return .missing
      }
    }
  }

  /// The host function that a frame stands in a call of, if its instruction names one.
  private mutating func addHostFrame(
    calledBy frame: TrapFrame, _ instances: [Instance], position: Int
  ) {
    let module = frame.module.module
    guard module.bytes.indices.contains(frame.offset), module.bytes[frame.offset] == 0x10,
      instances.indices.contains(frame.instance)
    else { return }
    var reader = ByteReader(module.bytes, in: frame.offset + 1..<module.bytes.count)
    guard let callee = try? reader.unsigned32(),
      let function = instances[frame.instance].function(Int(callee)),
      case .host(let name) = trap.store.definition(of: function.reference)
    else { return }
    dump.hostFrames.append(
      Coredump.HostFrame(position: UInt32(clamping: position), name: name))
  }

  // MARK: The trap

  mutating func addStop() {
    stop.access = trap.fault
    guard let frame = trap.frames.first else { return }
    let bytes = frame.module.module.bytes
    var reader = ByteReader(bytes, in: max(0, frame.offset)..<bytes.count)
    guard let first = try? reader.byte() else { return }
    // 0xFB to 0xFE are followed by the code proper (spec 5.4).
    let isPrefix = (0xFB...0xFE).contains(first)
    guard let code = isPrefix ? try? reader.unsigned32() : UInt32(first) else { return }
    stop.opcode = Array(bytes[frame.offset..<reader.offset])
    let row = InstructionTable.instruction(prefix: isPrefix ? first : 0, code: code)
    stop.mnemonic = row?.mnemonic ?? ""
  }
}

extension UInt128 {
  fileprivate var low: UInt64 { UInt64(truncatingIfNeeded: self) }
  fileprivate var high: UInt64 { UInt64(truncatingIfNeeded: self >> 64) }
}

extension CPUFeatures {
  /// The names of the features, in order.
  fileprivate var names: [String] {
    let all: [(CPUFeatures, String)] = [
      (.avx, "avx"), (.bmi1, "bmi1"), (.bmi2, "bmi2"), (.lzcnt, "lzcnt"),
    ]
    return all.filter { contains($0.0) }.map(\.1)
  }
}
