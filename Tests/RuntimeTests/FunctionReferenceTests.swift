import Engine
import Runtime
import TestKit
import Testing

/// Typed function references: calls through them, and what null does.
@Suite struct FunctionReferenceTests {
  private static func section(_ id: UInt8, _ items: [[UInt8]]) -> [UInt8] {
    let content = ModuleBuilder.leb(items.count) + items.joined()
    return [id] + ModuleBuilder.leb(content.count) + content
  }

  private static func body(_ code: [UInt8], locals: [UInt8] = [0]) -> [UInt8] {
    ModuleBuilder.leb(locals.count + code.count + 1) + locals + code + Op.end
  }

  /// Type 0 is `(i32) -> i32`, type 1 `(ref null 0, i32) -> i32`, type 2 `(i64, ref null 0) -> i64`.
  ///
  /// Function 0 adds 1, function 1 doubles; `call` and `tail` call one or the other or null, `unless`
  /// and `when` branch on null with a value at hand.
  private static let module: [UInt8] = {
    let number: [UInt8] = [0x7F]
    let reference: [UInt8] = [0x63, 0]
    func type(_ parameters: [[UInt8]], _ results: [[UInt8]]) -> [UInt8] {
      [0x60, UInt8(parameters.count)] + parameters.joined() + [UInt8(results.count)]
        + results.joined()
    }
    let callRef: [UInt8] = [0x14, 0]
    let returnCallRef: [UInt8] = [0x15, 0]
    // 0: null, 1: function 0, 2: function 1
    let choose =
      Op.localGet(0) + [0x04, 0x63, 0] + Op.localGet(0) + Op.i32(1) + [0x46, 0x04, 0x63, 0]
      + [0xD2, 0, 0x05, 0xD2, 1] + Op.end + [0x05, 0xD0, 0] + Op.end
    let names = ["call", "tail", "unless", "when", "certain", "between"]
    return [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0]
      + section(
        1, [type([number], [number]), type([number, number], [number]), type([], [number])])
      + section(3, [[0], [0]] + names.map { _ in [1] })
      + section(7, names.enumerated().map { ModuleBuilder.name($1) + [0, UInt8($0 + 2)] })
      // ref.func wants the functions declared.
      + section(9, [[3, 0, 2, 0, 1]])
      + section(
        10,
        [
          body(Op.localGet(0) + Op.i32(1) + Op.i32add),
          body(Op.localGet(0) + Op.localGet(0) + Op.i32add),
          // Something lives across the call.
          body(Op.localGet(1) + Op.localGet(1) + choose + callRef + Op.i32add),
          body(Op.localGet(1) + choose + returnCallRef),
          // The label takes a value that lies under another one and the reference.
          body(
            Op.i32(5) + [0x02, 0x7F] + Op.i32(9) + Op.localGet(1) + choose + [0xD5, 0]
              + [0x1A, 0x1A, 0x1A] + Op.i32(70) + Op.end + Op.i32add),
          // The reference goes along if there is one.
          body(
            Op.localGet(1) + [0x02, 0x64, 0] + choose + [0xD6, 0] + Op.i32(-1) + Op.plain(0x0F)
              + Op.end + callRef),
          body(Op.localGet(1) + choose + [0xD4] + callRef),
          // A local that is never null, set in both arms of an if.
          body(
            choose + [0xD4, 0x21, 2] + Op.localGet(1) + [0x20, 2] + callRef,
            locals: [1, 1, 0x64, 0]),
        ])
  }()

  private static func run(
    _ name: String, _ choice: UInt32, _ mode: CodegenMode
  ) throws -> [Value] {
    let instance = try mode.instantiate(module)
    return try #require(instance.export(named: name)?.function).call([.i32(choice), .i32(20)])
  }

  @Test(arguments: CodegenMode.allCases)
  func `A call by reference calls the function, and what else is on the stack stays`(
    mode: CodegenMode
  ) throws {
    #expect(try Self.run("call", 1, mode) == [.i32(41)])
    #expect(try Self.run("call", 2, mode) == [.i32(60)])
    #expect(try Self.run("tail", 2, mode) == [.i32(40)])
    #expect(try Self.run("certain", 1, mode) == [.i32(21)])
    #expect(try Self.run("between", 2, mode) == [.i32(40)])
  }

  @Test(arguments: CodegenMode.allCases)
  func `Null is a trap where a function is wanted`(mode: CodegenMode) throws {
    for (name, message) in [
      ("call", "null function reference"), ("tail", "null function reference"),
      ("certain", "null reference"), ("between", "null reference"),
    ] {
      let trap = try #require(throws: Trap.self) { try Self.run(name, 0, mode) }
      #expect(trap.kind == .nullReference)
      #expect(trap.message == message)
      // The operands are those before the instruction: the number and the reference.
      let frame = try #require(trap.frameValues.first { _ in true })
      #expect(frame.locals.prefix(2) == [.i32(0), .i32(20)])
      #expect(frame.operands.last == .funcref(nil))
    }
  }

  @Test(arguments: CodegenMode.allCases)
  func `A branch on null takes the label's values along`(mode: CodegenMode) throws {
    #expect(try Self.run("unless", 0, mode) == [.i32(25)])
    #expect(try Self.run("unless", 1, mode) == [.i32(75)])
    #expect(try Self.run("when", 0, mode) == [.i32(.max)])
    #expect(try Self.run("when", 2, mode) == [.i32(40)])
  }

