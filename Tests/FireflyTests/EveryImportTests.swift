import Console
import Engine
import TestKit
import Testing

@testable import Firefly

/// Carts that import everything there is and call it with numbers from the edge.
@Suite("A hostile cart")
struct EveryImportTests {
  /// Where a cart makes its calls.
  enum Moment: String, CaseIterable {
    /// The start function: the console does not know the memory yet.
    case start
    case boot
    case update
    case render
    case beforeExit = "before_exit"
  }

  private static let privileged = ["_meta": MetadataTests.metadata(sudo: 1)]

  /// A cart that calls every function with `bits` for each argument, one after the other, and then
  /// with `bits` for all of them; other arguments are small and right.
  private func cart(_ bits: UInt32, at moment: Moment, hasMemory: Bool) -> [UInt8] {
    var module = ModuleBuilder()
    var code: [UInt8] = []
    for host in HostModule.all {
      for function in host.functions where function.name != "proc_exit" {
        let type = function.type
        let index = module.importFunction(
          host.name, function.name, type.parameters, type.results)
        for odd in 0...type.parameters.count {
          for (place, parameter) in type.parameters.enumerated() {
            let isOdd = place == odd || odd == type.parameters.count
            code += Self.constant(isOdd ? bits : 16, parameter)
          }
          code += Op.call(index) + type.results.flatMap { _ in Op.drop }
        }
      }
    }
    if hasMemory {
      module.memory(pages: 1)
      // An image, a font and a name, wherever a pointer of 16 or less leads.
      module.data(at: 0, Array(repeating: 0x22, count: 64))
    }
    let function = module.add(export: moment == .start ? "other" : moment.rawValue, code)
    if moment == .start { module.sections[8] = ModuleBuilder.leb(function) }
    return module.bytes
  }

  private static func constant(_ bits: UInt32, _ type: ValueType) -> [UInt8] {
    switch type {
    case .i64: Op.i64(Int64(bitPattern: UInt64(bits) << 32 | UInt64(bits)))
    case .f32: Op.f32(Float(bitPattern: bits))
    case .f64: Op.f64(Double(Float(bitPattern: bits)))
    default: Op.i32(bits: bits)
    }
  }

  @Test(
    "gets errors in the log and no more, whatever it calls and when", arguments: Moment.allCases)
  func getsErrors(moment: Moment) throws {
    let options = ConsoleOptions(system: MemoryStorage(["data/f/f/f": [1]]))
    for hasMemory in [true, false] {
      for bits in HostileCallTests.words.map(UInt32.init(truncatingIfNeeded:)) {
        let console = try Console(
          cart: Cart(
            id: "hostile", wasm: cart(bits, at: moment, hasMemory: hasMemory),
            files: CartFiles(Self.privileged)),
          profile: FireflyProfile.self, options: options)
        let outcomes = [console.boot(), console.step(InputFrame()), console.close()]
        for outcome in outcomes {
          if case .crashed(let crash) = outcome { Issue.record("\(bits): \(crash.trap)") }
        }
        let lines = console.log.drain()
        #expect(lines.count <= 4 * (ConsoleLog.linesPerFrame + 1))
        #expect(lines.contains { $0.level == .error }, "no call was refused")
        #expect(console.picture.pixels.allSatisfy { $0 < 18 })
      }
    }
  }
}
