import Engine
import Runtime
import TestKit
import Testing

/// Functions that keep eight locals of four types and three operands over a call.
private enum Chain {
  static let parameters: [ValueType] = [.i32, .i64, .f32, .f64]
  static let locals: [(UInt32, ValueType)] = parameters.map { (1, $0) }
  private static let f32add: [UInt8] = [0x92]

  /// Computes the locals from the parameters and leaves a constant, a local and a sum as operands.
  static let beginning: [UInt8] =
    Op.localGet(0) + Op.i32(3) + Op.i32mul + Op.localSet(4)
    + Op.localGet(1) + Op.i64(1) + Op.i64add + Op.localSet(5)
    + Op.localGet(2) + Op.localGet(2) + f32add + Op.localSet(6)
    + Op.localGet(3) + Op.localGet(3) + Op.f64add + Op.localSet(7)
    + Op.i32(77) + Op.localGet(4) + Op.localGet(0) + Op.localGet(4) + Op.i32add

  /// Uses all locals and operands, so that they live until here.
  static let end: [UInt8] =
    Op.i32add + Op.i32add + Op.localGet(0) + Op.i32add + Op.localGet(4) + Op.i32add
    + Op.localGet(1) + Op.localGet(5) + Op.i64add + Op.i32wrap + Op.i32add
    + Op.localGet(2) + Op.localGet(6) + f32add + Op.drop
    + Op.localGet(3) + Op.localGet(7) + Op.f64add + Op.drop

  /// A function that calls another one of its type.
  static func link(to callee: Int) -> [UInt8] {
    beginning + Op.localGet(0) + Op.i32(1) + Op.i32add + Op.localGet(5) + Op.localGet(6)
      + Op.localGet(7) + Op.call(callee) + Op.drop + end
  }

  static let arguments: [Value] = [
    .i32(0x1234_5678), .i64(0xFEDC_BA98_7654_3210), .f32(Float(1.25).bitPattern),
    .f64((-2.5).bitPattern),
  ]

  /// The frames of functions of these names, youngest first.
  static func frames(_ names: [String]) -> [ShownFrame] {
    var (a, b, c, d) = (0x1234_5678 as UInt32, 0xFEDC_BA98_7654_3210 as UInt64, Float(1.25), -2.5)
    var frames: [ShownFrame] = []
    for name in names.reversed() {
      frames.append(
        ShownFrame(
          name,
          [
            .i32(a), .i64(b), .f32(c.bitPattern), .f64(d.bitPattern), .i32(a &* 3), .i64(b &+ 1),
            .f32((c + c).bitPattern), .f64((d + d).bitPattern),
          ], [.i32(77), .i32(a &* 3), .i32(a &+ a &* 3)]))
      (a, b, c, d) = (a &+ 1, b &+ 1, c + c, d + d)
    }
    return frames.reversed()
  }

  /// Functions `trap`, which ends in `unreachable`, and `own1` to `own4`, each calling the one
  /// before; then `call`, which calls the import `host.enter`.
  static let first: [UInt8] = {
    var module = ModuleBuilder()
    let enter = module.importFunction("host", "enter", parameters, [.i32])
    var last = module.add(
      parameters, [.i32], locals: locals, export: "trap", beginning + Op.unreachable)
    for i in 1...4 {
      last = module.add(parameters, [.i32], locals: locals, export: "own\(i)", link(to: last))
    }
    module.add(parameters, [.i32], locals: locals, export: "call", link(to: enter))
    return module.bytes
  }()

  /// Functions `foreign1`, which calls the import `first.own4`, and `foreign2`, which calls that.
  static let second: [UInt8] = {
    var module = ModuleBuilder()
    let own = module.importFunction("first", "own4", parameters, [.i32])
    let foreign = module.add(
      parameters, [.i32], locals: locals, export: "foreign1", link(to: own))
    module.add(parameters, [.i32], locals: locals, export: "foreign2", link(to: foreign))
    return module.bytes
  }()

  static let foreignNames = ["trap", "own1", "own2", "own3", "own4", "foreign1", "foreign2"]
}

/// An instance of the first module of `Chain`, one of the second, and what `host.enter` does.
private final class ChainPair: @unchecked Sendable {
  let store: Store
  private(set) var first: Instance?
  private(set) var second: Instance?
  var enter: ([Value]) throws -> [Value] = { _ in [.i32(0)] }

  init(_ mode: CodegenMode) throws {
    store = Store(limits: mode.limits)
    var imports = Imports()
    imports.define(
      module: "host", name: "enter",
      HostFunction("enter", type: FuncType(parameters: Chain.parameters, results: [.i32])) {
        [unowned self] _, arguments in try enter(arguments)
      })
    let first = try Instance(
      CompiledModule(compiling: Module(decoding: Chain.first), config: mode.config),
      imports: imports, store: store)
    var links = Imports()
    links.define(module: Array("first".utf8), exportsOf: first)
    second = try Instance(
      CompiledModule(compiling: Module(decoding: Chain.second), config: mode.config),
      imports: links, store: store)
    self.first = first
  }

  func call(_ name: String, _ arguments: [Value] = Chain.arguments) throws -> [Value] {
    let function = (first?.export(named: name) ?? second?.export(named: name))?.function
    return try #require(function).call(arguments)
  }

  func trap(_ name: String) throws -> Trap {
    try #require(throws: Trap.self) { try call(name) }
  }
}

