import Engine
import Runtime
import TestKit
import Testing

/// Vectors on their way: through calls, globals, branches, host functions, traps.
@Suite struct VectorTests {
  private static func op(_ code: UInt8, _ immediates: [UInt8] = []) -> [UInt8] {
    [0xFD] + ModuleBuilder.leb(Int(code)) + immediates
  }
  private static func constant(_ bits: UInt128) -> [UInt8] {
    op(0x0C, withUnsafeBytes(of: bits.littleEndian) { Array($0) })
  }
  private static let add64 = op(0xCE)

  /// Different in all bytes from the others.
  private static func vector(_ k: Int) -> UInt128 {
    0x1021_3243_5465_7687_98A9_BACB_DCED_FE0F &+ UInt128(k)
      &* 0x0101_0101_0101_0101_0101_0101_0101_0101
  }
  private static func sum(_ a: UInt128, _ b: UInt128) -> UInt128 {
    let low = UInt64(truncatingIfNeeded: a) &+ UInt64(truncatingIfNeeded: b)
    let high = UInt64(truncatingIfNeeded: a >> 64) &+ UInt64(truncatingIfNeeded: b >> 64)
    return UInt128(high) << 64 | UInt128(low)
  }

  /// Vectors and other types in turn, more than registers take.
  private static let mixed: [ValueType] = (0..<24).map {
    [.v128, .i32, .v128, .f64, .i64, .f32][$0 % 6]
  }
  private static let values: [Value] = mixed.enumerated().map { (k, type) in
    switch type {
    case .i32: .i32(UInt32(1000 + k))
    case .i64: .i64(UInt64(k) << 40 | 7)
    case .f32: .f32(Float(k).bitPattern)
    case .f64: .f64((Double(k) / 3).bitPattern)
    default: .v128(vector(k))
    }
  }

  @Test(arguments: CodegenMode.allCases)
  func `Vectors travel through arguments and results of all kinds of call`(
    mode: CodegenMode
  ) throws {
    var module = ModuleBuilder()
    let host = module.importFunction("host", "reverse", Self.mixed, Self.mixed.reversed())
    let reversed = Self.mixed.indices.reversed().flatMap { Op.localGet($0) }
    let all = Self.mixed.indices.flatMap { Op.localGet($0) }
    let own = module.add(Self.mixed, Self.mixed.reversed(), export: "own", reversed)
    module.add(Self.mixed, Self.mixed.reversed(), export: "direct", all + Op.call(own))
    module.add(Self.mixed, Self.mixed.reversed(), export: "host", all + Op.call(host))
    module.table(size: 2, elements: [own, host])
    let type = module.type(Self.mixed, Self.mixed.reversed())
    module.add(
      [.i32] + Self.mixed, Self.mixed.reversed(), export: "indirect",
      Self.mixed.indices.flatMap { Op.localGet($0 + 1) } + Op.localGet(0)
        + Op.callIndirect(type: type))
    var imports = Imports()
    let reverse = HostFunction(
      "reverse", type: FuncType(parameters: Self.mixed, results: Self.mixed.reversed()),
      valueBody: { (_, values) in values.reversed() })
    imports.define(module: "host", name: "reverse", reverse)
    let instance = try mode.instantiate(module.bytes, imports: imports)
    let expected = Array(Self.values.reversed())
    for name in ["own", "direct", "host"] {
      #expect(try instance.export(named: name)?.function?.call(Self.values) == expected, "\(name)")
    }
    for index: UInt32 in 0...1 {
      let function = try #require(instance.export(named: "indirect")?.function)
      #expect(try function.call([.i32(index)] + Self.values) == expected, "element \(index)")
    }

    var other = ModuleBuilder()
    let foreign = other.importFunction("first", "direct", Self.mixed, Self.mixed.reversed())
    other.add(Self.mixed, Self.mixed.reversed(), export: "foreign", all + Op.call(foreign))
    var links = Imports()
    links.define(module: Array("first".utf8), exportsOf: instance)
    let second = try Instance(
      CompiledModule(compiling: Module(decoding: other.bytes), config: mode.config),
      imports: links, store: instance.store)
    #expect(try second.export(named: "foreign")?.function?.call(Self.values) == expected)
  }

