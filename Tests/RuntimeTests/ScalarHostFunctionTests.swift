import Engine
import Runtime
import Synchronization
import TestKit
import Testing

@Suite("A host function that gets its arguments in registers")
struct ScalarHostFunctionTests {
  final class Context: Sendable {}

  /// Types of up to nine parameters, and for each the result.
  static let types: [FuncType] = [
    FuncType(), FuncType(results: [.i32]), FuncType(results: [.i64]),
    FuncType(parameters: [.i32], results: [.i64]),
    FuncType(parameters: [.i64, .i32, .i64]),
    FuncType(parameters: [.i32, .i32, .i32, .i32], results: [.i32]),
    FuncType(parameters: [.i64, .i32, .i32, .i64, .i32]),
    FuncType(parameters: Array(repeating: .i32, count: 9), results: [.i64]),
    // These travel in vector registers.
    FuncType(parameters: [.f32], results: [.f32]),
    FuncType(parameters: [.i32, .f64, .i32, .f32, .i64, .i32, .i32, .f32, .i32], results: [.f64]),
    FuncType(parameters: [.i32], results: [.f32]),
    FuncType(parameters: Array(repeating: .f64, count: 10), results: [.i32]),
  ]

  static func argument(_ number: Int, _ type: ValueType) -> Value {
    switch type {
    case .i32: .i32(0x8000_0001 &+ UInt32(number))
    case .i64: .i64(0x8000_0000_0000_0001 &+ UInt64(number))
    case .f32: .f32((Float(number) + 0.5).bitPattern)
    default: .f64((Double(number) - 0.25).bitPattern)
    }
  }

  /// Exports functions `direct` and `indirect` that call the import `host.f`, and gives back what
  /// it returns beside a value that lives over the call.
  static func cart(_ type: FuncType) -> [UInt8] {
    var module = ModuleBuilder()
    let host = module.importFunction("host", "f", type.parameters, type.results)
    let arguments = type.parameters.indices.flatMap { Op.localGet($0) }
    let calls = [
      ("direct", Op.call(host)),
      (
        "indirect",
        Op.i32(0) + Op.callIndirect(type: module.type(type.parameters, type.results))
      ),
    ]
    for (name, call) in calls {
      module.add(type.parameters, type.results, export: name, Op.nop + arguments + call)
    }
    module.table(size: 1, elements: [host])
    return module.bytes
  }

  @Test(arguments: types, CodegenMode.allCases)
  func `gets every argument and gives its result`(type: FuncType, mode: CodegenMode) throws {
    let context = Context()
    let seen = Mutex<[UInt64]>([])
    let host = HostFunction("f", type: type, context: context) {
      first, second, third, fourth, others, given in
      let isOwn = given === context
      #expect(isOwn)
      let arguments = HostArguments(first, second, third, fourth, others)
      seen.withLock { $0 = type.parameters.indices.map { arguments[$0] } }
      // The upper half must not matter where the result is an i32.
      return 0xFFFF_FFFF_4020_0000
    }
    var imports = Imports()
    imports.define(module: "host", name: "f", host)
    let instance = try mode.instantiate(Self.cart(type), imports: imports)
    let values = type.parameters.enumerated().map { Self.argument($0.offset, $0.element) }
    let functions = ["direct", "indirect"].map { instance.export(named: $0)?.function }
    for function in functions + [instance.store.makeFunction(host)] {
      seen.withLock { $0 = [] }
      let results = try #require(function).call(values)
      let expected: [Value] = type.results.map {
        switch $0 {
        case .i32: .i32(0x4020_0000)
        case .i64: .i64(0xFFFF_FFFF_4020_0000)
        case .f32: .f32(0x4020_0000)
        default: .f64(0xFFFF_FFFF_4020_0000)
        }
      }
      #expect(results == expected)
      let words = seen.withLock { $0 }
      let found = zip(type.parameters, words).map { type, word -> Value in
        switch type {
        // The whole word counts: an i32 is zero-extended.
        case .i32 where word >> 32 == 0: .i32(UInt32(word))
        case .f32: .f32(UInt32(truncatingIfNeeded: word))
        case .f64: .f64(word)
        default: .i64(word)
        }
      }
      #expect(found == values)
    }
  }

