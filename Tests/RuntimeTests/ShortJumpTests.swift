import Engine
import Runtime
import TestKit
import Testing

/// Jumps forward over little of the body, which have a field of one byte if the label proves near.
@Suite struct ShortJumpTests {
  /// Sets local 0 to 16: 14 bytes of the body, but more code than a short jump passes over.
  private static let longCode =
    Op.localGet(1) + (0..<4).flatMap { _ in truncate + [0xBA] as [UInt8] } + truncate + Op.i32wrap
    + Op.localSet(0)
  /// i64.trunc_f64_u, which f64.convert_i64_u (0xBA) undoes.
  private static let truncate: [UInt8] = [0xB1]

  /// Function 0 takes a number and 16, runs `code` and returns local 0.
  private func module(_ code: [UInt8]) -> [UInt8] {
    var builder = ModuleBuilder()
    builder.add([.i32, .f64], [.i32], code + Op.localGet(0))
    return builder.bytes
  }

  /// The arguments with the given number.
  private func arguments(_ x: UInt32) -> [Value] { [.i32(x), .f64((16 as Double).bitPattern)] }

  private static let shapes: [(name: String, code: [UInt8])] = [
    ("block", Op.block(Op.localGet(0) + Op.brIf(0) + longCode)),
    ("if", Op.localGet(0) + Op.i32eqz + [0x04, 0x40] + longCode + Op.end),
    (
      "else",
      Op.localGet(0) + [0x04, 0x40] + Op.i32(5) + Op.localSet(0) + Op.elseArm + longCode + Op.end
    ),
    (
      "br",
      Op.block(
        Op.block(Op.localGet(0) + Op.i32eqz + Op.brIf(0) + Op.br(1)) + longCode)
    ),
    (
      "comparison", Op.block(Op.localGet(0) + Op.i32(1) + Op.i32eq + Op.brIf(0) + longCode)
    ),
  ]

  @Test(arguments: CodegenMode.allCases)
  func `A jump over few bytes of wasm and many of code arrives all the same`(
    _ mode: CodegenMode
  ) throws {
    for shape in Self.shapes {
      let instance = try mode.instantiate(module(shape.code))
      let function = try #require(instance.function(0))
      for x in [0, 1] as [UInt32] {
        let expected: UInt32 = x == 0 ? 16 : (shape.name == "else" ? 5 : 1)
        #expect(
          try instance.call(function, arguments(x)) == [.i32(expected)], "\(shape.name) \(x)")
      }
    }
  }

  @Test(arguments: CodegenMode.allCases)
  func `A function that was compiled once more tells where it trapped`(_ mode: CodegenMode) throws {
    for shape in Self.shapes {
      let code = shape.code + Op.unreachable
      let bytes = module(code)
      let instance = try mode.instantiate(bytes)
      let function = try #require(instance.function(0))
      for x in [0, 1] as [UInt32] {
        let trap = try #require(throws: Trap.self) { try instance.call(function, arguments(x)) }
        let frame = try #require(Array(trap.frameValues).first)
        let expected: UInt32 = x == 0 ? 16 : (shape.name == "else" ? 5 : 1)
        #expect(frame.locals.first == .i32(expected), "\(shape.name) \(x)")
      }
    }
  }

  @Test func `A jump over little code takes four bytes less`() throws {
    let block = Op.block(Op.localGet(0) + Op.brIf(0) + Op.i32(3) + Op.localSet(0))
    let code = (0..<32).flatMap { _ in block }
    func size(_ measures: SpeedMeasures) throws -> Int {
      try CompiledModule(
        compiling: Module(decoding: module(code)), config: CodegenConfig(measures: measures)
      ).codeRange(ofDefined: 0).count
    }
    #expect(try size([]) - size([.shortJumps]) == 32 * 4)
  }
}
