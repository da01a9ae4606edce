import Console
import Engine
import Postmortem
import Runtime
import TestKit
import Testing

@testable import Firefly

@Suite("Where a cart crashes")
struct CrashPlaceTests {
  /// The report of the first crash of a cart.
  private func report(_ builder: ModuleBuilder) throws -> CrashReport {
    let console = try Console(
      cart: Cart(id: "tiny", wasm: builder.bytes), profile: FireflyProfile.self,
      options: ConsoleOptions(callbackLimit: 0.5))
    var outcome = console.boot()
    if case .running = outcome { outcome = console.step(InputFrame()) }
    if case .running = outcome { outcome = console.close() }
    guard case .crashed(let crash) = outcome else { throw HostError("no crash") }
    return crash.report()
  }

  @Test(
    "A trap in any callback is told with the callback, the frame and the function",
    arguments: [
      ("_initialize", 0), ("_start", 0), ("boot", 0), ("update", 1), ("render", 1),
      ("before_exit", 1),
    ])
  func callbacks(name: String, frame: Int) throws {
    var builder = ModuleBuilder()
    let helper = builder.add([.i32], export: nil, Op.localGet(0) + Op.i32(0) + Op.i32divS + Op.drop)
    builder.functionNames[helper] = "helper"
    builder.add(export: name, Op.i32(5) + Op.call(helper))
    let report = try report(builder)
    #expect(report.callback == name)
    #expect(report.frameNumber == frame)
    #expect(report.frames.map { $0.functions[0].name } == ["helper", name])
    #expect(report.selected?.function.name == "helper")
    #expect(report.frames[0].operands.map(\.text) == ["5", "0"])
  }

  @Test("A trap of a constructor is the constructor's, called by what the linker made")
  func constructor() throws {
    var builder = ModuleBuilder()
    let make = builder.add(export: nil, Op.unreachable)
    let all = builder.add(export: nil, Op.call(make))
    builder.add(export: "_initialize", Op.call(all))
    builder.functionNames.merge([make: "_GLOBAL__sub_I_game.cpp", all: "__wasm_call_ctors"]) { $1 }
    let report = try report(builder)
    #expect(report.callback == "_initialize")
    #expect(report.selected?.function.name == "_GLOBAL__sub_I_game.cpp")
    let contents: [BacktraceRow.Content] = [.function(0), .runtime(count: 1), .function(0)]
    #expect(report.rows.map(\.content) == contents)
  }

  @Test("A trap of the start section is told as such") func start() throws {
    var builder = ModuleBuilder()
    let first = builder.add(export: nil, Op.unreachable)
    builder.functionNames[first] = "first"
    builder.sections[8] = ModuleBuilder.leb(first)
    let report = try report(builder)
    #expect(report.callback == "start" && report.frameNumber == 0)
    #expect(report.frames.map { $0.functions[0].name } == ["first"])
  }
}
