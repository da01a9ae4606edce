import ArgumentParser
import Foundation
import Postmortem
import Runtime
import Testing

@testable import Commands

@Suite("glowjar invoke") struct InvokeTests {
  private func parse(_ words: String) throws -> Invoke {
    let words = words.split(separator: " ").map(String.init)
    let command = try Glowjar.parseAsRoot(NegativeNumbers.marked(in: words, of: "invoke"))
    return try #require(command as? Invoke)
  }

  @Test(
    "Negative numbers are arguments, wherever options stand",
    arguments: [
      "invoke m.wasm add -5 -inf --json", "invoke --json m.wasm add -5 -inf",
      "invoke m.wasm --json add -5 -inf", "invoke m.wasm add -5 --json -inf",
      "invoke --json m.wasm add -- -5 -inf",
    ])
  func negativeNumbers(_ words: String) throws {
    let invoke = try parse(words)
    #expect(invoke.module.text == "m.wasm")
    #expect(invoke.export.text == "add")
    #expect(invoke.arguments.map(\.text) == ["-5", "-inf"])
    #expect(invoke.json)
  }

  @Test("An export's name may be a negative number") func oddName() throws {
    #expect(try parse("invoke m.wasm -7").export.text == "-7")
  }

  @Test(
    "Words that make no sense are refused as usage",
    arguments: [
      "invoke m.wasm", "invoke m.wasm add --repeat 0", "invoke m.wasm add --repeat -5",
      "invoke m.wasm add --callback-limit 0", "invoke m.wasm add --unknown-imports maybe",
      "invoke m.wasm add -x",
    ])
  func usage(_ words: String) {
    let error = #expect(throws: (any Error).self) { try parse(words) }
    #expect(error.map { Glowjar.exitCode(for: $0).rawValue } == ExitStatus.usage.rawValue)
  }

  // MARK: Calling

  private func invoke(
    _ export: String, _ arguments: [String] = [], of bytes: [UInt8] = TestModules.arithmetic,
    _ change: (inout Invocation) -> Void = { _ in }
  ) throws -> InvocationResult {
    try TestModules.withFile(bytes) { path in
      var invocation = Invocation(path: path, export: export, arguments: arguments)
      change(&invocation)
      return try invocation.run()
    }
  }