/// What a host function has seen of a store that must not hold on to it.
private final class Seen: @unchecked Sendable {
  weak var store: Store?
  var frames: [ShownFrame] = []
}

/// Locals and operands of callers, from the machine's registers and stack.
@Suite(.serialized) struct FrameValuesTests {
  @Test(arguments: CodegenMode.allCases)
  func `Registers that callees have saved are followed through frames and instances`(
    mode: CodegenMode
  ) throws {
    let pair = try ChainPair(mode)
    for (count, name) in Chain.foreignNames.enumerated() {
      let trap = try pair.trap(name)
      #expect(
        trap.frameValues.map { ShownFrame($0) } == Chain.frames(Array(Chain.foreignNames[...count]))
      )
      #expect(trap.frameValues.map(\.frame.offset) == trap.frames.map(\.offset))
      #expect(trap.frameValues.allSatisfy { !$0.isApproximate })
    }
  }

  @Test(arguments: CodegenMode.allCases)
  func `Registers begin anew where the host has entered wasm again`(mode: CodegenMode) throws {
    let pair = try ChainPair(mode)
    pair.enter = { [unowned pair] in try pair.call("foreign2", $0) }
    let trap = try pair.trap("call")
    let expected = Chain.frames(Chain.foreignNames + ["call"])
    #expect(trap.frameValues.map { ShownFrame($0) } == expected)
    // Once more, with a host frame between two activations of the same function.
    var depth = 0
    pair.enter = { [unowned pair] in
      depth += 1
      return try pair.call(depth < 5 ? "call" : "own2", $0)
    }
    #expect(
      try pair.trap("call").frameValues.map { ShownFrame($0) }
        == Chain.frames(["trap", "own1", "own2"] + Array(repeating: "call", count: 5)))
  }

  @Test(arguments: CodegenMode.allCases)
  func `A host function sees the values of its callers, also below a host function`(
    mode: CodegenMode
  ) throws {
    let pair = try ChainPair(mode)
    var seen: [[ShownFrame]] = []
    var kept: FrameValues?
    pair.enter = { [unowned pair] in
      seen.append(pair.store.framesInProgress.map { ShownFrame($0) })
      kept = pair.store.framesInProgress
      return seen.count < 3 ? try pair.call("call", $0) : [.i32(0)]
    }
    _ = try pair.call("call")
    #expect(seen == (1...3).map { Chain.frames(Array(repeating: "call", count: $0)) })
    #expect(kept.map { Array($0).isEmpty } == true)
    #expect(Array(pair.store.framesInProgress).isEmpty)
    // A host function that stops the cart leaves the same.
    pair.enter = { _ in throw HostError("enough") }
    let trap = try pair.trap("call")
    #expect(trap.kind == .hostError)
    #expect(trap.frameValues.map { ShownFrame($0) } == Chain.frames(["call"]))
  }

  @Test(arguments: CodegenMode.allCases)
  func `All preserved registers are found in a host call's frame`(mode: CodegenMode) throws {
    // More values that live over the call than there are registers for them.
    let parameters: [ValueType] = Array(repeating: .i64, count: 6) + [.f64, .f64, .f64, .f64]
    var module = ModuleBuilder()
    let look = module.importFunction("host", "look")
    let sum = (1...5).flatMap { Op.localGet($0) + Op.i64add }
    let floatSum = (7...9).flatMap { Op.localGet($0) + Op.f64add }
    module.add(
      parameters, export: "it",
      Op.loop(
        Op.call(look) + Op.localGet(0) + sum + Op.drop + Op.localGet(6) + floatSum + Op.drop
          + Op.localGet(0) + Op.i32wrap + Op.brIf(0)))
    var imports = Imports()
    let seen = Seen()
    imports.define(
      module: "host", name: "look",
      HostFunction("look", type: FuncType()) { [seen] _, _ in
        seen.frames = seen.store.map { $0.framesInProgress.map { ShownFrame($0) } } ?? []
        return []
      })
    let instance = try mode.instantiate(module.bytes, imports: imports)
    seen.store = instance.store
    let arguments: [Value] =
      (0..<6).map { .i64(UInt64($0) << 32) } + (1...4).map { .f64(Double($0).bitPattern) }
    _ = try instance.export(named: "it")?.function?.call(arguments)
    #expect(seen.frames == [ShownFrame("it", arguments)])
  }

  @Test func `Values are there until compiled code runs again, and then no more`() throws {
    let pair = try ChainPair(.host)
    let early = try pair.trap("own1")
    var frames = early.frameValues.makeIterator()
    #expect(frames.next().map { ShownFrame($0) } == Chain.frames(["trap", "own1"]).first)
    let late = try pair.trap("own1")
    #expect(frames.next() == nil)
    #expect(Array(early.frameValues).isEmpty && early.frames.count == 2)
    #expect(Array(late.frameValues).count == 2)
    // A trap that a host function catches has values until the function returns.
    var caught: Trap?
    pair.enter = { [unowned pair] in
      do { return try pair.call("own2", $0) } catch let trap as Trap { caught = trap }
      #expect(
        caught?.frameValues.map { ShownFrame($0) }
          == Chain.frames(["trap", "own1", "own2", "call"]))
      return [.i32(0)]
    }
    _ = try pair.call("call")
    #expect(caught?.frames.count == 4)
    #expect(caught.map { Array($0.frameValues).isEmpty } == true)
  }
}
