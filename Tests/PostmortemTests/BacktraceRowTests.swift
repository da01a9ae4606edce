import Postmortem
import Testing

@Suite("Rows of a backtrace")
struct BacktraceRowTests {
  private func report(_ functions: [Int], runtime: Set<Int> = []) -> CrashReport {
    CrashReport(
      cartID: "a", cartTitle: "", kind: CrashKind(id: "unreachable"), message: "", callback: "",
      frameNumber: 1, seconds: 0,
      frames: functions.map {
        ReportFrame(
          functionIndex: $0, name: "f\($0)", offset: 0, functionOffset: 0,
          functions: [
            ReportFunction(name: "f\($0)", origin: runtime.contains($0) ? .runtime : .own)
          ])
      })
  }

  @Test("Neighbours of the runtime become one row, and the first own function is selected")
  func runtime() {
    let report = report([9, 8, 1, 7, 2], runtime: [7, 8, 9])
    #expect(
      report.rows.map(\.content) == [
        .runtime(count: 2), .function(0), .runtime(count: 1), .function(0),
      ])
    #expect(report.rows[0].names == ["f9", "f8"])
    #expect(report.selection == 1)
    #expect(report.selected?.function.name == "f1")
  }

  @Test("Where there is nothing but the runtime, it is shown") func onlyRuntime() {
    let report = report([9, 8], runtime: [8, 9])
    #expect(report.rows.map(\.content) == [.function(0), .function(0)])
    #expect(report.selection == 0)
  }

  @Test("A recursion shows its first turns and its last", arguments: [1, 2, 3, 8])
  func recursion(period: Int) throws {
    let turns = (0..<1000 * period).map { 10 + $0 % period }
    let report = report([1] + turns + [2])
    let folded = try #require(
      report.rows.first { if case .repeated = $0.content { true } else { false } })
    #expect(folded.frames.count.isMultiple(of: period))
    #expect(folded.frames.count > 990 * period)
    #expect(folded.names.count == min(3, period))
    #expect(report.rows.count < 30)
    #expect(report.rows.last?.names == ["f2"])
    // All frames are told of, each once and in order.
    let told = report.rows.flatMap { Array($0.frames) }
    #expect(told == Array(report.frames.indices))
  }

  @Test("A short recursion is shown whole") func short() {
    #expect(report([1, 5, 5, 5, 5, 5, 5, 2]).rows.count == 8)
  }

  @Test("A stack of 50,000 frames is arranged at once") func deep() {
    let clock = ContinuousClock()
    let functions = (0..<50_000).map { $0 * 7919 % 4999 }
    let frames = report(functions).frames
    let time = clock.measure {
      let report = CrashReport(
        cartID: "", cartTitle: "", kind: CrashKind(id: "unreachable"), message: "", callback: "",
        frameNumber: nil, seconds: 0, frames: frames)
      #expect(report.rows.count == 50_000)
    }
    #expect(time < .seconds(2))
  }
}
