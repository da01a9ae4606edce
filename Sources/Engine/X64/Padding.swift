/// No-ops that put code where the processor fetches it well.
extension Assembler {
  /// The length of the lines that decoded instructions are kept by.
  static var line: Int { 32 }

  /// How many bytes too early code of `length` bytes would start here, whose last instruction jumps.
  ///
  /// Processors with the erratum of Intel's "Mitigations for Jump Conditional Code Erratum" (2019)
  /// do not keep decoded instructions of a line in which a jump crosses or touches its end.
  @inline(__always) func gap(beforeJump length: Int, at start: Int) -> Int {
    let inside = start & (Self.line - 1)
    return inside &+ length >= Self.line ? Self.line &- inside : 0
  }

  /// Fills so that a jump of `length` bytes neither crosses nor touches the end of a line.
  @inline(__always) mutating func pad(jump length: Int) {
    guard padsJumps else { return }
    let gap = gap(beforeJump: length, at: offset)
    if gap > 0 { fill(gap) }
  }

  /// Fills up to a multiple of `alignment`, if that takes at most `limit` bytes.
  mutating func align(_ alignment: Int, limit: Int = .max) {
    let gap = -offset & (alignment - 1)
    if gap <= limit { fill(gap) }
  }

  /// Fills `count` bytes with the recommended no-ops (Intel SDM volume 2, NOP), as few as possible.
  @inline(never) mutating func fill(_ count: Int) {
    var left = count
    reserve(left)
    while left > 0 {
      let n = min(left, 9)
      switch n {
      case 1: byte(0x90)
      case 2: nop([0x66, 0x90])
      case 3: nop([0x0F, 0x1F, 0x00])
      case 4: nop([0x0F, 0x1F, 0x40, 0x00])
      case 5: nop([0x0F, 0x1F, 0x44, 0x00, 0x00])
      case 6: nop([0x66, 0x0F, 0x1F, 0x44, 0x00, 0x00])
      case 7: nop([0x0F, 0x1F, 0x80, 0, 0, 0, 0])
      case 8: nop([0x0F, 0x1F, 0x84, 0, 0, 0, 0, 0])
      default: nop([0x66, 0x0F, 0x1F, 0x84, 0, 0, 0, 0, 0])
      }
      left -= n
    }
  }
  @inline(__always) private mutating func nop<let count: Int>(_ bytes: InlineArray<count, UInt8>) {
    for i in 0..<count { byte(bytes[i]) }
  }

  /// Moves the code from `start` on so that it and a jump of `length` bytes behind it, with which
  /// its last instruction fuses, lie in one line.
  @inline(__always) mutating func keepTogether(from start: Int, andJump length: Int) {
    guard padsJumps else { return }
    let gap = gap(beforeJump: offset &- start &+ length, at: start)
    if gap > 0 { shift(start, by: gap) }
  }
  @inline(never) private mutating func shift(_ start: Int, by gap: Int) {
    let moved = offset - start
    makeGap(at: start, gap)
    rewind(to: start)
    fill(gap)
    advance(moved)
  }
}