  /// Types 0 to 3 are all `() -> i32`: 0 can have subtypes, 1 is one of it, 2 one of 1 and final, 3
  /// stands alone; each has a function in the table, which ends with a null.
  ///
  /// `as0` to `as3` call an entry as one of the types, `tail0` to `tail3` at their end.
  private static let family: [UInt8] = {
    let shape: [UInt8] = [0x60, 0, 1, 0x7F]
    let types = [
      [0x50, 0] + shape, [0x50, 1, 0] + shape, [0x4F, 1, 1] + shape, shape,
      [0x60, 1, 0x7F, 1, 0x7F],
    ]
    let names = (0..<4).map { "as\($0)" } + (0..<4).map { "tail\($0)" }
    let codes = (0..<4).map { body(Op.i32(Int32(10 + $0))) }
    return [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0] + section(1, types)
      + section(3, (0..<4).map { [$0] } + names.map { _ in [4] })
      + section(4, [[0x70, 0, 5]])
      + section(
        7,
        names.enumerated().map { ModuleBuilder.name($1) + [0, UInt8($0 + 4)] }
          + (0..<4).map { ModuleBuilder.name("f\($0)") + [0, $0] })
      + section(9, [[0, 0x41, 0, 0x0B, 4, 0, 1, 2, 3]])
      + section(
        10,
        codes
          + (0..<4).map { body(Op.localGet(0) + Op.callIndirect(type: $0)) }
          + (0..<4).map { body(Op.localGet(0) + Op.returnCallIndirect(type: $0)) })
  }()

  @Test(arguments: CodegenMode.allCases)
  func `A function can be called as each of its declared supertypes, and as nothing else`(
    mode: CodegenMode
  ) throws {
    let instance = try mode.instantiate(Self.family)
    let fitting = [[0, 1, 2], [1, 2], [2], [3]]
    for (type, functions) in fitting.enumerated() {
      for name in ["as\(type)", "tail\(type)"] {
        let call = try #require(instance.export(named: name)?.function)
        for entry in 0..<4 where functions.contains(entry) {
          #expect(try call.call([.i32(UInt32(entry))]) == [.i32(UInt32(10 + entry))])
        }
        for entry in 0..<4 where !functions.contains(entry) {
          let trap = try #require(throws: Trap.self) { try call.call([.i32(UInt32(entry))]) }
          #expect(trap.kind == .indirectCallTypeMismatch)
        }
        let null = try #require(throws: Trap.self) { try call.call([.i32(4)]) }
        #expect(null.kind == .indirectCallToNull)
      }
    }
  }

  @Test(arguments: [0, 1, 3])
  func `Each element of a table begins as what its type says, however many there are`(
    size: UInt8
  ) throws {
    let bytes: [UInt8] =
      [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0] + Self.section(1, [[0x60, 0, 1, 0x7F]])
      + Self.section(3, [[0]])
      // (table size (ref func) (ref.func 0))
      + Self.section(4, [[0x40, 0, 0x64, 0x70, 0, size, 0xD2, 0, 0x0B]])
      + Self.section(7, [[1, 0x74, 1, 0]]) + Self.section(10, [Self.body([0x41, 9])])
    let instance = try CodegenMode.host.instantiate(bytes)
    let table = try #require(instance.export(named: "t")?.table)
    #expect(table.count == Int(size))
    for i in 0..<table.count {
      #expect(table[i] == .funcref(try #require(instance.function(0)).reference))
    }
  }

  @Test func `An import takes a function of a subtype, and no other`() throws {
    let store = Store()
    func compiled(_ bytes: [UInt8]) throws -> CompiledModule {
      try CompiledModule(compiling: Module(decoding: bytes), config: .host)
    }
    let family = try Instance(compiled(Self.family), imports: Imports(), store: store)
    var imports = Imports()
    imports.define(module: Array("m".utf8), exportsOf: family)
    let shape: [UInt8] = [0x60, 0, 1, 0x7F]
    let open = [[0x50, 0] + shape, [0x50, 1, 0] + shape]
    for (name, fits) in [("f0", false), ("f1", true), ("f2", true), ("f3", false)] {
      let importer: [UInt8] =
        [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0] + Self.section(1, open)
        + Self.section(2, [ModuleBuilder.name("m") + ModuleBuilder.name(name) + [0, 1]])
      let module = try compiled(importer)
      if fits {
        _ = try Instance(module, imports: imports, store: store)
      } else {
        #expect(throws: InstantiationError.self) {
          try Instance(module, imports: imports, store: store)
        }
      }
    }
  }

  @Test func `Equal recursive types of two modules are one, and the host tells their values apart`()
    throws
  {
    // A function that takes one of its own type, and says whether it got one.
    let module: [UInt8] =
      [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0] + Self.section(1, [[0x60, 1, 0x63, 0, 1, 0x7F]])
      + Self.section(3, [[0]]) + Self.section(7, [ModuleBuilder.name("f") + [0, 0]])
      + Self.section(10, [Self.body(Op.localGet(0) + [0xD1])])
    let store = Store()
    let functions = try (0..<2).map { _ in
      let compiled = try CompiledModule(compiling: Module(decoding: module), config: .host)
      let instance = try Instance(compiled, imports: Imports(), store: store)
      return try #require(instance.export(named: "f")?.function)
    }
    #expect(functions[0].type == functions[1].type)
    #expect(try functions[0].call([.funcref(functions[1].reference)]) == [.i32(0)])
    #expect(try functions[0].call([.funcref(nil)]) == [.i32(1)])
    let other = store.makeFunction(
      HostFunction("other", type: FuncType()) {
        (_: Caller, _: UnsafeMutablePointer<UInt64>) throws(HostError) in
      })
    let wanted = functions[0].type.parameters[0]
    #expect(Value.funcref(functions[1].reference).fits(wanted))
    #expect(!Value.funcref(other.reference).fits(wanted))
    #expect("\(wanted)" == "(ref null (func ((ref null (func …))) -> i32))")
  }
}
