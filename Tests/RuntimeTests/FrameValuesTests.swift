import Engine
import Foundation
import Runtime
import TestKit
import Testing

/// A frame as these tests compare it.
private struct Shown: Equatable, CustomStringConvertible {
  var name: String?
  var locals: [Value?]
  var operands: [Value?]

  init(_ name: String, _ locals: [Value?], _ operands: [Value?] = []) {
    (self.name, self.locals, self.operands) = (name, locals, operands)
  }
  init(_ frame: FrameSnapshot) {
    (name, locals, operands) = (frame.frame.name, frame.locals, frame.operands)
  }
  var description: String { "\(name ?? "?") \(locals) | \(operands)" }
}

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
  static func frames(_ names: [String]) -> [Shown] {
    var (a, b, c, d) = (0x1234_5678 as UInt32, 0xFEDC_BA98_7654_3210 as UInt64, Float(1.25), -2.5)
    var frames: [Shown] = []
    for name in names.reversed() {
      frames.append(
        Shown(
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
  var frames: [Shown] = []
}

/// Locals and operands of all frames, from the machine's registers and stack.
@Suite(.serialized) struct FrameValuesTests {
  @Test(arguments: CodegenMode.allCases)
  func `Registers that callees have saved are followed through frames and instances`(
    mode: CodegenMode
  ) throws {
    let pair = try ChainPair(mode)
    for (count, name) in Chain.foreignNames.enumerated() {
      let trap = try pair.trap(name)
      #expect(
        trap.frameValues.map { Shown($0) } == Chain.frames(Array(Chain.foreignNames[...count])))
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
    #expect(trap.frameValues.map { Shown($0) } == expected)
    // Once more, with a host frame between two activations of the same function.
    var depth = 0
    pair.enter = { [unowned pair] in
      depth += 1
      return try pair.call(depth < 5 ? "call" : "own2", $0)
    }
    #expect(
      try pair.trap("call").frameValues.map { Shown($0) }
        == Chain.frames(["trap", "own1", "own2"] + Array(repeating: "call", count: 5)))
  }

  @Test(arguments: CodegenMode.allCases)
  func `A host function sees the values of its callers, also below a host function`(
    mode: CodegenMode
  ) throws {
    let pair = try ChainPair(mode)
    var seen: [[Shown]] = []
    var kept: FrameValues?
    pair.enter = { [unowned pair] in
      seen.append(pair.store.framesInProgress.map { Shown($0) })
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
    #expect(trap.frameValues.map { Shown($0) } == Chain.frames(["call"]))
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
        seen.frames = seen.store.map { $0.framesInProgress.map { Shown($0) } } ?? []
        return []
      })
    let instance = try mode.instantiate(module.bytes, imports: imports)
    seen.store = instance.store
    let arguments: [Value] =
      (0..<6).map { .i64(UInt64($0) << 32) } + (1...4).map { .f64(Double($0).bitPattern) }
    _ = try instance.export(named: "it")?.function?.call(arguments)
    #expect(seen.frames == [Shown("it", arguments)])
  }

  @Test func `Values are there until compiled code runs again, and then no more`() throws {
    let pair = try ChainPair(.host)
    let early = try pair.trap("own1")
    var frames = early.frameValues.makeIterator()
    #expect(frames.next().map { Shown($0) } == Chain.frames(["trap", "own1"]).first)
    let late = try pair.trap("own1")
    #expect(frames.next() == nil)
    #expect(Array(early.frameValues).isEmpty && early.frames.count == 2)
    #expect(Array(late.frameValues).count == 2)
    // A trap that a host function catches has values until the function returns.
    var caught: Trap?
    pair.enter = { [unowned pair] in
      do { return try pair.call("own2", $0) } catch let trap as Trap { caught = trap }
      #expect(
        caught?.frameValues.map { Shown($0) } == Chain.frames(["trap", "own1", "own2", "call"]))
      return [.i32(0)]
    }
    _ = try pair.call("call")
    #expect(caught?.frames.count == 4)
    #expect(caught.map { Array($0.frameValues).isEmpty } == true)
  }

  // MARK: Builtins

  /// A call of a builtin that traps: what is pushed, the instruction, and the operands it has.
  private struct Refusal: CustomTestStringConvertible {
    var name: String
    var code: [UInt8]
    var operands: [Value]
    var testDescription: String { name }
  }

  private static let refusals: [Refusal] = {
    let three = Op.localGet(0) + Op.i32(-5) + Op.localGet(1)
    let operands: [Value] = [.i32(10), .i32(UInt32(bitPattern: -5)), .i32(1 << 20)]
    return [
      Refusal(name: "memory.fill", code: three + Op.memoryFill, operands: operands),
      Refusal(name: "memory.copy", code: three + Op.memoryCopy, operands: operands),
      Refusal(name: "memory.init", code: three + [0xFC, 8, 0, 0], operands: operands),
      Refusal(name: "table.copy", code: three + [0xFC, 14, 0, 0], operands: operands),
      Refusal(name: "table.init", code: three + [0xFC, 12, 0, 0], operands: operands),
      Refusal(
        name: "table.fill", code: Op.localGet(1) + [0xD0, 0x70] + Op.localGet(0) + [0xFC, 17, 0],
        operands: [.i32(1 << 20), .funcref(nil), .i32(10)]),
      Refusal(
        name: "table.get", code: Op.localGet(1) + [0x25, 0] + Op.drop, operands: [.i32(1 << 20)]),
      Refusal(
        name: "table.set", code: Op.localGet(1) + [0xD0, 0x70] + [0x26, 0],
        operands: [.i32(1 << 20), .funcref(nil)]),
    ]
  }()

  @Test(arguments: CodegenMode.allCases, refusals)
  private func `A bulk operation out of bounds shows its operands`(
    mode: CodegenMode, refusal: Refusal
  ) throws {
    var module = ModuleBuilder()
    module.memory(pages: 1)
    module.table(size: 4, elements: [0])
    // A passive element segment and a passive data segment, both empty, and the data count.
    module.sections[9] = [1, 1, 0, 0]
    module.sections[12] = [1]
    module.sections[11] = [1, 1, 0]
    module.add(
      [.i32, .i32, .f64], [.f64], locals: [(1, .i64)], export: "it",
      Op.i64(-9) + Op.localSet(3) + Op.i32(40) + refusal.code + Op.drop + Op.localGet(3) + Op.drop
        + Op.localGet(2))
    let instance = try mode.instantiate(module.bytes)
    let trap = try #require(throws: Trap.self) {
      try instance.export(named: "it")?.function?
        .call([.i32(10), .i32(1 << 20), .f64(1.5.bitPattern)])
    }
    #expect(
      trap.frameValues.map { Shown($0) } == [
        Shown(
          "it", [.i32(10), .i32(1 << 20), .f64(1.5.bitPattern), .i64(UInt64(bitPattern: -9))],
          [.i32(40)] + refusal.operands)
      ])
  }

  // MARK: Values of every kind

  @Test(arguments: CodegenMode.allCases)
  func `Unevaluated sums, flags, constants and references are evaluated`(mode: CodegenMode) throws {
    var module = ModuleBuilder()
    module.table(size: 1, elements: [0])
    module.add(
      [.i32, .i64, .funcref, .externref], locals: [(1, .f32), (1, .funcref), (1, .externref)],
      export: "it",
      Op.localGet(0) + Op.i32(-1) + Op.i32add  // wraps around in 32 bits
        + Op.localGet(1) + Op.localGet(1) + Op.i64add
        + Op.f32(-0.0) + [0xD0, 0x6F] + Op.localGet(2) + Op.localGet(3) + [0xD2, 0]
        + Op.localGet(0) + Op.i32(1) + Op.i32ltU + Op.unreachable)
    let instance = try mode.instantiate(module.bytes)
    let function = try #require(instance.export(named: "it")?.function)
    let own = Value.funcref(function.reference)
    let host = instance.store.makeFunction(HostFunction("host", type: FuncType()) { _, _ in [] })
    for reference in [own, .funcref(nil), .funcref(host.reference)] {
      let trap = try #require(throws: Trap.self) {
        try function.call([.i32(0), .i64(1 << 63 | 21), reference, .externref(7)])
      }
      #expect(
        trap.frameValues.map { Shown($0) } == [
          Shown(
            "it",
            [
              .i32(0), .i64(1 << 63 | 21), reference, .externref(7), .f32(0), .funcref(nil),
              .externref(nil),
            ],
            [
              .i32(.max), .i64(42), .f32(0x8000_0000), .externref(nil), reference, .externref(7),
              own, .i32(1),
            ])
        ])
    }
  }

  @Test(arguments: CodegenMode.allCases)
  func `A load out of bounds shows its index and what a store would have stored`(
    mode: CodegenMode
  ) throws {
    var module = ModuleBuilder()
    module.memory(pages: 1)
    module.add(
      [.i32, .i64], export: "store",
      Op.i32(5) + Op.localGet(0) + Op.i32(4) + Op.i32add + Op.localGet(1) + Op.memory(0x37)
        + Op.drop)
    module.add(
      [.i32, .i32], [.i32], export: "divide",
      Op.localGet(0) + Op.localGet(0) + Op.localGet(1) + Op.i32divS + Op.i32add)
    let instance = try mode.instantiate(module.bytes)
    func frames(_ name: String, _ arguments: [Value]) throws -> [Shown] {
      let trap = try #require(throws: Trap.self) {
        try instance.export(named: name)?.function?.call(arguments)
      }
      return trap.frameValues.map { Shown($0) }
    }
    let stored: [Value] = [.i32(0x1_0000), .i64(1 << 40)]
    #expect(
      try frames("store", stored)
        == [Shown("store", stored, [.i32(5), .i32(0x1_0004), .i64(1 << 40)])])
    let divided: [Value] = [.i32(9), .i32(0)]
    #expect(try frames("divide", divided) == [Shown("divide", divided, [.i32(9)] + divided)])
    let overflowing: [Value] = [.i32(1 << 31), .i32(.max)]
    #expect(
      try frames("divide", overflowing)
        == [Shown("divide", overflowing, [.i32(1 << 31)] + overflowing)])
  }

  // MARK: Deep stacks

  /// Recursion without end; the first parameter counts calls, and all parameters live over them.
  private static let recursion: [UInt8] = {
    var module = ModuleBuilder()
    module.add(
      [.i32, .i64], [.i32], export: "it",
      Op.localGet(0) + Op.i32(1) + Op.i32add + Op.localGet(1) + Op.i64(-1) + Op.i64xor + Op.call(0)
        + Op.localGet(0) + Op.i32add + Op.localGet(1) + Op.i32wrap + Op.i32add)
    return module.bytes
  }()

  @Test(arguments: CodegenMode.allCases)
  func `Every frame of an exhausted stack has its own values`(mode: CodegenMode) throws {
    let instance = try mode.instantiate(Self.recursion, stackBytes: 256 << 10)
    let trap = try #require(throws: Trap.self) {
      try instance.export(named: "it")?.function?.call([.i32(0), .i64(99)])
    }
    #expect(trap.kind == .callStackExhausted)
    let count = trap.frames.count
    #expect(count > 1000)
    let frames = Array(trap.frameValues)
    #expect(frames.count == count)
    let isRight = frames.enumerated().allSatisfy { (position, frame) in
      let depth = count - 1 - position
      return frame.locals == [.i32(UInt32(depth)), .i64(depth % 2 == 0 ? 99 : ~99)]
        && frame.operands.isEmpty
    }
    #expect(isRight)
  }

  @Test func `Fifty thousand locals in each of many functions take bounded memory`() async throws {
    // In a process of its own, whose memory nobody else uses.
    await #expect(processExitsWith: .success) {
      var module = ModuleBuilder()
      module.add([.i32], locals: [(49_999, .i64)], export: "0", Op.unreachable)
      for i in 1..<200 {
        module.add(
          [.i32], locals: [(49_999, .i64)], export: "\(i)",
          Op.i64(Int64(i)) + Op.localSet(49_999) + Op.localGet(0) + Op.call(i - 1)
            + Op.localGet(49_999) + Op.drop)
      }
      let instance = try CodegenMode.host.instantiate(module.bytes)
      let trap = try #require(throws: Trap.self) {
        try instance.export(named: "199")?.function?.call([.i32(3)])
      }
      let before = residentBytes()
      var count: UInt64 = 0
      for frame in trap.frameValues {
        #expect(frame.locals.count == 50_000)
        #expect(frame.locals.first == .i32(3) && frame.locals.last == .i64(count))
        count += 1
      }
      #expect(count == 200)
      // All of them at once would be more than 200 MB.
      #expect(residentBytes() - before < 100 << 20)
    }
  }

  // MARK: Stops

  private static func trap(_ function: Function, _ arguments: [Value]) -> Trap? {
    do {
      _ = try function.call(arguments)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: CodegenMode.allCases)
  func `A loop that is stopped anywhere has the locals of one instruction`(mode: CodegenMode) throws
  {
    var module = ModuleBuilder()
    let next = Op.localGet(0) + Op.i32(1) + Op.i32add + Op.localSet(0)
    let copy = Op.localGet(0) + Op.localSet(1)
    module.add(
      [.i32, .i32, .i64, .f64], export: "it", Op.loop(next + copy + Op.br(0)))
    let instance = try mode.instantiate(module.bytes)
    let function = try #require(instance.export(named: "it")?.function)
    instance.store.callbackLimit = 0.005
    for _ in 0..<20 {
      let trap = try #require(throws: Trap.self) {
        try function.call([.i32(0), .i32(0), .i64(1 << 50), .f64(0.25.bitPattern)])
      }
      #expect(trap.kind == .interrupted)
      let frames = Array(trap.frameValues)
      #expect(frames.count == 1)
      guard let frame = frames.first, frame.locals.count == 4,
        case .i32(let counter)? = frame.locals[0], case .i32(let copy)? = frame.locals[1]
      else {
        Issue.record("no locals: \(frames)")
        continue
      }
      #expect(counter &- copy <= 1)
      #expect(counter > 1000)
      #expect(frame.locals[2...] == [.i64(1 << 50), .f64(0.25.bitPattern)])
    }
  }

  @Test(arguments: CodegenMode.allCases)
  func `A stop in a prologue or an epilogue leaves the callers their values`(
    mode: CodegenMode
  ) throws {
    // `down` calls itself to depth 0 and keeps its parameters over the call: so many that all
    // preserved registers are saved and restored, which takes most of the time.
    let parameters: [ValueType] = [.i32, .i64, .i64, .i64, .i64, .f64, .f64, .f64]
    var module = ModuleBuilder()
    func sum(_ add: (Int) -> [UInt8]) -> [UInt8] { (1...4).flatMap(add) }
    let down = module.add(
      parameters, [.i64], export: "down",
      Op.localGet(0)
        + Op.ifElse(
          0x7E,
          Op.localGet(0) + Op.i32(1) + Op.i32sub
            + sum { Op.localGet($0) + Op.i64(1) + Op.i64add }
            + [5, 6, 7].flatMap { Op.localGet($0) + Op.f64(1) + Op.f64add } + Op.call(0), Op.i64(0))
        + Op.localGet(0) + Op.i64extendU + Op.i64add + sum { Op.localGet($0) + Op.i64add }
        + Op.localGet(5) + Op.localGet(6) + Op.f64add + Op.localGet(7) + Op.f64add + Op.drop)
    module.add(
      [.i32], export: "forever",
      Op.loop(
        Op.localGet(0) + sum { Op.i64(Int64(1000 * $0)) } + Op.f64(0.5) + Op.f64(100.5)
          + Op.f64(200.5) + Op.call(down) + Op.drop + Op.br(0)))
    let instance = try mode.instantiate(module.bytes)
    let function = try #require(instance.export(named: "forever")?.function)
    let interrupt = instance.store.interruptHandle
    let ended = Flag()
    let thread = PlainThread {
      while !ended.isSet {
        interrupt()
        usleep(200)
      }
      return true
    }
    defer {
      ended.set()
      _ = thread.join()
    }
    let deadline = Date().addingTimeInterval(60)
    var (stops, missing) = (0, 0)
    // Told at the end: an expectation takes longer than all the rest, and so does requiring a trap.
    var wrong: [String] = []
    while stops < 1000 && Date() < deadline {
      guard let trap = Self.trap(function, [.i32(20)]), trap.kind == .interrupted,
        let oldest = trap.frames.last
      else { continue }
      let frames = Array(trap.frameValues)
      if oldest.name != "forever" || frames.count != trap.frames.count { wrong.append("\(frames)") }
      for (position, frame) in frames.enumerated() {
        let depth = frames.count - 2 - position
        let expected: [Value?] =
          depth < 0
          ? [.i32(20)]
          : [.i32(UInt32(20 - depth))] + (1...4).map { .i64(UInt64(1000 * $0 + depth)) }
            + [0.5, 100.5, 200.5].map { .f64(($0 + Double(depth)).bitPattern) }
        let isMissing =
          position == 0 && frame.isApproximate && frame.locals == expected.map { _ in nil }
        if isMissing { missing += 1 }
        if !isMissing && frame.locals != expected || frame.isApproximate && position > 0 {
          wrong.append("frame \(position) of \(frames.count): \(Shown(frame))")
        }
      }
      stops += 1
    }
    #expect(wrong == [])
    #expect(stops == 1000)
    #expect(missing > 0, "no stop has met a prologue or epilogue, of \(stops)")
  }

  @Test(arguments: CodegenMode.allCases)
  func `A bulk operation that is stopped shows its operands as approximate`(
    mode: CodegenMode
  ) throws {
    var module = ModuleBuilder()
    module.memory(pages: 3200)
    module.add(
      [.i32], export: "it",
      Op.loop(Op.i32(0) + Op.localGet(0) + Op.i32(200 << 20) + Op.memoryFill + Op.br(0)))
    let instance = try mode.instantiate(module.bytes)
    instance.store.callbackLimit = 0.05
    let trap = try #require(throws: Trap.self) {
      try instance.export(named: "it")?.function?.call([.i32(7)])
    }
    let frame = try #require(Array(trap.frameValues).first)
    #expect(trap.kind == .interrupted && frame.isApproximate && frame.locals == [.i32(7)])
    // A stop between two fills has other operands.
    if frame.operands.count == 3 {
      #expect(frame.operands == [.i32(0), .i32(7), .i32(200 << 20)])
    }
  }
}
