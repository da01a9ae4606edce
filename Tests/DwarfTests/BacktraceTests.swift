import Dwarf
import Testing

@Suite("A backtrace in wasmtime's words")
struct BacktraceTests {
  @Test("It is wasmtime's own, line by line", arguments: Crasher.all)
  func isEqual(name: String) throws {
    let crasher = try Crasher(name)
    let info = DebugInfo(crasher.bytes)
    #expect(!crasher.traps.isEmpty)
    for trap in crasher.traps {
      let ours = try crasher.backtrace(of: trap, with: info)
      let difference = zip(ours, trap.backtrace).first { $0 != $1 }
      #expect(
        ours == trap.backtrace,
        "\(crasher.name) \(trap.export): \(difference.map { "\($0) instead of \($1)" } ?? "length")"
      )
    }
  }
}
