import Engine
import Runtime
import TestKit
import Testing

/// Typed function references: calls through them, and what null does.
@Suite struct FunctionReferenceTests {
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
    func section(_ id: UInt8, _ items: [[UInt8]]) -> [UInt8] {
      let content = ModuleBuilder.leb(items.count) + items.joined()
      return [id] + ModuleBuilder.leb(content.count) + content
    }
    func body(_ code: [UInt8], locals: [UInt8] = [0]) -> [UInt8] {
      ModuleBuilder.leb(locals.count + code.count + 1) + locals + code + Op.end
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
}
