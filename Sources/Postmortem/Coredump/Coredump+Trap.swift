import Engine
import Runtime

extension Coredump {
  /// The state of all instances of a trap's store, and the stack at the trap.
  ///
  /// Locals and operands are not known to a trap; their lists are empty. A memory that several
  /// instances share stands once.
  ///
  /// - Parameters:
  ///   - trap: What stopped the cart. Nothing may have run in its store since.
  ///   - name: What the dump calls program and modules that have no name of their own.
  /// - Returns: The dump, and the contents of its memories for `CoredumpWriter`, which are valid
  ///   while the trap lives and nothing runs in its store.
  public static func capture(
    _ trap: Trap, name: String
  ) -> (dump: Coredump, contents: [UnsafeRawBufferPointer]) {
    var dump = Coredump(
      executableName: name, moduleNames: [], instances: [], threads: [], memories: [], globals: [])
    var contents: [UnsafeRawBufferPointer] = []
    var modules: [ObjectIdentifier: UInt32] = [:]
    for instance in trap.store.instances {
      let module = modules[ObjectIdentifier(instance.compiled)] ?? UInt32(dump.moduleNames.count)
      if modules.updateValue(module, forKey: ObjectIdentifier(instance.compiled)) == nil {
        dump.moduleNames.append(name)
      }
      let memories = instance.memories.map { memory in
        let bytes = memory.contents.all
        if let known = contents.firstIndex(where: { $0.baseAddress == bytes.baseAddress }) {
          return UInt32(known)
        }
        let limits = memory.type.limits
        dump.memories.append(Memory(pages: limits.minimum, maximum: limits.maximum))
        contents.append(bytes)
        return UInt32(contents.count - 1)
      }
      let globals = instance.globals.map { global in
        dump.globals.append(
          Global(isMutable: global.type.isMutable, value: GlobalValue(global.value)))
        return UInt32(dump.globals.count - 1)
      }
      dump.instances.append(Instance(module: module, memories: memories, globals: globals))
    }
    dump.threads = [Thread(name: "main", frames: trap.frames.map(Frame.init))]
    return (dump, contents)
  }
}

extension Coredump.Frame {
  fileprivate init(_ frame: TrapFrame) {
    self.init(
      instance: UInt32(clamping: frame.instance), function: UInt32(clamping: frame.functionIndex),
      codeOffset: UInt32(clamping: frame.funcOffset))
  }
}

extension Coredump.GlobalValue {
  fileprivate init(_ value: Value) {
    switch value {
    case .i32(let bits): self = .i32(bits)
    case .i64(let bits): self = .i64(bits)
    case .f32(let bits): self = .f32(bits)
    case .f64(let bits): self = .f64(bits)
    case .funcref: self = .funcref
    case .externref: self = .externref
    }
  }
}
