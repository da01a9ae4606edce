import Engine
import Runtime
import TestKit
import Testing

/// What `tools/fuzz` has found, reduced.
@Suite struct FuzzFindingTests {
  /// Two live values, so that the operand gets the last register that no local can have, and the mask
  /// the first that one can: that of the local in which the result is made.
  @Test(arguments: CodegenMode.allCases, [[0x9A], [0x99]] as [[UInt8]])
  func `A sign mask is not where the result goes`(mode: CodegenMode, sign: [UInt8]) throws {
    var module = ModuleBuilder()
    module.global(.f64, Op.f64(-2.5))
    let value = Op.globalGet(0)
    module.add(
      [], [.f64], locals: [(1, .f64)], export: "it",
      value + value + value + sign + Op.localSet(0) + Op.f64add + Op.localGet(0) + Op.f64add)
    let instance = try mode.instantiate(module.bytes)
    let function = try #require(instance.export(named: "it")?.function)
    // -2.5 - 2.5 + 2.5, whether negated or without its sign.
    #expect(try function.call() == [.f64((-2.5).bitPattern)])
  }
}
