import Engine
import Firefly
import Foundation
import Postmortem
import Runtime
import TestKit
import Testing

@testable import Commands

@Suite("The report of a coredump")
struct CoredumpReportTests {
  /// A folder with a dump in it, and a symbol store that is still empty.
  private final class Place {
    let folder = FileManager.default.temporaryDirectory.path + "/glowjar-\(UUID().uuidString)"
    var dump: String { folder + "/state/core.wasm" }
    var store: SymbolStore { SymbolStore(root: folder + "/data/symbols") }

    init() throws {
      try FileManager.default.createDirectory(
        atPath: folder + "/state", withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    @discardableResult
    func put(_ bytes: [UInt8], _ name: String) throws -> String {
      try Data(bytes).write(to: URL(fileURLWithPath: folder + "/" + name))
      return folder + "/" + name
    }

    /// Crashes a module and keeps the dump as it comes, or as another engine would have made it.
    func crash(_ bytes: [UInt8], _ export: String = "crash_div0", foreign: Bool = false) throws {
      let path = try put(bytes, "crashing.wasm")
      defer { unlink(path) }
      let trap = try #require(Invocation(path: path, export: export, missing: .trap).run().trap)
      var (dump, contents) = Coredump.capture(trap, origin: CoredumpOrigin(name: "game"))
      if foreign {
        dump.stop = nil
        dump.build = nil
        dump.codeHashes = []
        dump.wideValues = []
        dump.exceptions = []
        dump.tables = []
        dump.links = []
        for index in dump.threads[0].frames.indices {
          dump.threads[0].frames[index].locals = []
          dump.threads[0].frames[index].stack = []
        }
      }
      var file: [UInt8] = []
      CoredumpWriter(dump, contents: contents).write { file.append(contentsOf: $0) }
      try put(file, "state/core.wasm")
    }

    var library: ROMLibrary { ROMLibrary(root: folder + "/data/roms") }

    func report(_ modules: String...) throws(Failure) -> CrashReport {
      try CoredumpReport(dump, modules: modules, store: store, library: library).report
    }
  }

  private let whole: [UInt8]
  private let stripped: [UInt8]

  init() throws {
    whole = try SectionedModule.crasher("c-O0-dwarf5")
    stripped = try SectionedModule(whole).stripped().bytes
  }

  /// `NAME FILE:LINE` for each function, youngest first.
  private func places(_ report: CrashReport) -> [String] {
    report.frames.flatMap(\.functions).map { function in
      let file = function.file.map { URL(fileURLWithPath: $0).lastPathComponent } ?? ""
      return "\(function.name) \(file):\(function.line ?? 0)"
    }
  }

  private let expected = ["ratio crash.c:33", "speed crash.c:39", "step crash.c:46"]

  private func variables(_ report: CrashReport) -> [String] {
    report.frames[0].functions[0].variables.map { "\($0.name) = \($0.text ?? "?")" }
  }

  @Test func `Functions and exceptions are told as of a live cart, and the memory of a fault`()
    throws
  {
    var module = ModuleBuilder()
    module.tag()
    module.memory(pages: 1)
    module.anotherMemory(pages: 0, maximum: 0)
    let caught = Op.block(
      Op.tryTable([Op.catchAll(ref: true, label: 0)], Op.throwTag(0)) + Op.unreachable, result: 0x69
    )
    module.add(
      locals: [(1, .exnref), (2, .funcref)], export: "run",
      caught + Op.localSet(0) + [0xD2, 0] + Op.localSet(1) + Op.i32(5)
        + Op.memory(0x28, offset: 2, memory: 1) + Op.drop)
    let place = try Place()
    try place.crash(module.bytes, "run")
    let report = try place.report(try place.put(module.bytes, "game.wasm"))
    #expect(report.frames.first?.locals.map(\.text) == ["an exception", "a function", "null"])
    #expect(report.frames.first?.locals.map(\.type) == ["exnref", "funcref", "funcref"])
    #expect(
      report.fault == MemoryFault(address: 7, accessSize: 4, memorySize: 0, memory: 1))
  }

  @Test func `Its module is found beside it by the hash, and no other is taken`() throws {
    let place = try Place()
    try place.crash(whole)
    try place.put(SectionedModule(whole).withOtherCode().bytes, "state/a.wasm")
    let lost = try place.report()
    #expect(lost.reasons.contains { $0.contains("name it with --module") })
    #expect(places(lost).allSatisfy { $0.hasPrefix("wasm-function[") })
    try place.put(whole, "state/b.wasm")
    let report = try place.report()
    #expect(Array(places(report).prefix(3)) == expected)
    #expect(variables(report).starts(with: ["num = 10", "den = 0"]))
    #expect(report.kind == CrashKind(id: "integer-divide-by-zero"))
    #expect(report.dump == .written(path: place.dump))
  }