  @Test(arguments: CodegenMode.allCases)
  func `Vectors keep all bits in globals, selects, blocks, loops and branches`(
    mode: CodegenMode
  ) throws {
    var module = ModuleBuilder()
    let global = module.global(.v128, Self.constant(Self.vector(1)))
    module.add([], [.v128], export: "get", Op.globalGet(global))
    module.add([.v128], [], export: "set", Op.localGet(0) + Op.globalSet(global))
    module.add(
      [.v128, .v128, .i32], [.v128], export: "select",
      Op.localGet(0) + Op.localGet(1) + Op.localGet(2) + [0x1C, 1, 0x7B])
    let pair = module.type([.v128, .v128], [.v128, .v128])
    // Swaps its parameters n times.
    module.add(
      [.v128, .v128, .i32], [.v128, .v128], locals: [(1, .v128)], export: "swap",
      Op.localGet(0) + Op.localGet(1) + [0x03] + ModuleBuilder.leb(pair) + Op.localSet(0)
        + Op.localSet(3) + Op.localGet(0) + Op.localGet(3) + Op.localGet(2) + Op.i32(1) + Op.i32sub
        + Op.localTee(2) + Op.brIf(0) + Op.end)
    // Leaves a block with a value more on the stack than the label takes.
    module.add(
      [.v128, .v128, .i32], [.v128], export: "leave",
      [0x02] + ModuleBuilder.leb(module.type([], [.v128, .v128]))
        + Op.localGet(1) + Op.localGet(0) + Op.localGet(1) + Op.localGet(2) + Op.brIf(0)
        + Op.drop + Op.drop + Op.drop + Op.localGet(1) + Op.localGet(1) + Op.end + Op.drop)
    let instance = try mode.instantiate(module.bytes)
    func call(_ name: String, _ arguments: Value...) throws -> [Value]? {
      try instance.export(named: name)?.function?.call(arguments)
    }
    let (a, b) = (Value.v128(Self.vector(2)), Value.v128(Self.vector(3)))
    #expect(try call("get") == [.v128(Self.vector(1))])
    #expect(try call("set", a) == [])
    #expect(try call("get") == [a])
    #expect(instance.globals.map(\.value) == [a])
    #expect(try call("select", a, b, .i32(1)) == [a])
    #expect(try call("select", a, b, .i32(0)) == [b])
    #expect(try call("swap", a, b, .i32(1)) == [b, a])
    #expect(try call("swap", a, b, .i32(4)) == [a, b])
    #expect(try call("leave", a, b, .i32(1)) == [a])
    #expect(try call("leave", a, b, .i32(0)) == [b])
  }

  @Test(arguments: CodegenMode.allCases)
  func `Frames show vectors in registers, homes, slots and constants`(mode: CodegenMode) throws {
    var module = ModuleBuilder()
    let look = module.importFunction("host", "look")
    // Locals 1 to 14 over a call; operands: a constant, zero, a local, a sum.
    let sets = (1...14).flatMap { k in
      Op.localGet(0) + Self.constant(UInt128(k)) + Self.add64 + Op.localSet(k)
    }
    let uses = (1...14).flatMap { Op.localGet($0) + Self.add64 }
    let operands =
      Self.constant(Self.vector(9)) + Self.constant(0) + Op.localGet(3) + Op.localGet(3)
      + Op.localGet(4) + Self.add64
    let inner = module.add(
      [.v128], [.v128], locals: [(15, .v128)], export: "inner",
      sets + operands + Op.call(look) + Op.unreachable + Self.add64 + Self.add64 + Self.add64 + uses
    )
    module.add(
      [.v128], [.v128], locals: [(15, .v128)], export: "outer",
      sets + operands + Op.localGet(0) + Op.localGet(0) + Self.add64 + Op.call(inner) + Self.add64
        + Self.add64 + Self.add64 + Self.add64 + uses)
    func frame(_ base: UInt128) -> [[Value?]] {
      let locals = [base] + (1...14).map { Self.sum(base, UInt128($0)) } + [0]
      let operands = [Self.vector(9), 0, locals[3], Self.sum(locals[3], locals[4])]
      return [locals.map { .v128($0) }, operands.map { .v128($0) }]
    }
    let base = Self.vector(5)
    let expected = [frame(Self.sum(base, base)), frame(base)]
    let seen = Seen()
    var imports = Imports()
    imports.define(
      module: "host", name: "look",
      HostFunction(
        "look", type: FuncType(),
        valueBody: { (_, _) in
          seen.frames = seen.store?.framesInProgress.map { [$0.locals, $0.operands] } ?? []
          return []
        }))
    let instance = try mode.instantiate(module.bytes, imports: imports)
    seen.store = instance.store
    let outer = try #require(instance.export(named: "outer")?.function)
    let trap = try #require(throws: Trap.self) { try outer.call([.v128(base)]) }
    #expect(seen.frames == expected)
    #expect(trap.frameValues.map { [$0.locals, $0.operands] } == expected)
    #expect(trap.frames.count == 2)
  }

