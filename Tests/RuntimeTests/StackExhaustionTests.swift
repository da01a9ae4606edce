import Engine
import Runtime
import TestKit
import Testing

/// Recursion without end, in frames of all sizes and through all kinds of calls.
@Suite struct StackExhaustionTests {
  private func expectExhaustion(
    _ instance: Instance, atLeast frames: Int = 1, times: Int = 2
  ) throws {
    for _ in 0..<times {
      let trap = try #require(throws: Trap.self) {
        try instance.export(named: "down")?.function?.call()
      }
      #expect(trap.kind == .callStackExhausted)
      #expect(trap.frames.count >= frames)
      #expect(try instance.export(named: "seven")?.function?.call() == [.i32(7)])
    }
  }

  private func seven(_ module: inout ModuleBuilder) {
    module.add([], [.i32], export: "seven", Op.i32(7))
  }

  @Test(
    arguments: CodegenMode.allCases.flatMap { mode in [0, 1, 7, 60, 500].map { (mode, $0) } }
      + [(.host, 5000), (.host, 49_990)])
  func `Frames of any size exhaust the stack, not the host`(mode: CodegenMode, locals: Int) throws {
    var module = ModuleBuilder()
    // All locals live over the call, so that they take room in the frame.
    var code: [UInt8] = []
    for i in 0..<locals { code += Op.localGet(i) + Op.i64(1) + Op.i64add + Op.localSet(i) }
    code += Op.call(0)
    for i in 0..<locals { code += Op.localGet(i) + Op.i64add }
    module.add(
      [], [.i64], locals: locals == 0 ? [] : [(UInt32(locals), .i64)], export: "down", code)
    seven(&module)
    try expectExhaustion(
      try mode.instantiate(module.bytes, stackBytes: locals < 5000 ? 128 << 10 : 1 << 20),
      atLeast: locals < 49_000 ? 15 : 1, times: locals < 5000 ? 2 : 1)
  }

  @Test(arguments: CodegenMode.allCases)
  func `A thousand parameters a frame do too`(mode: CodegenMode) throws {
    var module = ModuleBuilder()
    let types = (0..<1000).map { [ValueType.i64, .f64, .i32, .f32][$0 % 4] }
    _ = module.add(types, [], (0..<1000).flatMap { Op.localGet($0) } + Op.call(0))
    let zeros: [[UInt8]] = [Op.i64(1), Op.f64(1), Op.i32(1), Op.f32(1)]
    module.add(export: "down", (0..<1000).flatMap { zeros[$0 % 4] } + Op.call(0))
    seven(&module)
    try expectExhaustion(
      try mode.instantiate(module.bytes, stackBytes: 512 << 10), atLeast: 30)
  }

  @Test(arguments: CodegenMode.allCases)
  func `Recursion behind call_indirect does too`(mode: CodegenMode) throws {
    var module = ModuleBuilder()
    module.add(export: "down", Op.i32(0) + Op.callIndirect(type: module.type()))
    seven(&module)
    module.table(size: 1, elements: [0])
    try expectExhaustion(
      try mode.instantiate(module.bytes, stackBytes: 128 << 10), atLeast: 1000)
  }

  @Test(arguments: CodegenMode.allCases)
  func `Recursion through the host ends at 200 entries`(mode: CodegenMode) throws {
    var module = ModuleBuilder()
    let host = module.importFunction("host", "again")
    module.add(export: "down", Op.call(host))
    seven(&module)
    final class Box: @unchecked Sendable {
      weak var instance: Instance?
      var depth = 0
    }
    let box = Box()
    var imports = Imports()
    imports.define(
      module: "host", name: "again",
      HostFunction("again", type: FuncType()) { _, _ in
        box.depth += 1
        return try box.instance?.export(named: "down")?.function?.call() ?? []
      })
    let instance = try mode.instantiate(module.bytes, imports: imports)
    box.instance = instance
    try expectExhaustion(instance, atLeast: 200)
    #expect(box.depth == 400)
  }

  @Test func `Recursion between two instances does too`() throws {
    // The second instance calls the first, which calls the second through a shared table.
    var first = ModuleBuilder()
    first.add(export: "up", Op.i32(0) + Op.callIndirect(type: first.type()))
    first.table(size: 1, elements: [])
    let one = try CodegenMode.host.instantiate(first.bytes)
    var second = ModuleBuilder()
    let up = second.importFunction("first", "up")
    second.sections[2] =
      [2] + ModuleBuilder.name("first") + ModuleBuilder.name("up") + [0, 0]
      + ModuleBuilder.name("first") + ModuleBuilder.name("table") + [1, 0x70, 0, 1]
    second.sections[9] = [1, 0, 0x41, 0, 0x0B, 1, 1]
    second.add(export: "down", Op.call(up))
    seven(&second)
    var imports = Imports()
    imports.define(module: Array("first".utf8), exportsOf: one)
    let two = try Instance(
      CompiledModule(compiling: Module(decoding: second.bytes)), imports: imports, store: one.store)
    try expectExhaustion(two, atLeast: 1000)
  }
}