  @Test func `The named module is used, another refused`() throws {
    let place = try Place()
    try place.crash(whole)
    let report = try place.report(try place.put(whole, "game.wasm"))
    #expect(Array(places(report).prefix(3)) == expected)
    let other = try place.put(SectionedModule(whole).withOtherCode().bytes, "other.wasm")
    #expect(throws: Failure.self) { try place.report(other) }
    #expect(throws: Failure.self) { try place.report(place.folder + "/nothing.wasm") }
  }

  @Test func `A stripped cart is told with its twin`() throws {
    let place = try Place()
    try place.crash(stripped)
    try place.put(stripped, "state/game.wasm")
    let bare = try place.report()
    #expect(places(bare) != expected)
    try place.put(whole, "state/game.debug.wasm")
    let report = try place.report()
    #expect(Array(places(report).prefix(3)) == expected)
    #expect(report.frames.map(\.offset) == bare.frames.map(\.offset))
  }

  @Test func `Without the cart the store knows its code`() throws {
    let place = try Place()
    try place.crash(stripped)
    _ = try place.store.add(whole, from: "whole")
    let report = try place.report()
    #expect(Array(places(report).prefix(3)) == expected)
    #expect(report.reasons.contains { $0.contains("has the same code") })
  }

  @Test func `A dump of another engine tells what it lacks`() throws {
    let place = try Place()
    try place.crash(whole, foreign: true)
    let module = try place.put(whole, "game.wasm")
    #expect(places(try place.report()).allSatisfy { $0.hasPrefix("wasm-function[") })
    let report = try place.report(module)
    #expect(Array(places(report).prefix(3)) == expected)
    for lack in ["has no hash", "what kind of trap", "no locals and operands"] {
      #expect(report.reasons.contains { $0.contains(lack) }, "\(lack)")
    }
    #expect(variables(report).contains("den = ?"))
    let text = TextReport(report).text
    #expect(text.contains("The cart stopped"))
    #expect(text.contains("\nIt stopped at the instruction i32.div_s.\n"))
  }

  @Test func `The kind of trap is taken from an instruction that has but one`() throws {
    for (export, kind) in [
      ("crash_store", "memory-out-of-bounds"), ("crash_assert", "unreachable"),
      ("crash_div0", "unknown"),
    ] {
      let place = try Place()
      try place.crash(whole, export, foreign: true)
      #expect(try place.report(try place.put(whole, "game.wasm")).kind.id == kind, "\(export)")
    }
  }

  @Test func `A module that the frames do not fit is told`() throws {
    let place = try Place()
    try place.crash(whole, foreign: true)
    let report = try place.report(try place.put(TestModules.arithmetic, "wrong.wasm"))
    #expect(report.frames.count == (try place.report()).frames.count)
    #expect(report.reasons.contains { $0.contains("it is not the one that ran") })
  }

  @Test func `What is no dump is refused`() throws {
    let place = try Place()
    #expect(throws: Failure.self) { try place.report() }
    try place.put(whole, "state/core.wasm")
    #expect(throws: Failure.self) { try place.report() }
  }

  @Test func `Damaged dumps are refused or told, never more`() throws {
    let place = try Place()
    try place.crash(whole)
    let module = try place.put(whole, "game.wasm")
    let file = try Data(contentsOf: URL(fileURLWithPath: place.dump))
    var told = 0
    // Everything but the memory, which is at the end.
    for at in 8..<min(file.count, 700) {
      for bit in [0, 7] as [UInt8] {
        var damaged = [UInt8](file)
        damaged[at] ^= 1 << bit
        try place.put(damaged, "state/core.wasm")
        if let report = try? place.report(module) {
          told += 1
          #expect(!TextReport(report).text.isEmpty)
        }
      }
    }
    #expect(told > 100)
  }

  @Test("finds the cart among installed ROMs")
  func findsInstalledROM() throws {
    let place = try Place()
    try place.crash(whole)
    let rom = try ROM(module: whole, authorID: "me", appID: "moth")
    let id = try #require(ROMID("me.moth"))
    #expect(try place.report().reasons.contains { $0.hasSuffix("name it with --module.") })
    try place.library.install(rom.sealed, as: id)
    #expect(try !place.report().reasons.contains { $0.hasSuffix("name it with --module.") })
  }
}
