import TestKit
import Testing

@testable import Engine

/// What walk 1 tells walk 2 about a function.
@Suite struct FunctionSummaryTests {
  /// A local's summary, comparable.
  struct Interval: Equatable, CustomStringConvertible {
    var first: UInt32
    var last: UInt32
    var weight: UInt32
    var needsZero: Bool

    init(_ first: UInt32, _ last: UInt32, weight: UInt32, needsZero: Bool = false) {
      self.first = first
      self.last = last
      self.weight = weight
      self.needsZero = needsZero
    }

    var description: String { "\(first)...\(last) weight \(weight)\(needsZero ? " zero" : "")" }
  }

  /// The intervals of a function `(i32) -> ()` with three i32 locals.
  ///
  /// Nil for a local without accesses. The code begins at position 3.
  private func intervals(_ code: [UInt8]) throws -> [Interval?] {
    let module = try Module(
      decoding: ModuleBuilder.function([.i32], locals: [(3, .i32)], code: code + [0x0B]).bytes)
    var validator = FunctionValidator(module.flat, module.features)
    let summary = try validator.validate(
      module.bodies[0], ofFunction: 0, in: module.bytes)
    #expect(summary.localCount == 4 && summary.parameterCount == 1)
    return (0..<4).map { index in
      let local = summary.locals[index]
      guard local.flags & LocalSummary.accessed != 0 else { return nil }
      return Interval(
        local.first, local.last, weight: local.weight,
        needsZero: local.flags & LocalSummary.needsZero != 0)
    }
  }

  private let loop: [UInt8] = [0x03, 0x40]
  private let block: [UInt8] = [0x02, 0x40]
  private let end: [UInt8] = [0x0B]
  private func get(_ index: UInt8) -> [UInt8] { [0x20, index, 0x1A] }
  /// `br_if` by a constant.
  private func branch(_ label: UInt8) -> [UInt8] { [0x41, 0, 0x0D, label] }
  private func set(_ index: UInt8) -> [UInt8] { [0x41, 7, 0x21, index] }

  @Test func `A parameter lives from the entry to its last access`() throws {
    #expect(try intervals(get(0) + get(0))[0] == Interval(0, 6, weight: 2))
  }

  @Test func `A local that is set first lives from that set`() throws {
    #expect(try intervals(set(1) + get(1))[1] == Interval(5, 7, weight: 2))
  }

  @Test func `A local that is read first lives from the entry and holds zero`() throws {
    #expect(try intervals(get(1) + set(1))[1] == Interval(0, 8, weight: 2, needsZero: true))
  }

