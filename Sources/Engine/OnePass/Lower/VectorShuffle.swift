/// The machine's way to a constant order of the lanes of two vectors.
struct VectorShuffle {
  enum Plan {
    /// An operand as it is.
    case copy(isSecond: Bool)
    /// Bytes of one operand in another order.
    case one(isSecond: Bool)
    /// An instruction with one operand and an immediate.
    case immediate(Encoding, isSecond: Bool, UInt8)
    /// An instruction with both operands.
    case both(Encoding, swaps: Bool, UInt8?)
    /// Lanes 0, 2, 4... of both: narrowed once the mask has cleared the others.
    case evenLanes(Encoding, mask: UInt32)
    /// Bytes of both, each in another order, merged.
    case general
  }

  /// Per byte of the result, the byte of the first operand, or 16 more than that of the second.
  private let lanes: InlineArray<16, UInt8>

  init(_ lanes: InlineArray<16, UInt8>) { self.lanes = lanes }

  /// The indices for PSHUFB on one operand; where the byte comes from the other one, 0x80: zero.
  func selection(isSecond: Bool) -> UInt128 {
    var bits: UInt128 = 0
    for i in 0..<16 {
      let isWanted = (lanes[i] >= 16) == isSecond
      bits |= UInt128(isWanted ? lanes[i] & 15 : 0x80) << UInt128(8 * i)
    }
    return bits
  }

  var plan: Plan {
    var usesFirst = false
    var usesSecond = false
    for i in 0..<16 { if lanes[i] < 16 { usesFirst = true } else { usesSecond = true } }
    if usesFirst != usesSecond { return ofOne(isSecond: usesSecond) }
    for swaps in [false, true] {
      if let form = interleaving(swaps: swaps) { return .both(form, swaps: swaps, nil) }
      if let start = rotation(swaps: swaps) {
        // The operand that comes first in memory is the machine's second one.
        return .both(.map3A(.p66, 0x0F), swaps: !swaps, start)
      }
      if let order = floats(swaps: swaps) { return .both(.shuffleFloats, swaps: swaps, order) }
    }
    if areEven(1) { return .evenLanes(.packUnsigned16, mask: 0x00FF_00FF) }
    if areEven(2) { return .evenLanes(.map38(.p66, 0x2B), mask: 0x0000_FFFF) }
    if let selection = blend { return .both(.map3A(.p66, 0x0E), swaps: false, selection) }
    return .general
  }

  /// The byte of the pair that is asked for at `i`, as if the operands had changed places.
  private func lane(_ i: Int, _ swaps: Bool) -> UInt8 { swaps ? lanes[i] ^ 16 : lanes[i] }

  private func ofOne(isSecond: Bool) -> Plan {
    var isIdentity = true
    for i in 0..<16 where lanes[i] & 15 != UInt8(i) { isIdentity = false }
    if isIdentity { return .copy(isSecond: isSecond) }
    var order: UInt8 = 0
    for i in 0..<4 {
      guard let quad = quad(i, isSecond) else { return .one(isSecond: isSecond) }
      order |= (quad & 3) << UInt8(2 * i)
    }
    return .immediate(.shuffle32, isSecond: isSecond, order)
  }

  /// Which of the eight 32-bit lanes of both operands the bytes of lane `i` are.
  private func quad(_ i: Int, _ swaps: Bool) -> UInt8? {
    let first = lane(4 * i, swaps)
    guard first & 3 == 0 else { return nil }
    for k in 1..<4 where lane(4 * i + k, swaps) != first + UInt8(k) { return nil }
    return first >> 2
  }

  /// PUNPCKL and PUNPCKH.
  private func interleaving(swaps: Bool) -> Encoding? {
    let lows: [(size: Int, low: UInt8, high: UInt8)] = [
      (1, 0x60, 0x68), (2, 0x61, 0x69), (4, 0x62, 0x6A), (8, 0x6C, 0x6D),
    ]
    for (size, low, high) in lows {
      for (start, opcode) in [(0, low), (8, high)] {
        var isMatch = true
        for i in 0..<16 {
          let unit = i / size
          let byte = start + unit / 2 * size + i % size + unit % 2 * 16
          if lane(i, swaps) != UInt8(byte) {
            isMatch = false
            break
          }
        }
        if isMatch { return .integers(opcode) }
      }
    }
    return nil
  }

  /// Whether every other lane of `size` bytes is taken.
  private func areEven(_ size: Int) -> Bool {
    for i in 0..<16 where lanes[i] != UInt8(i / size * 2 * size + i % size) { return false }
    return true
  }

  /// PALIGNR: 16 consecutive bytes of both operands in a row.
  private func rotation(swaps: Bool) -> UInt8? {
    let start = lane(0, swaps)
    guard start > 0, start < 16 else { return nil }
    for i in 0..<16 where lane(i, swaps) != start + UInt8(i) { return nil }
    return start
  }

  /// SHUFPS: two 32-bit lanes of the first operand, then two of the second.
  private func floats(swaps: Bool) -> UInt8? {
    var order: UInt8 = 0
    for i in 0..<4 {
      guard let quad = quad(i, swaps), (quad >= 4) == (i >= 2) else { return nil }
      order |= (quad & 3) << UInt8(2 * i)
    }
    return order
  }

  /// PBLENDW: each 16-bit lane stays in its place.
  private var blend: UInt8? {
    var selection: UInt8 = 0
    for i in 0..<8 {
      let first = lanes[2 * i]
      guard first & 15 == UInt8(2 * i), lanes[2 * i + 1] == first + 1 else { return nil }
      if first >= 16 { selection |= 1 << UInt8(i) }
    }
    return selection
  }
}
