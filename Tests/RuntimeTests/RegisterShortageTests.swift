import Engine
import Runtime
import Testing

/// Functions whose four parameters keep all registers that need not be saved, so that three remain
/// for operands: what an instruction wants beyond them must not be more than there are.
@Suite struct RegisterShortageTests {
  /// The word at an address below 64: 8, 3 and 5 at 0, 4 and 8.
  private static func load(_ address: UInt8) -> [UInt8] { [0x41, address, 0x28, 2, 0] }
  private static func local(_ index: UInt8) -> [UInt8] { [0x20, index] }
  /// The sum of two loads, which stays unevaluated in two registers.
  private static let sum = load(0) + load(4) + [0x6A]
  /// The comparison 1.0 = 1.0 or 1.0 = 0.0.
  private static func floatsEqual(_ equal: Bool) -> [UInt8] {
    let one: [UInt8] = [0x44, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F]
    return one + (equal ? one : [0x44] + [UInt8](repeating: 0, count: 8)) + [0x61]
  }

  /// A module with function 0: (i32 i32 i32 i32) -> i32 of the given body, and function 1, which
  /// folds six numbers to one: ((a * 3 + b) * 3 + c) * 3 ...
  private static func module(_ body: [UInt8]) -> [UInt8] {
    func section(_ id: UInt8, _ content: [UInt8]) -> [UInt8] {
      [id, UInt8(content.count)] + content
    }
    func function(_ code: [UInt8]) -> [UInt8] { [UInt8(code.count + 2), 0] + code + [0x0B] }
    var fold = local(0)
    for index: UInt8 in 1...5 { fold += [0x41, 3, 0x6C] + local(index) + [0x6A] }
    var bytes: [UInt8] = [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0]
    bytes += section(
      1,
      [2, 0x60, 4, 0x7F, 0x7F, 0x7F, 0x7F, 1, 0x7F]
        + [0x60, 6, 0x7F, 0x7F, 0x7F, 0x7F, 0x7F, 0x7F, 1, 0x7F])
    bytes += section(3, [2, 0, 1])
    bytes += section(5, [1, 0, 1])
    bytes += section(10, [2] + function(body) + function(fold))
    bytes += section(11, [1, 0, 0x41, 0, 0x0B, 12, 8, 0, 0, 0, 3, 0, 0, 0, 5, 0, 0, 0])
    return bytes
  }

  /// What the body makes of the arguments 1, 2, 3 and 4, one result a way of generating code.
  private func results(_ body: [UInt8]) throws -> [[Value]] {
    let configs = [
      CodegenConfig(), CodegenConfig(features: []), CodegenConfig(bounds: .explicit),
      CodegenConfig(switches: .spillEverything),
    ]
    return try configs.map { config in
      let compiled = try CompiledModule(
        compiling: try Module(decoding: Self.module(body)), config: config)
      let instance = try Instance(compiled, imports: Imports(), store: Store())
      let function = try #require(instance.function(0))
      return try instance.call(function, [.i32(1), .i32(2), .i32(3), .i32(4)])
    }
  }

  /// The expression is added to the four parameters, which thus keep their registers over it.
  private func expect(_ expression: [UInt8], gives value: UInt32) throws {
    var body = expression
    for index: UInt8 in 0...3 { body += Self.local(index) + [0x6A] }
    let expected = Array(repeating: [Value.i32(value + 10)], count: 4)
    #expect(try results(body) == expected)
  }

  @Test(arguments: [(0x74, 352), (0x75, 0), (0x76, 0), (0x77, 352), (0x78, 0x5800_0000)])
  func `Shifts of a sum by a loaded count`(_ opcode: UInt8, _ value: UInt32) throws {
    try expect(Self.sum + Self.load(8) + [opcode], gives: value)
  }

  @Test func `Shifts of a loaded value by a sum`() throws {
    try expect(Self.load(8) + Self.sum + [0x74], gives: 10240)
  }

  @Test func `A select between a constant and a sum`() throws {
    try expect([0x41, 7] + Self.sum + Self.local(0) + [0x1B], gives: 7)
    try expect([0x41, 7] + Self.sum + Self.local(0) + [0x45, 0x1B], gives: 11)
  }

  @Test(arguments: [(true, 11), (false, 6)])
  func `A select between two sums by a float comparison`(_ equal: Bool, _ value: UInt32) throws {
    let other = Self.load(8) + Self.local(0) + [0x6A]
    try expect(Self.sum + other + Self.floatsEqual(equal) + [0x1B], gives: value)
  }

  @Test func `A call whose arguments are sums of what it overwrites`() throws {
    var body: [UInt8] = []
    for index: UInt8 in 0..<6 { body += Self.local(index & 3) + [0x41, index + 1, 0x6A] }
    let expected = Array(repeating: [Value.i32(1070)], count: 4)
    #expect(try results(body + [0x10, 1]) == expected)
  }
}
