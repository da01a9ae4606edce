import Console
import Testing

@Suite("The log")
struct ConsoleLogTests {
  @Test("keeps lines with level and frame until they are drained")
  func keepsLines() {
    let log = ConsoleLog()
    log.add(.debug, "before")
    log.beginFrame(1)
    log.add(.error, "in it")
    #expect(
      log.drain() == [
        LogLine(level: .debug, frame: 0, text: "before"),
        LogLine(level: .error, frame: 1, text: "in it"),
      ])
    #expect(log.drain().isEmpty)
  }

  @Test("counts what a flood loses, and begins anew with each frame")
  func countsDropped() {
    let log = ConsoleLog()
    log.beginFrame(1)
    for number in 0..<1_000_000 { log.add(.debug, "\(number)") }
    log.beginFrame(2)
    log.add(.debug, "heard")
    let lines = log.drain()
    #expect(lines.count == ConsoleLog.linesPerFrame + 2)
    #expect(
      lines[ConsoleLog.linesPerFrame].text
        == "\(1_000_000 - ConsoleLog.linesPerFrame) lines dropped")
    #expect(lines.last == LogLine(level: .debug, frame: 2, text: "heard"))
  }

  @Test("does not grow without bounds when nobody drains it")
  func isBounded() {
    let log = ConsoleLog()
    for frame in 1...10_000 {
      log.beginFrame(frame)
      log.add(.debug, "x")
    }
    #expect(log.drain().count <= ConsoleLog.largestBacklog + 1)
  }

  @Test("shows escapes and control characters as such, and cuts long lines")
  func cleansText() {
    let log = ConsoleLog()
    log.add(.debug, "a\u{1B}[31mb\r\n\u{7}")
    log.add(.debug, String(repeating: "y", count: 100_000))
    let lines = log.drain()
    #expect(lines[0].text == #"a\u{1b}[31mb\u{d}\u{a}\u{7}"#)
    #expect(lines[1].text.count <= ConsoleLog.lineLength + 3)
  }
}
