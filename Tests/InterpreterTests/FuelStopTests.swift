import Engine
import Runtime
import Testing
import TrapAnywhere

/// Where fuel ends and what all frames hold there does not depend on how a module was compiled.
@Suite struct FuelStopTests {
  /// What is left of a call: its results or its trap, with offsets, locals and operands.
  private static func outcomes(_ bytes: [UInt8], _ mode: Mode, fuel: UInt64) throws -> [String] {
    var config = mode.config
    config.countsFuel = true
    let module = try Module(decoding: bytes)
    let store = Store()
    store.fuel = fuel
    let instance = try Instance(
      try CompiledModule(compiling: module, config: config), imports: Imports(missing: .zero),
      store: store)
    return module.exports.filter { $0.kind == .function }.map { export in
      guard let function = instance.export(named: export.name)?.function else { return "none" }
      do throws(Trap) {
        let results = try function.call(function.type.parameters.map { Value.zero($0) })
        return "\(results)"
      } catch {
        let frames = Array(error.frameValues).map { frame in
          "\(frame.frame.functionIndex) \(frame.frame.offset) \(frame.locals) \(frame.operands)"
        }
        return "\(error.kind.name) \(frames)"
      }
    }
  }

  @Test(arguments: 0..<25)
  func `Every way of compiling stops at the same place with the same values`(seed: Int) throws {
    let bytes = RandomModule.bytes(seed: 5000 + seed)
    for fuel: UInt64 in [0, 1, 2, 3, 5, 8, 13, 40, 150] {
      let plain = try Self.outcomes(bytes, .spillEverything, fuel: fuel)
      if fuel == 0 { #expect(plain.allSatisfy { $0.hasPrefix("fuel-exhausted") }) }
      for mode in [Mode.default, .explicitBounds, .baselineCPU] {
        #expect(try Self.outcomes(bytes, mode, fuel: fuel) == plain, "\(mode), fuel \(fuel)")
      }
    }
  }
}