  @Test func `A set that a branch leaves out does not dominate what follows its block`()
    throws
  {
    // 3 block 5 const 7 br_if 9 const 11 set 13 end 14 get
    #expect(
      try intervals(block + branch(0) + set(1) + end + get(1))[1]
        == Interval(0, 14, weight: 2, needsZero: true))
    // 3 block 5 block 7 const 9 br_table 13 end 14 const 16 set 18 end 19 get
    let table: [UInt8] = [0x41, 0, 0x0E, 1, 0, 1]
    #expect(
      try intervals(block + block + table + end + set(1) + end + get(1))[1]
        == Interval(0, 19, weight: 2, needsZero: true))
  }

  @Test func `A set inside a block that nothing leaves out dominates what follows`() throws {
    // 3 block 5 const 7 set 9 end 10 get
    #expect(try intervals(block + set(1) + end + get(1))[1] == Interval(7, 10, weight: 2))
    // Branches that leave the function, that come later, or lead to where a loop begins or an inner
    // block has ended.
    #expect(
      try intervals(block + branch(1) + set(1) + branch(0) + end + get(1))[1]
        == Interval(11, 18, weight: 2))
    #expect(
      try intervals(block + block + branch(0) + end + set(1) + end + get(1))[1]
        == Interval(14, 17, weight: 2))
    #expect(
      try intervals(block + loop + branch(0) + end + set(1) + end + get(1))[1]
        == Interval(14, 17, weight: 2))
  }

  @Test func `A set in one arm does not dominate the other`() throws {
    // 3 get 5 if 7 const 9 set 11 else 12 get 15 end
    let code: [UInt8] = [0x20, 0, 0x04, 0x40] + set(1) + [0x05] + get(1) + end
    #expect(try intervals(code)[1] == Interval(0, 12, weight: 2, needsZero: true))
  }

  @Test func `A set inside a loop dominates what follows the loop`() throws {
    // 3 loop 5 const 7 set 9 end 10 get
    #expect(try intervals(loop + set(1) + end + get(1))[1] == Interval(7, 10, weight: 9))
  }

  @Test func `A value that is set before a loop lives to the loop's end`() throws {
    // 3 const 5 set 7 loop 9 get 12 nop 13 end
    #expect(
      try intervals(set(1) + loop + get(1) + [0x01] + end)[1] == Interval(5, 13, weight: 9))
  }

  @Test func `A value that lives within one turn of a loop ends with its last access`() throws {
    // 3 loop 5 const 7 set 9 get 12 nop 13 end
    #expect(try intervals(loop + set(1) + get(1) + [0x01] + end)[1] == Interval(7, 9, weight: 16))
  }

  @Test func `The outermost loop that began after the set carries the value`() throws {
    // 3 loop 5 const 7 set 9 loop 11 loop 13 get 16 end 17 end 18 nop 19 end
    let code = loop + set(1) + loop + loop + get(1) + end + end + [0x01] + end
    #expect(try intervals(code)[1] == Interval(7, 17, weight: 8 + 512))
  }

  @Test func `Weights stop growing at six loops and never overflow`() throws {
    let deep = times(9, loop) + get(0) + times(9, end)
    #expect(try intervals(deep)[0]?.weight == 262_144)
    let many = times(9, loop) + times(20_000, get(0)) + times(9, end)
    #expect(try intervals(many)[0]?.weight == .max)
  }

  @Test func `Accesses in dead code do not count`() throws {
    let code = get(0) + [0x00] + get(0) + get(1) + block + set(2) + end + loop + get(3) + end
    #expect(try intervals(code) == [Interval(0, 3, weight: 1), nil, nil, nil])
  }

  @Test func `Code is live again after a block that ends in a branch`() throws {
    // 3 block 5 br 7 get 10 end 11 get
    #expect(
      try intervals(block + [0x0C, 0] + get(0) + end + get(0))[0] == Interval(0, 11, weight: 1))
  }

  @Test func `Only a local whose set dominates its accesses belongs to the loops around it`() throws
  {
    // Local 1 is set in the loop alone, local 2 once more behind the block.
    let code = loop + block + set(1) + get(1) + set(2) + end + set(2) + get(2) + end + end
    let module = try Module(
      decoding: ModuleBuilder.function([.i32], locals: [(3, .i32)], code: code).bytes)
    var validator = FunctionValidator(module.flat, module.features)
    let summary = try validator.validate(
      module.bodies[0], ofFunction: 0, in: module.bytes)
    let (nested, zeroed) = (summary.locals[1], summary.locals[2])
    #expect(
      nested.flags == LocalSummary.accessed | LocalSummary.isNested | LocalSummary.loopIsCertain)
    #expect(nested.innermostLoop == 1 && nested.outermostLoop == 1)
    #expect(zeroed.flags == LocalSummary.accessed | LocalSummary.needsZero)
    #expect(zeroed.innermostLoop == 0 && zeroed.outermostLoop == 0)
    #expect(summary.blockCount == 2)
    #expect(summary.blocks[0].start == 3 && summary.blocks[1].start == 5)
    #expect(summary.blocks[1].end < summary.blocks[0].end && summary.blocks[1].outerLoop == 1)
  }

  @Test func `Nothing of a function is left in the summary of the next`() throws {
    let builder = ModuleBuilder(
      types: [FuncType()],
      functions: [
        .init(type: 0, locals: [(2, .i64)], code: [0x03, 0x40, 0x20, 1, 0x1A, 0x0B, 0x0B]),
        .init(type: 0, locals: [(2, .f32)], code: [0x20, 0, 0x1A, 0x0B]),
      ])
    let module = try Module(decoding: builder.bytes)
    var validator = FunctionValidator(module.flat, module.features)
    _ = try validator.validate(
      module.bodies[0], ofFunction: 0, in: module.bytes)
    let summary = try validator.validate(
      module.bodies[1], ofFunction: 1, in: module.bytes)
    #expect(summary.locals[1].flags == 0 && summary.locals[1].weight == 0)
    #expect(summary.locals[0].last == 3 && summary.locals[0].weight == 1)
    #expect(summary.locals[0].type == ValueType.f32.code)
    #expect(summary.localTypes[1] == ValueType.f32.code)
    #expect(summary.accessedCount == 1 && summary.accessedLocals[0] == 0)
  }

  @Test func `Calls are listed with their loop weights, but for those in dead code`() throws {
    // 1 call 3 loop 5 call 7 const 9 memory.grow 11 drop 12 memory.size 14 drop 15 end 16 ...
    var builder = ModuleBuilder.function(code: [
      0x10, 0, 0x03, 0x40, 0x10, 0, 0x41, 0, 0x40, 0, 0x1A, 0x3F, 0, 0x1A, 0x0B, 0x00, 0x10, 0,
      0x0B,
    ])
    builder.sections[5] = [1, 0, 1]
    let module = try Module(decoding: builder.bytes)
    var validator = FunctionValidator(module.flat, module.features)
    let summary = try validator.validate(
      module.bodies[0], ofFunction: 0, in: module.bytes)
    let calls = (0..<summary.callCount).map { summary.calls[$0] }
    #expect(calls.map(\.position) == [1, 5, 9])
    #expect(calls.map(\.cumulativeWeight) == [1, 9, 17])
  }

  @Test func `Heights, depths and argument areas are the largest of the function`() throws {
    let wide = FuncType(
      parameters: Array(repeating: .i32, count: 6) + Array(repeating: .f64, count: 9))
    let builder = ModuleBuilder(
      types: [wide, FuncType()],
      functions: [
        .init(
          type: 1,
          code: times(6, [0x41, 0]) + times(9, [0x44, 0, 0, 0, 0, 0, 0, 0, 0])
            + [0x10, 1, 0x02, 0x40, 0x02, 0x40, 0x0B, 0x0B, 0x0B]),
        .init(type: 0, code: [0x0B]),
      ])
    let module = try Module(decoding: builder.bytes)
    var validator = FunctionValidator(module.flat, module.features)
    let summary = try validator.validate(
      module.bodies[0], ofFunction: 0, in: module.bytes)
    #expect(summary.maximumOperandHeight == 15)
    #expect(summary.maximumControlDepth == 3)
    #expect(summary.maximumStackArgumentBytes == 24)
    #expect(summary.codeStart == module.bodies[0].bodyOffset + 1)
    #expect(summary.end == module.bodies[0].bodyOffset + module.bodies[0].size)
  }
}
