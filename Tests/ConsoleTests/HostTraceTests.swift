import Console
import Engine
import Testing

@Suite("The trace of host calls")
struct HostTraceTests {
  @Test("tells the last calls with their arguments, newest first")
  func tellsCalls() {
    let trace = HostTrace()
    let point = trace.register("graphics.draw_point", parameters: [.i32, .i32, .i32])
    let arc = trace.register("a.arc", parameters: [.f32, .i64])
    #expect(trace.lastCalls.isEmpty)
    #expect(trace.lastFunction == nil)
    record([7, UInt64(UInt32(bitPattern: -2)), 0xFFFF_FFFF_0000_0003], of: point, in: trace)
    record([UInt64(Float(-1.5).bitPattern), UInt64(bitPattern: -9)], of: arc, in: trace)
    #expect(trace.lastCalls == ["a.arc(-1.5, -9)", "graphics.draw_point(7, -2, 3)"])
    #expect(trace.lastFunction == "a.arc")
  }

  @Test("keeps the last eight")
  func keepsEight() {
    let trace = HostTrace()
    let function = trace.register("f", parameters: [.i32])
    for number in 1...100 { record([UInt64(number)], of: function, in: trace) }
    #expect(trace.lastCalls == (93...100).reversed().map { "f(\($0))" })
  }

  @Test("keeps the arguments of a call, however many", arguments: 0...15)
  func keepsArguments(count: Int) {
    let trace = HostTrace()
    let types = Array(repeating: ValueType.i32, count: count)
    let others = trace.register("others", parameters: types)
    let function = trace.register("f", parameters: types)
    for _ in 0..<9 { record(Array(repeating: 99, count: count), of: others, in: trace) }
    record((0..<count).map { UInt64($0 + 1) }, of: function, in: trace)
    let list = (0..<count).map { "\($0 + 1)" }.joined(separator: ", ")
    let other = Array(repeating: "99", count: count).joined(separator: ", ")
    let expected: [String] = ["f(\(list))"] + Array(repeating: "others(\(other))", count: 7)
    #expect(trace.lastCalls == expected)
  }

  private func record(_ arguments: [UInt64], of function: Int, in trace: HostTrace) {
    var breadcrumb = trace.breadcrumbs.begin(function)
    for argument in arguments { breadcrumb.note(argument) }
  }
}
