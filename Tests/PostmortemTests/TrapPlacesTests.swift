import Engine
import Foundation
import Postmortem
import Runtime
import Synchronization
import TestKit
import Testing

@Suite("Traps at every place")
struct TrapPlacesTests {
  private func compiled(_ builder: ModuleBuilder) throws -> CompiledModule {
    try CompiledModule(compiling: Module(decoding: builder.bytes), config: .host)
  }

  /// The trap of a call.
  private func trap(
    _ instance: Instance, _ export: String, _ arguments: [Value] = []
  ) throws -> Trap {
    let function = try #require(instance.export(named: export)?.function)
    do { _ = try function.call(arguments) } catch { return error }
    throw HostError("\(export) came to no harm")
  }

  private func report(_ trap: Trap) -> CrashReport {
    CrashReport(
      trap, cartID: "test", cartTitle: "", callback: "test", frameNumber: nil, seconds: 0)
  }

  private func names(_ report: CrashReport) -> [String] {
    report.frames.flatMap(\.functions).map(\.name)
  }

  // MARK: Through the host

  /// A host function that calls what the test gives it, and passes its trap on.
  private final class Callback: Sendable {
    let function = Mutex<Function?>(nil)

    var host: HostFunction {
      HostFunction("callback", type: FuncType(parameters: [], results: [])) { _, _ throws in
        guard let function = self.function.withLock({ $0 }) else { throw HostError("too early") }
        _ = try function.call()
        return []
      }
    }
  }

  /// `outer` calls the host by name or through a table, `inner` gives up.
  private func nested() throws -> (Instance, Callback) {
    var builder = ModuleBuilder()
    let callback = builder.importFunction("env", "callback")
    let type = builder.type()
    builder.add(export: "inner", Op.unreachable)
    builder.add(export: "outer", Op.call(callback))
    builder.add(export: "indirect", Op.i32(0) + Op.callIndirect(type: type))
    builder.table(size: 1, elements: [callback])
    let calls = Callback()
    var imports = Imports()
    imports.define(module: "env", name: "callback", calls.host)
    return (try Instance(compiled(builder), imports: imports, store: Store()), calls)
  }

  @Test("A host function stands between the wasm it called and the wasm that called it")
  func throughHost() throws {
    let (instance, callback) = try nested()
    callback.function.withLock { $0 = instance.export(named: "inner")?.function }
    let direct = report(try trap(instance, "outer"))
    #expect(names(direct) == ["inner", "host: env.callback", "outer"])
    #expect(direct.frames.map(\.isHost) == [false, true, false])
    #expect(direct.selected?.function.name == "inner")
    let text = TextReport(direct).text
    #expect(text.contains("\n  #1  host: env.callback\n  #2  outer"))
    // Which entry of a table it was is not known any more.
    let indirect = report(try trap(instance, "indirect"))
    #expect(names(indirect) == ["inner", "host: a function of a table", "indirect"])
  }

  @Test("A host function that refuses a call is the youngest frame; its caller is selected")
  func hostError() throws {
    let (instance, _) = try nested()
    let report = report(try trap(instance, "outer"))
    #expect(report.kind.id == "host-error")
    #expect(names(report) == ["host: env.callback", "outer"])
    #expect(report.selected?.function.name == "outer")
    #expect(TextReport(report).text.contains("\ntoo early\n"))
  }

  @Test("A dump tells the host functions that its frames prove") func dumped() throws {
    let (instance, callback) = try nested()
    callback.function.withLock { $0 = instance.export(named: "inner")?.function }
    for (export, expected) in [
      ("outer", ["inner", "host: env.callback", "outer"]), ("indirect", ["inner", "indirect"]),
    ] {
      let trap = try trap(instance, export)
      let (dump, contents) = Coredump.capture(trap, origin: CoredumpOrigin(name: "test"))
      var file: [UInt8] = []
      CoredumpWriter(dump, contents: contents).write { file.append(contentsOf: $0) }
      let reader = try CoredumpReader(file)
      let symbolizer = Symbolizer(instance.compiled.module)
      let report = CrashReport(reader, in: file, symbolizers: [0: symbolizer])
      #expect(names(report) == expected)
    }
  }

