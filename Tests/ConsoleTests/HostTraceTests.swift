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
    let first = trace.record(point)
    first[0] = 7
    first[1] = UInt64(UInt32(bitPattern: -2))
    first[2] = 0xFFFF_FFFF_0000_0003
    let second = trace.record(arc)
    second[0] = UInt64(Float(-1.5).bitPattern)
    second[1] = UInt64(bitPattern: -9)
    #expect(trace.lastCalls == ["a.arc(-1.5, -9)", "graphics.draw_point(7, -2, 3)"])
    #expect(trace.lastFunction == "a.arc")
  }

  @Test("keeps the last eight")
  func keepsEight() {
    let trace = HostTrace()
    let function = trace.register("f", parameters: [.i32])
    for number in 1...100 { trace.record(function)[0] = UInt64(number) }
    #expect(trace.lastCalls == (93...100).reversed().map { "f(\($0))" })
  }
}