  @Test(arguments: types, CodegenMode.allCases)
  func `stops the cart with its error, and the next call works`(
    type: FuncType, mode: CodegenMode
  ) throws {
    let fails = Mutex(true)
    var imports = Imports()
    imports.define(
      module: "host", name: "f",
      HostFunction("f", type: type, context: Context()) { _, _, _, _, _, _ in
        if fails.withLock({ $0 }) { throw HostError("not \(type.parameters.count) today") }
        return 0
      })
    let instance = try mode.instantiate(Self.cart(type), imports: imports)
    let values = type.parameters.enumerated().map { Self.argument($0.offset, $0.element) }
    for name in ["direct", "indirect"] {
      let function = try #require(instance.export(named: name)?.function)
      fails.withLock { $0 = true }
      for _ in 0..<3 {
        let trap = try #require(throws: Trap.self) { try function.call(values) }
        #expect(trap.kind == .hostError)
        #expect(trap.message == "not \(type.parameters.count) today")
        #expect(trap.frames.map(\.functionIndex) == [name == "direct" ? 1 : 2])
        // Its arguments are the caller's parameters, which are still to be had.
        #expect(trap.frameValues.map(\.locals) == [values])
      }
      fails.withLock { $0 = false }
      #expect(try function.call(values).count == type.results.count)
    }
  }

  @Test(arguments: CodegenMode.allCases)
  func `may call into wasm and pass a trap on`(mode: CodegenMode) throws {
    var module = ModuleBuilder()
    let enter = module.importFunction("host", "enter", [.i32, .i32, .i32, .i32, .i32], [.i32])
    module.add(export: "inner", Op.unreachable)
    module.add([], [.i32], export: "seven", Op.i32(7))
    let values = (1...5).flatMap { Op.i32($0) }
    module.add(
      [.i32], [.i32], export: "outer", values + Op.call(enter) + Op.localGet(0) + Op.i32add)
    let callee = Mutex<Function?>(nil)
    var imports = Imports()
    imports.define(
      module: "host", name: "enter",
      HostFunction("enter", type: module.types[0], context: Context()) { _, _, _, _, others, _ in
        guard case .i32(let value)? = try callee.withLock({ $0 })?.call().first else { return 0 }
        return UInt64(value) &* others[0]
      })
    let instance = try mode.instantiate(module.bytes, imports: imports)
    defer { callee.withLock { $0 = nil } }
    let outer = try #require(instance.export(named: "outer")?.function)
    callee.withLock { $0 = instance.export(named: "seven")?.function }
    #expect(try outer.call([.i32(100)]) == [.i32(135)])
    callee.withLock { $0 = instance.export(named: "inner")?.function }
    let trap = try #require(throws: Trap.self) { try outer.call([.i32(100)]) }
    #expect(trap.kind == .unreachable)
    #expect(trap.frames.map(\.functionIndex) == [1, 3])
  }

  @Test(arguments: CodegenMode.allCases)
  func `is followed by a stop that was asked for meanwhile`(mode: CodegenMode) throws {
    var module = ModuleBuilder()
    let stop = module.importFunction("host", "stop", [.i32], [.i32])
    module.add([], [.i32], export: "asks", Op.i32(1) + Op.call(stop))
    let handle = Mutex<(@Sendable () -> Void)?>(nil)
    var imports = Imports()
    imports.define(
      module: "host", name: "stop",
      HostFunction("stop", type: module.types[0], context: Context()) { _, _, _, _, _, _ in
        handle.withLock { $0 }?()
        return 1
      })
    let instance = try mode.instantiate(module.bytes, imports: imports)
    let asks = try #require(instance.export(named: "asks")?.function)
    #expect(try asks.call() == [.i32(1)])
    handle.withLock { $0 = instance.store.interruptHandle }
    let trap = try #require(throws: Trap.self) { try asks.call() }
    #expect(trap.kind == .interrupted && trap.frames.count == 1)
  }
}