  @Test("A stop is told like any other end") func watchdog() throws {
    var builder = ModuleBuilder()
    let spin = builder.add(export: "spin", Op.loop(Op.br(0)))
    builder.add(export: "update", Op.call(spin))
    let store = Store()
    store.callbackLimit = 0.05
    let instance = try Instance(compiled(builder), imports: Imports(), store: store)
    let report = report(try trap(instance, "update"))
    #expect(report.title == "The cart was stopped")
    #expect(names(report) == ["spin", "update"])
  }

  // MARK: Several modules

  @Test("Each frame is told by its own module, in our words and in wasmtime's")
  func severalModules() throws {
    let crasher = CrashedProgram.crashers.appendingPathComponent("c-O2-dwarf5.wasm")
    let library = try CompiledModule(
      compiling: Module(decoding: [UInt8](Data(contentsOf: crasher))), config: .host)
    let store = Store()
    let below = try Instance(library, imports: Imports(missing: .trap), store: store)
    var builder = ModuleBuilder()
    let step = builder.importFunction("below", "crash_div0", [], [.i32])
    let leaf = builder.add(export: "leaf", Op.call(step) + Op.drop)
    builder.add(export: "play", Op.call(leaf))
    var imports = Imports()
    imports.define(module: Array("below".utf8), exportsOf: below)
    let above = try Instance(compiled(builder), imports: imports, store: store)
    let trap = try trap(above, "play")
    let report = report(trap)
    #expect(names(report).starts(with: ["ratio", "speed", "step"]))
    #expect(names(report).suffix(2) == ["leaf", "play"])
    #expect(report.frames.last?.functions[0].file == nil)
    #expect(report.selected?.function.place == "/cart/crash.c:33:24")
    #expect(!report.frames.contains { $0.isHost })
    let lines = WasmtimeReport.text(trap).split(separator: "\n").map(String.init)
    #expect(lines[1].hasSuffix(" - ratio"))
    #expect(lines[2] == "                    at /cart/crash.c:33:24")
    let offsets = trap.frames.suffix(2).map { "0x" + String($0.offset, radix: 16) }
    #expect(lines.contains { $0.hasSuffix("\(offsets[0]) - <unknown>!leaf") })
    #expect(lines.contains { $0.hasSuffix("\(offsets[1]) - <unknown>!play") })
  }

  @Test("Two instances of a module have their own values, the callers' too") func twoInstances()
    throws
  {
    var lower = ModuleBuilder()
    lower.global(.i32, Op.i32(1))
    lower.add([.i32], [.i32], export: "divide", Op.i32(8) + Op.localGet(0) + Op.i32divS)
    let store = Store()
    let below = try Instance(compiled(lower), imports: Imports(), store: store)
    var upper = ModuleBuilder()
    let divide = upper.importFunction("m", "divide", [.i32], [.i32])
    upper.add(
      [.i32], [.i32], export: "divide", Op.i32(5) + Op.localGet(0) + Op.call(divide) + Op.i32add)
    let module = try compiled(upper)
    var instances = [below]
    for _ in 0..<2 {
      var imports = Imports()
      imports.define(module: Array("m".utf8), exportsOf: instances[instances.count - 1])
      instances.append(try Instance(module, imports: imports, store: store))
    }
    let report = report(try trap(instances[2], "divide", [.i32(0)]))
    #expect(report.frames.map { $0.functionIndex } == [0, 1, 1])
    #expect(report.frames.map { $0.locals.map(\.text) } == [["0"], ["0"], ["0"]])
    #expect(report.frames.map { $0.operands.map(\.text) } == [["8", "0"], ["5"], ["5"]])
    // The two callers are of one module, at the same place, but of different instances.
    #expect(report.frames[1].offset == report.frames[2].offset)
  }

  // MARK: Within a function

