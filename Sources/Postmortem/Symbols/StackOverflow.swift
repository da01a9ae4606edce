import Runtime

/// Recognises that the part of the memory was full in which C, C++, Rust and Zig keep variables of
/// functions, the "shadow stack" (tool conventions, basic C ABI).
///
/// Linkers put it at the bottom of the memory as a rule, so a recursion without end runs below
/// address 0: a memory fault near 2^32, not an exhausted call stack.
enum StackOverflow {
  /// How far below address 0 a function may reach.
  private static let reach: UInt64 = 64 << 10
  /// Calls of one function that make a deep recursion.
  private static let deep = 16

  /// The sentence for the report; nil if it was something else.
  static func finding(
    _ fault: MemoryFault?, _ frames: [ReportFrame], _ stack: [StackReport.Entry],
    _ programs: [StackReport.Program]
  ) -> String? {
    guard let fault, fault.address >= (1 << 32) - reach, fault.address < (1 << 32) + reach,
      let youngest = frames.first, let program = stack.first?.program,
      programs.indices.contains(program)
    else { return nil }
    // The stack pointer is the first global by the linker's convention.
    let pointer: UInt32? =
      if case .i32(let bits)? = programs[program].instance?.global(0) { bits } else { nil }
    let isBelow = pointer.map { UInt64($0) >= (1 << 32) - reach } ?? false
    var turns: [Int: Int] = [:]
    for frame in frames.prefix(10_000) { turns[frame.functionIndex, default: 0] += 1 }
    let isDeep = turns.values.contains { $0 >= deep }
    guard isDeep, isBelow || turns[youngest.functionIndex, default: 0] >= deep else { return nil }
    return "The program's own stack in memory is full: it ran below address 0. That is an endless "
      + "recursion, most likely; if it is not, link with a larger stack (-z stack-size=BYTES)."
  }
}
