import Foundation
import Postmortem
import Runtime
import Testing

@Suite("A crash as text")
struct TextReportTests {
  private func report(
    kind: String = "memory-out-of-bounds", frames: [ReportFrame] = []
  ) -> CrashReport {
    CrashReport(
      cartID: "demo.crash", cartTitle: "Crash", kind: CrashKind(id: kind), message: "",
      callback: "update", frameNumber: 312, seconds: 5.2, frames: frames)
  }

  private func frame(_ index: Int, name: String?) -> ReportFrame {
    ReportFrame(functionIndex: index, name: name, offset: 0x1A2B, functionOffset: 0x34)
  }

  @Test func `A memory fault tells address, size and memory size`() {
    var crash = report()
    crash.fault = MemoryFault(address: 0x20000, accessSize: 4, memorySize: 131072)
    let text = TextReport(crash).text
    #expect(text.hasPrefix("Memory access out of bounds [memory-out-of-bounds]\n"))
    #expect(
      text.contains("4 bytes at address 0x20000; the memory has 131072 bytes (0x20000)."))
    #expect(text.contains("callback  update, frame 312, 5.2 s after the start\n"))
    #expect(text.contains("cart      Crash (demo.crash)\n"))
  }

  @Test func `A fault beyond another memory than the first names it`() {
    var crash = report()
    crash.fault = MemoryFault(address: 9, accessSize: 1, memorySize: 0, memory: 2)
    #expect(
      TextReport(crash).text.contains("1 byte at address 0x9; memory 2 has 0 bytes (0x0)."))
  }

  @Test func `A host error tells what the host function said`() {
    var crash = report(kind: "host-error")
    crash.message = "the tree has too many nodes"
    #expect(TextReport(crash).text.contains("\nthe tree has too many nodes\n"))
  }

  @Test func `The backtrace stands before the host calls`() throws {
    var crash = report(frames: [frame(7, name: "jump")])
    crash.hostCalls = ["input.read_pad(0)"]
    let text = TextReport(crash).text
    let backtrace = try #require(text.range(of: "Backtrace, youngest first\n  #0  jump"))
    let calls = try #require(text.range(of: "Last host calls, newest first\n  input.read_pad(0)\n"))
    #expect(backtrace.upperBound < calls.lowerBound)
  }

  @Test func `Frames show name, index and both offsets`() {
    let text = TextReport(report(frames: [frame(7, name: "jump"), frame(3, name: nil)])).text
    #expect(text.contains("> #0  jump  wasm-function[7]  at 0x1a2b (+0x34)\n"))
    #expect(text.contains("  #1  wasm-function[3]  at 0x1a2b (+0x34)\n"))
  }

  @Test func `An endless recursion shows both ends and a count`() {
    let frames = (0..<50_000).map { frame($0, name: nil) }
    let text = TextReport(report(kind: "call-stack-exhausted", frames: frames)).text
    #expect(text.contains("#23 wasm-function[23]"))
    #expect(text.contains("... 49,968 more ..."))
    #expect(text.contains("wasm-function[49999]"))
    #expect(!text.contains("wasm-function[24]"))
    #expect(text.split(separator: "\n").count < 60)
  }

  @Test func `A backtrace one longer than both ends is shown whole`() {
    let text = TextReport(report(frames: (0..<33).map { frame($0, name: nil) })).text
    #expect(!text.contains("more ..."))
    #expect(text.contains("wasm-function[32]"))
  }

  @Test func `Names with control characters cannot reach the terminal`() {
    var crash = report(frames: [frame(1, name: "a\u{1B}[31mb\nc\u{202E}d")])
    crash.hostCalls = ["misc.log_debug(\"\u{7}\")"]
    crash.cartTitle = "x\r\u{0}"
    let report = TextReport(crash)
    for line in report.lines {
      #expect(!line.text.unicodeScalars.contains { $0.value < 32 || $0.value == 0x202E })
    }
    #expect(report.text.contains("a\\u{1b}[31mb\\u{a}c\\u{202e}d"))
  }

  @Test func `A name of a million characters is cut`() {
    let text = TextReport(
      report(frames: [frame(1, name: String(repeating: "n", count: 1_000_000))])
    ).text
    #expect(text.utf8.count < 2000)
    #expect(text.contains("nnn..."))
  }

  @Test func `The dump's path or the reason it is missing is told`() {
    var crash = report()
    crash.dump = .written(path: "/state/core.wasm")
    #expect(TextReport(crash).text.contains("coredump  /state/core.wasm\n"))
    crash.dump = .failed(reason: "no space left on device")
    #expect(TextReport(crash).text.contains("coredump  not written: no space left on device\n"))
  }

  @Test(arguments: [
    "unreachable", "memory-out-of-bounds", "table-out-of-bounds", "indirect-call-to-null",
    "indirect-call-type-mismatch", "integer-divide-by-zero", "integer-overflow",
    "invalid-conversion-to-integer", "call-stack-exhausted", "interrupted", "host-error",
    "fuel-exhausted", "uncaught-exception", "null-reference",
  ])
  func `Every trap kind has words of its own`(id: String) {
    #expect(CrashKind(id: id).headline != CrashKind(id: "no such kind").headline)
  }

  @Test func `The hint names the flag of the compiler that built the cart`() {
    #expect(BuildHint.missingNames(hasNames: true, .init(producers: nil)) == nil)
    let rust = BuildHint.missingNames(
      hasNames: false, .init(producers: Array("\u{5}rustc 1.63".utf8)))
    #expect(rust?.contains("strip = \"none\"") == true)
    #expect(rust?.contains("clang") == false)
    let unknown = BuildHint.missingNames(hasNames: false, .init(producers: nil))
    #expect(unknown?.contains("--no-wasm-opt") == true)
  }
}