  @Test("The start function's trap is told like a call's") func start() throws {
    var builder = ModuleBuilder()
    let boot = builder.add(export: "boot", Op.i32(1) + Op.i32(0) + Op.i32divS + Op.drop)
    builder.sections[8] = ModuleBuilder.leb(boot)
    let module = try compiled(builder)
    let error = #expect(throws: InstantiationError.self) {
      _ = try Instance(module, imports: Imports(), store: Store())
    }
    guard case .trap(let trap)? = error else {
      throw HostError("no trap but \(String(describing: error))")
    }
    let report = report(trap)
    #expect(report.kind.id == "integer-divide-by-zero")
    #expect(names(report) == ["boot"])
    #expect(report.frames[0].operands.map(\.text) == ["1", "0"])
  }

  @Test("At its first instruction a function has its arguments and no operands") func first() throws
  {
    var builder = ModuleBuilder()
    builder.add([.i32, .i64], locals: [(1, .f32)], export: "f", Op.unreachable)
    let instance = try Instance(compiled(builder), imports: Imports(), store: Store())
    let frame = report(try trap(instance, "f", [.i32(3), .i64(9)])).frames[0]
    #expect(frame.functionOffset == 3)
    #expect(frame.locals.map(\.text) == ["3", "9", "0.0"])
    #expect(frame.operands.isEmpty)
  }

  @Test("At its last instruction before the end it has all of them") func last() throws {
    var builder = ModuleBuilder()
    let code = Op.i32(1) + Op.localGet(0) + Op.i32divU
    builder.add([.i32], [.i32], export: "f", code)
    let instance = try Instance(compiled(builder), imports: Imports(), store: Store())
    let frame = report(try trap(instance, "f", [.i32(0)])).frames[0]
    #expect(frame.functionOffset == code.count)
    #expect(frame.operands.map(\.text) == ["1", "0"])
  }

  @Test("Operands that are flags, constants or part of an address have their values")
  func folded() throws {
    var builder = ModuleBuilder()
    builder.memory(pages: 1)
    // A constant, a comparison, an address that is a sum: nothing of them is in a register yet.
    builder.add(
      [.i32, .i32], [.i32], export: "f",
      Op.i32(7) + Op.localGet(0) + Op.i32(3) + Op.i32ltU + Op.localGet(1) + Op.i32(16) + Op.i32add
        + Op.i32load(offset: 8) + Op.i32add + Op.i32add)
    let instance = try Instance(compiled(builder), imports: Imports(), store: Store())
    for (number, flag) in [(2, "1"), (4, "0")] as [(UInt32, String)] {
      let report = report(try trap(instance, "f", [.i32(number), .i32(0x20000)]))
      #expect(report.fault?.address == 0x20018)
      #expect(report.frames[0].operands.map(\.text) == ["7", flag, "131088"])
      #expect(report.frames[0].locals.map(\.text) == ["\(number)", "131072"])
    }
  }

  @Test("A full stack is told with the function that was entered, the recursion folded")
  func exhausted() throws {
    var builder = ModuleBuilder()
    builder.add([.i32], export: "fall", Op.localGet(0) + Op.i32(1) + Op.i32add + Op.call(0))
    let instance = try Instance(compiled(builder), imports: Imports(), store: Store())
    let report = report(try trap(instance, "fall", [.i32(0)]))
    #expect(report.kind.id == "call-stack-exhausted")
    #expect(report.frames.count > 1000)
    #expect(report.rows.count < 10)
    #expect(report.rows.contains { if case .repeated = $0.content { true } else { false } })
    #expect(report.frames.last?.locals.map(\.text) == ["0"])
    #expect(report.frames[1].locals.map(\.text) == ["\(report.frames.count - 2)"])
  }

  @Test("A fault in the memory allocator is told as what it is") func damagedHeap() throws {
    var builder = ModuleBuilder()
    builder.memory(pages: 1)
    let free = builder.add(export: "dlfree", Op.i32(-4) + Op.i32load() + Op.drop)
    let drop = builder.add(export: "drop_item", Op.call(free))
    builder.add(export: "other", Op.i32(-4) + Op.i32load() + Op.drop)
    let instance = try Instance(compiled(builder), imports: Imports(), store: Store())
    let report = report(try trap(instance, "drop_item"))
    #expect(report.findings.count == 1)
    #expect(report.findings.first?.contains("memory allocator (dlfree)") == true)
    #expect(report.selected?.frame.functionIndex == drop)
    #expect(self.report(try trap(instance, "other")).findings.isEmpty)
  }
}