  @Test("A call gives its results, all of them") func results() throws {
    #expect(try invoke("add", ["-5", "3"]).values == [.i32(0xFFFF_FFFE)])
    #expect(
      try invoke("echo", ["-1", "nan:0x1", "bits:7"]).values
        == [.i64(.max), .f32(0x7F80_0001), .f64(7)])
    #expect(try invoke("-7").values == [.i32(0xFFFF_FFF9)])
  }

  @Test("Vectors are arguments and results") func vectors() throws {
    // twice(v) = i64x2.add(v, v)
    let module: [UInt8] =
      [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0, 1, 6, 1, 0x60, 1, 0x7B, 1, 0x7B, 3, 2, 1, 0, 7, 9, 1, 5]
      + Array("twice".utf8) + [0, 0, 10, 11, 1, 9, 0, 0x20, 0, 0x20, 0, 0xFD, 0xCE, 1, 0x0B]
    #expect(try invoke("twice", ["i64x2:3,-1"], of: module).values == [.v128(.max << 65 | 6)])
  }

  @Test("Repeated calls run on one instance, and the last one's result counts") func repeated()
    throws
  {
    let result = try invoke("next") { $0.repetitions = 5 }
    #expect(result.values == [.i32(5)])
    #expect(result.runs.count == 5)
    #expect(abs(result.runs.reduce(0, +) - result.seconds.run) < 1e-9)
  }

  @Test("How much memory loading and compiling take is told") func memory() throws {
    #expect(try invoke("next").compileBytes != nil)
    let memory = PeakMemory()
    let block = [UInt8](repeating: 1, count: 64 << 20)
    let growth = try #require(memory.growth)
    withExtendedLifetime(block) {}
    // Other tests give some back meanwhile.
    #expect(growth > 32 << 20)
  }

  @Test("A trap ends the calls and tells function, name and offsets of each frame") func trap()
    throws
  {
    let result = try invoke("ratio", ["1", "0"]) { $0.repetitions = 3 }
    let trap = try #require(result.trap)
    #expect(trap.kind == .integerDivideByZero)
    #expect(result.values.isEmpty)
    #expect(result.runs.count == 1)
    #expect(trap.frames.map(\.offset) == [0x9D, 0xA5])
    #expect(trap.frames.map(\.name) == ["divide", nil])
  }

  @Test("The coredump of a trap holds its stack") func coredump() throws {
    let trap = try #require(try invoke("ratio", ["1", "0"]).trap)
    try TestModules.withFile([]) { path in
      let file = path + ".core"
      try CrashFolder.writeCoredump(
        of: trap, origin: CoredumpOrigin(name: "ratio.wasm"), to: file)
      let dump = try CoredumpReader([UInt8](Data(contentsOf: URL(fileURLWithPath: file)))).dump
      #expect(dump.executableName == "ratio.wasm")
      #expect(dump.threads.first?.frames.map(\.function) == [3, 4])
      #expect(dump.memories.first?.pages == 1)
    }
  }

  @Test("An endless call is stopped at its limit") func limit() throws {
    let result = try invoke("forever") { $0.callbackLimit = 0.05 }
    #expect(result.trap?.kind == .interrupted)
    #expect(result.trap?.frames.first?.functionIndex == 6)
  }

  @Test("An import that is missing is a link error, or what was asked for") func imports() throws {
    let failure = #expect(throws: Failure.self) { try invoke("run", of: TestModules.importing) }
    #expect(failure?.why == "import env.tick: unknown import")
    #expect(failure?.status == .badData)
    #expect(try invoke("run", of: TestModules.importing) { $0.missing = .zero }.values == [.i32(0)])
    let trapped = try invoke("run", of: TestModules.importing) { $0.missing = .trap }
    #expect(trapped.trap?.kind == .hostError)
  }

  @Test("Memory over the limit is refused") func memoryLimit() throws {
    let failure = #expect(throws: Failure.self) {
      try invoke("next") { $0.limits.memoryBytes = 65535 }
    }
    #expect(failure?.status == .badData)
  }

  @Test("Calls that do not fit the module say how") func misfits() throws {
    func why(_ export: String, _ arguments: [String] = []) -> String? {
      let failure = #expect(throws: Failure.self) { try invoke(export, arguments) }
      return failure.map { "\($0.status.rawValue) \($0.why)" }
    }
    #expect(
      why("subtract") == "65 no export subtract; there are add, echo, next, ratio, -7, forever")
    #expect(why("memory") == "65 export memory is not a function")
    #expect(why("add", ["1"]) == "64 takes 2 arguments ((i32, i32) -> i32), got 1")
    #expect(why("add", ["1", "1.5"]) == "64 1.5 is not of type i32")
  }

  // MARK: JSON

  private func json(_ result: InvocationResult) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: try JSONEncoder().encode(result))
    return try #require(object as? [String: Any])
  }

  @Test("JSON holds results as unsigned text, times and sizes") func resultJSON() throws {
    let object = try json(try invoke("echo", ["-1", "-0", "1"]))
    let values = try #require(object["results"] as? [[String: String]])
    #expect(
      values == [
        ["type": "i64", "value": "18446744073709551615"], ["type": "f32", "value": "2147483648"],
        ["type": "f64", "value": "4607182418800017408"],
      ])
    #expect(object["trap"] is NSNull)
    let seconds = try #require(object["seconds"] as? [String: Double])
    #expect(Set(seconds.keys) == ["load", "compile", "instantiate", "run", "wall"])
    #expect(seconds.values.allSatisfy { $0 > 0 })
    #expect(object["moduleBytes"] as? Int == TestModules.arithmetic.count)
    #expect(object["codeSectionBytes"] as? Int == 60)
    #expect((object["codeBytes"] as? Int ?? 0) > 0)
    #expect((object["runs"] as? [Double])?.count == 1)
  }

  @Test("JSON of a trap holds kind, message and frames") func trapJSON() throws {
    let object = try json(try invoke("ratio", ["-2147483648", "-1"]))
    let trap = try #require(object["trap"] as? [String: Any])
    #expect(trap["kind"] as? String == "integer-overflow")
    #expect(trap["message"] as? String == "integer overflow")
    let frames = try #require(trap["frames"] as? [[String: Any]])
    #expect(frames.map { $0["func"] as? Int } == [3, 4])
    #expect(frames.map { $0["name"] as? String } == ["divide", nil])
    #expect(frames.map { $0["offset"] as? Int } == [0x9D, 0xA5])
    #expect(frames.map { $0["funcOffset"] as? Int } == [5, 5])
    #expect((object["results"] as? [Any])?.isEmpty == true)
  }
}

@Suite("glowjar validate") struct ValidateTests {
  @Test("A valid module passes") func valid() throws {
    try TestModules.withFile(TestModules.arithmetic) { try Validate.check($0) }
  }

  @Test("An invalid body is refused with offset and function") func invalid() throws {
    var bytes = TestModules.arithmetic
    bytes[0x80] = 0x92  // i32.add becomes f32.add
    let failure = #expect(throws: Failure.self) {
      try TestModules.withFile(bytes) { try Validate.check($0) }
    }
    #expect(failure?.status == .badData)
    #expect(failure?.why == "type mismatch: expected f32, found i32 at offset 0x80 in function 0")
  }

  @Test("A module that is cut off is refused, unless behind a section that may be the last")
  func truncated() throws {
    // Behind the header, the types and the imports.
    let boundaries = [8, 15, 29]
    for count in 0..<TestModules.importing.count where !boundaries.contains(count) {
      let bytes = Array(TestModules.importing.prefix(count))
      let failure = #expect(throws: Failure.self) {
        try TestModules.withFile(bytes) { try Validate.check($0) }
      }
      #expect(failure?.status == .badData)
    }
  }

  @Test("A missing file is told from a bad one") func missing() {
    let failure = #expect(throws: Failure.self) { try Validate.check("/nonexistent/cart.wasm") }
    #expect(failure?.status == .missingInput)
  }
}
