import Engine
import Foundation
import Runtime
import TestKit
import Testing

/// Locals and operands of frames that were stopped from outside, wherever that was.
@Suite(.serialized) struct FrameValuesAtStopsTests {
  private static func trap(_ function: Function, _ arguments: [Value]) -> Trap? {
    do {
      _ = try function.call(arguments)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: CodegenMode.allCases)
  func `A loop that is stopped anywhere has the locals of one instruction`(mode: CodegenMode) throws
  {
    var module = ModuleBuilder()
    let next = Op.localGet(0) + Op.i32(1) + Op.i32add + Op.localSet(0)
    let copy = Op.localGet(0) + Op.localSet(1)
    module.add(
      [.i32, .i32, .i64, .f64], export: "it", Op.loop(next + copy + Op.br(0)))
    let instance = try mode.instantiate(module.bytes)
    let function = try #require(instance.export(named: "it")?.function)
    instance.store.callbackLimit = 0.005
    for _ in 0..<20 {
      let trap = try #require(throws: Trap.self) {
        try function.call([.i32(0), .i32(0), .i64(1 << 50), .f64(0.25.bitPattern)])
      }
      #expect(trap.kind == .interrupted)
      let frames = Array(trap.frameValues)
      #expect(frames.count == 1)
      guard let frame = frames.first, frame.locals.count == 4,
        case .i32(let counter)? = frame.locals[0], case .i32(let copy)? = frame.locals[1]
      else {
        Issue.record("no locals: \(frames)")
        continue
      }
      #expect(counter &- copy <= 1)
      #expect(counter > 1000)
      #expect(frame.locals[2...] == [.i64(1 << 50), .f64(0.25.bitPattern)])
    }
  }

  @Test(arguments: CodegenMode.allCases)
  func `A stop in a prologue or an epilogue leaves the callers their values`(
    mode: CodegenMode
  ) throws {
    // `down` calls itself to depth 0 and keeps its parameters over the call: so many that all
    // preserved registers are saved and restored, which takes most of the time.
    let parameters: [ValueType] = [.i32, .i64, .i64, .i64, .i64, .f64, .f64, .f64]
    var module = ModuleBuilder()
    func sum(_ add: (Int) -> [UInt8]) -> [UInt8] { (1...4).flatMap(add) }
    let down = module.add(
      parameters, [.i64], export: "down",
      Op.localGet(0)
        + Op.ifElse(
          0x7E,
          Op.localGet(0) + Op.i32(1) + Op.i32sub
            + sum { Op.localGet($0) + Op.i64(1) + Op.i64add }
            + [5, 6, 7].flatMap { Op.localGet($0) + Op.f64(1) + Op.f64add } + Op.call(0), Op.i64(0))
        + Op.localGet(0) + Op.i64extendU + Op.i64add + sum { Op.localGet($0) + Op.i64add }
        + Op.localGet(5) + Op.localGet(6) + Op.f64add + Op.localGet(7) + Op.f64add + Op.drop)
    module.add(
      [.i32], export: "forever",
      Op.loop(
        Op.localGet(0) + sum { Op.i64(Int64(1000 * $0)) } + Op.f64(0.5) + Op.f64(100.5)
          + Op.f64(200.5) + Op.call(down) + Op.drop + Op.br(0)))
    let instance = try mode.instantiate(module.bytes)
    let function = try #require(instance.export(named: "forever")?.function)
    let interrupt = instance.store.interruptHandle
    let ended = Flag()
    let thread = PlainThread {
      while !ended.isSet {
        interrupt()
        usleep(200)
      }
      return true
    }
    defer {
      ended.set()
      _ = thread.join()
    }
    let deadline = Date().addingTimeInterval(60)
    var (stops, missing) = (0, 0)
    // Told at the end: an expectation takes longer than all the rest, and so does requiring a trap.
    var wrong: [String] = []
    while stops < 1000 && Date() < deadline {
      guard let trap = Self.trap(function, [.i32(20)]), trap.kind == .interrupted,
        let oldest = trap.frames.last
      else { continue }
      let frames = Array(trap.frameValues)
      if oldest.name != "forever" || frames.count != trap.frames.count { wrong.append("\(frames)") }
      for (position, frame) in frames.enumerated() {
        let depth = frames.count - 2 - position
        let expected: [Value?] =
          depth < 0
          ? [.i32(20)]
          : [.i32(UInt32(20 - depth))] + (1...4).map { .i64(UInt64(1000 * $0 + depth)) }
            + [0.5, 100.5, 200.5].map { .f64(($0 + Double(depth)).bitPattern) }
        let isMissing =
          position == 0 && frame.isApproximate && frame.locals == expected.map { _ in nil }
        if isMissing { missing += 1 }
        if !isMissing && frame.locals != expected || frame.isApproximate && position > 0 {
          wrong.append("frame \(position) of \(frames.count): \(ShownFrame(frame))")
        }
      }
      stops += 1
    }
    #expect(wrong == [])
    #expect(stops == 1000)
    #expect(missing > 0, "no stop has met a prologue or epilogue, of \(stops)")
  }

  @Test(arguments: CodegenMode.allCases)
  func `A bulk operation that is stopped shows its operands as approximate`(
    mode: CodegenMode
  ) throws {
    var module = ModuleBuilder()
    module.memory(pages: 3200)
    module.add(
      [.i32], export: "it",
      Op.loop(Op.i32(0) + Op.localGet(0) + Op.i32(200 << 20) + Op.memoryFill + Op.br(0)))
    let instance = try mode.instantiate(module.bytes)
    instance.store.callbackLimit = 0.05
    let trap = try #require(throws: Trap.self) {
      try instance.export(named: "it")?.function?.call([.i32(7)])
    }
    let frame = try #require(Array(trap.frameValues).first)
    #expect(trap.kind == .interrupted && frame.isApproximate && frame.locals == [.i32(7)])
    // A stop between two fills has other operands.
    if frame.operands.count == 3 {
      #expect(frame.operands == [.i32(0), .i32(7), .i32(200 << 20)])
    }
  }
}
