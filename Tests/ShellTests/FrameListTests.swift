import Postmortem
import Shell
import Testing

@Suite("The backtrace of the crash screen")
struct FrameListTests {
  /// Three frames of a runtime, the last with an author's function at its end; then one frame.
  private func list() -> FrameList {
    FrameList(
      [
        BacktraceRow(frames: 0..<3, content: .runtime(count: 4), names: []),
        BacktraceRow(frames: 2..<3, content: .function(2), names: []),
        BacktraceRow(frames: 3..<4, content: .function(0), names: []),
        BacktraceRow(frames: 4..<7, content: .repeated(count: 3), names: []),
        BacktraceRow(frames: 7..<8, content: .function(0), names: []),
        BacktraceRow(frames: 8..<10, content: .runtime(count: 2), names: []),
      ], functionCounts: [1, 1, 3, 1, 1, 1, 1, 1, 1, 1], selection: 1)
  }

  @Test func `It begins with the row that the report proposes`() {
    #expect(list().rows.count == 6)
    #expect(list().selection == 1)
    #expect(FrameList(SampleReport.report()).selection == SampleReport.report().selection)
  }

  @Test func `A selection stops at both ends`() {
    var list = list()
    list.move(by: -5)
    #expect(list.selection == 0)
    list.move(by: .max)
    #expect(list.selection == 5)
    list.move(by: .min)
    #expect(list.selection == 0)
  }

  @Test func `A folded row shows the functions it stands for, and only those`() {
    var list = list()
    list.select(0)
    list.unfold()
    #expect(
      list.rows.prefix(5).map(\.content) == [
        .function(frame: 0, function: 0), .function(frame: 1, function: 0),
        .function(frame: 2, function: 0), .function(frame: 2, function: 1),
        .function(frame: 2, function: 2),
      ])
    #expect(list.rows.map(\.isUnfolded).prefix(5) == [true, true, true, true, false])
    #expect(list.selection == 0)
  }

  @Test func `Turns of a recursion and the end of the stack unfold too`() {
    var list = list()
    list.select(5)
    list.unfold()
    list.select(3)
    list.unfold()
    #expect(
      list.rows.dropFirst(3).map(\.content)
        == [4, 5, 6, 7, 8, 9].map { .function(frame: $0, function: 0) })
  }

  @Test func `Folding anywhere among the functions selects their row`() {
    var list = list()
    list.select(0)
    list.unfold()
    list.move(by: 3)
    list.fold()
    #expect(list.rows.count == 6)
    #expect(list.selection == 0)
    list.toggleFold()
    #expect(list.rows.count == 9)
    list.toggleFold()
    #expect(list.rows.count == 6)
  }

  @Test func `Rows that stand for nothing else cannot be folded`() {
    var list = list()
    list.fold()
    list.unfold()
    #expect(list.rows.count == 6)
    #expect(list.selection == 1)
  }

  @Test func `An empty stack has no rows and takes every action`() {
    var list = FrameList([], functionCounts: [], selection: 0)
    list.move(by: 1)
    list.unfold()
    list.fold()
    list.toggleFold()
    list.select(7)
    #expect(list.rows.isEmpty)
    #expect(list.selection == 0)
    #expect(!list.hasFolds)
  }

  @Test func `Ranges that contradict the frames are survived`() {
    let rows = [
      BacktraceRow(frames: 5..<9, content: .runtime(count: 4), names: []),
      BacktraceRow(frames: 0..<2, content: .repeated(count: 1), names: []),
    ]
    var list = FrameList(rows, functionCounts: [1, 2], selection: 9)
    for row in 0..<2 {
      list.select(row)
      list.unfold()
    }
    #expect(
      list.rows.allSatisfy {
        if case .function(let frame, _) = $0.content { frame < 2 } else { true }
      })
  }
}