  /// What a host function saw.
  private final class Seen: @unchecked Sendable {
    var store: Store?
    var frames: [[[Value?]]] = []
  }

  @Test(arguments: CodegenMode.allCases)
  func `An access out of bounds leaves its operands and the local that it would set`(
    mode: CodegenMode
  ) throws {
    // By code: bytes, and the byte that names a lane.
    let accesses: [(code: UInt8, size: Int, lane: [UInt8])] =
      [(0x00, 16), (0x07, 1), (0x08, 2), (0x09, 4), (0x5C, 4), (0x5D, 8), (0x0A, 8)]
      .map { ($0.0, $0.1, []) } + (0x01...0x06).map { ($0, 8, []) }
      + (0..<4).map { (0x54 + UInt8($0), 1 << $0, [1]) }
      + [(0x0B, 16, [])] + (0..<4).map { (0x58 + UInt8($0), 1 << $0, [1]) }
    for access in accesses {
      let isStore = access.code == 0x0B || access.code >= 0x58 && access.code < 0x5C
      let takesVector = isStore || !access.lane.isEmpty
      var module = ModuleBuilder()
      module.memory(pages: 1)
      module.add(
        [.i32, .v128], [.v128], locals: [(1, .v128)], export: "it",
        Op.localGet(1) + Op.localSet(2) + Op.localGet(0) + (takesVector ? Op.localGet(1) : [])
          + Self.op(access.code, [0] + ModuleBuilder.leb(5) + access.lane)
          + (isStore ? [] : Op.localSet(2)) + Op.localGet(2) + Op.localGet(1) + Self.add64)
      let instance = try mode.instantiate(module.bytes)
      let function = try #require(instance.export(named: "it")?.function)
      let vector = Value.v128(Self.vector(1))
      let last = UInt32(65536 - 5 - access.size)
      _ = try function.call([.i32(last), vector])
      let name = "\(access.code)"
      for index in [last + 1, 0x7FFF_FFFF, 0xFFFF_FFFF] {
        let trap = try #require(throws: Trap.self) { try function.call([.i32(index), vector]) }
        #expect(
          trap.fault
            == MemoryFault(
              address: UInt64(index) + 5, accessSize: access.size, memorySize: 65536), "\(name)")
        let frame = try #require(trap.frameValues.first { _ in true })
        #expect(frame.locals == [.i32(index), vector, vector], "\(name)")
        #expect(frame.operands == (takesVector ? [.i32(index), vector] : [.i32(index)]), "\(name)")
      }
    }
  }

  @Test func `A feature that is off is named`() throws {
    let code = Self.constant(1) + Op.drop + Op.end
    let bytes = ModuleBuilder.function(code: code).bytes
    let error = try #require(throws: ValidationError.self) {
      try Module(decoding: bytes, features: Features.default.subtracting(.simd)).validateBodies()
    }
    #expect("\(error)".contains("uses SIMD"))
    // i32x4.relaxed_trunc_f32x4_s
    let relaxed = ModuleBuilder.function(
      code: Self.constant(1) + [0xFD, 0x81, 0x02] + Op.drop + Op.end)
    let other = try #require(throws: ValidationError.self) {
      try Module(decoding: relaxed.bytes, features: .webAssembly2).validateBodies()
    }
    #expect("\(other)".contains("uses relaxed SIMD"))
  }

  @Test func `A lane that is not there is refused`() throws {
    for (code, lanes) in [(0x15, 16), (0x1B, 4), (0x21, 2)] as [(UInt8, UInt8)] {
      func verdict(_ lane: UInt8) throws {
        let code = Self.constant(1) + Self.op(code, [lane]) + Op.drop + Op.end
        try Module(decoding: ModuleBuilder.function(code: code).bytes).validateBodies()
      }
      try verdict(lanes - 1)
      let error = try #require(throws: ValidationError.self) { try verdict(lanes) }
      #expect("\(error)".contains("invalid lane index \(lanes)"))
    }
  }
}
