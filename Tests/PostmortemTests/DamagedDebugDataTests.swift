import DebugMutants
import Engine
import Foundation
import Postmortem
import Runtime
import TestKit
import Testing

/// Whatever the bytes of names and debug information are, there is a report, in bounded time and memory.
@Suite("Reports with damaged debug data")
struct DamagedDebugDataTests {
  /// What a report may take: a second where the program is built to be used, more without optimisation.
  private var limit: Duration {
    #if DEBUG
      .seconds(20)
    #else
      .seconds(1)
    #endif
  }

  private static let crashers: [[UInt8]] = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("DwarfTests/Crashers")
    let files = try? FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    return (files ?? []).filter { $0.pathExtension == "wasm" }.sorted { $0.path < $1.path }
      .compactMap { try? [UInt8](Data(contentsOf: $0)) }
  }()

  /// The first of 100,000 mutants; `tools/fuzz debug` tries all.
  @Test func `Mutants of the crash matrix keep all their frames`() throws {
    let mutants = try DebugMutants(of: Self.crashers)
    #expect(mutants.sceneCount > 50)
    for number in 1...1500 {
      let outcome = mutants.play(number)
      #if DEBUG
        // Time and memory are those of the other tests too.
        let isWrong = outcome.finding?.contains("frames instead of") == true
      #else
        let isWrong = outcome.finding != nil
      #endif
      #expect(!isWrong, "mutant \(number): \(outcome.finding ?? "")")
    }
  }

  private func frames(_ module: [UInt8], functions: [Int]) throws -> [ReportFrame] {
    let symbolizer = Symbolizer(try Module(decoding: module))
    let locals = [Value?](repeating: .i32(1), count: 1000)
    let stack = functions.map {
      StackReport.Entry(
        frame: StoppedFrame(
          functionIndex: $0, offset: 40, functionOffset: 1,
          locals: locals, isCaller: true),
        program: 0)
    }
    return StackReport(
      stack, of: [.init(symbolizer: symbolizer, instance: nil)], fault: nil, hostCalls: [],
      options: ReportOptions()
    ).frames
  }

  @Test func `A recursion through a function with a long name is told in time`() throws {
    var module = ModuleBuilder.function(code: [0x0B])
    module.functionNames = [0: String(repeating: "é", count: 1000)]
    let time = try ContinuousClock().measure {
      let frames = try frames(module.bytes, functions: Array(repeating: 0, count: 100_000))
      #expect(frames.count == 100_000)
    }
    #expect(time < limit)
  }

  @Test func `A name section of millions of entries takes little`() throws {
    // Functions 0 ... with empty names, twice as many as there can be; then a million locals of one.
    let count = 2_000_000
    var functions = ModuleBuilder.leb(count)
    for _ in 0..<count { functions += [0, 0] }
    var locals = ModuleBuilder.leb(1) + [0] + ModuleBuilder.leb(1_000_000)
    for _ in 0..<1_000_000 { locals += [1, 0] }
    var module = ModuleBuilder.function(code: [0x0B])
    let content = [(1, functions), (2, locals)].flatMap { id, map in
      [UInt8(id)] + ModuleBuilder.leb(map.count) + map
    }
    module.customs = [("name", content)]
    let bytes = module.bytes
    let time = try ContinuousClock().measure {
      let frames = try frames(bytes, functions: Array(repeating: 0, count: 64))
      #expect(frames.count == 64)
      #expect(frames[0].locals.count == 1000)
    }
    #expect(time < limit)
  }

  @Test func `Heads of sections that lie end the walk`() {
    var bytes: [UInt8] = [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0]
    for _ in 0..<100_000 { bytes += [0, 1, 0] }
    bytes += [0, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 8]
    #expect(ModuleIdentity(bytes)?.codeHash == nil)
    #expect(ModuleIdentity(bytes)?.externalDebugInfo == nil)
    #expect(ModuleIdentity([]) == nil)
  }
}
