import Engine
import TestKit

/// Expressions: what leaves one more operand.
extension RandomCode {
  private static let letters: [Character: ValueType] = [
    "i": .i32, "l": .i64, "f": .f32, "d": .f64, "v": .v128,
  ]

  /// An instruction whose types follow from its code alone.
  private struct Simple {
    var prefix: UInt8
    var code: UInt16
    var parameters: [ValueType]
    /// The number of lanes that the byte behind the code can name; 0 if there is none.
    var lanes: Int
    /// Whether the sign or the bits of a NaN can be seen in the result.
    var showsSign: Bool
    /// For vectors of floats the bits of a lane; else 0.
    var floatLanes: Int
    /// Whether engines may choose the result.
    var isRelaxed: Bool
  }

  /// Those that never trap and are no accesses, by type of the result.
  private static let simple: [ValueType: [Simple]] = {
    var found: [ValueType: [Simple]] = [:]
    for row in InstructionTable.rows where row.immediates == .none || row.immediates == .lane {
      guard let sides = row.signature?.split(separator: ":", omittingEmptySubsequences: false),
        sides.count == 2, let result = sides[1].first.flatMap({ letters[$0] }), !sides[0].isEmpty
      else { continue }
      let traps =
        row.mnemonic.contains("div_") || row.mnemonic.contains("rem_")
        || row.mnemonic.contains(".trunc_f")
      if traps { continue }
      found[result, default: []].append(
        Simple(
          prefix: row.prefix, code: row.code, parameters: sides[0].compactMap { letters[$0] },
          lanes: Int(row.lanes),
          showsSign: row.mnemonic.contains("copysign") || row.mnemonic.contains("reinterpret"),
          floatLanes: row.mnemonic.hasPrefix("f32x4")
            ? 32 : row.mnemonic.hasPrefix("f64x2") ? 64 : 0,
          isRelaxed: row.feature == .relaxedSIMD))
    }
    return found
  }()

  /// Leaves one more operand of a type.
  mutating func value(_ type: ValueType, depth: Int) {
    budget -= 1
    if depth == 0 || budget < 0 || type.isReference { return leaf(type) }
    switch numbers.below(12) {
    case 0...2: leaf(type)
    case 3: load(type)
    case 4: select(type, depth)
    case 5: divide(type, depth)
    case 6 where type == .v128: shuffle(depth)
    case 6 where type == .i32: compareWithItself()
    case 6, 7: sum(type)
    default:
      guard let choices = Self.simple[type] else { return leaf(type) }
      let chosen = numbers.one(of: choices)
      if style.isComparable && (chosen.showsSign || chosen.isRelaxed) { return leaf(type) }
      for parameter in chosen.parameters { value(parameter, depth: depth - 1) }
      code += [chosen.prefix == 0 ? UInt8(chosen.code) : chosen.prefix]
      if chosen.prefix != 0 { code += ModuleBuilder.leb(Int(chosen.code)) }
      if chosen.lanes != 0 { code.append(UInt8(numbers.below(chosen.lanes))) }
      operands.removeLast(chosen.parameters.count)
      operands.append(type)
      if type == .v128 { hideNaN(type, lanes: chosen.floatLanes) }
    }
  }

  mutating func leaf(_ type: ValueType) {
    let places = visible.filter { locals[$0] == type }
    if !places.isEmpty, !numbers.once(in: 3) {
      code += Op.localGet(numbers.one(of: places))
    } else if let global = globals.firstIndex(of: type), numbers.once(in: 3) {
      code += Op.globalGet(global)
    } else {
      code += Self.constant(type, &numbers)
    }
    operands.append(type)
  }

  /// Lanes of two vectors in another order: any, or one that machines have an instruction for.
  mutating func shuffle(_ depth: Int) {
    value(.v128, depth: depth - 1)
    value(.v128, depth: depth - 1)
    let size = 1 << numbers.below(4)
    let start = numbers.below(17)
    let count = 32 / size
    let other = numbers.below(2)
    let half = numbers.below(2)
    let isAnything = numbers.below(4)
    let units: [Int] = (0..<16 / size).map { index in
      switch isAnything {
      case 0: numbers.below(count)
      case 1: index + (numbers.once(in: 2) ? count / 2 : 0)
      case 2: (index / 2 + half * count / 4 + (index % 2 ^ other) * count / 2)
      default: index
      }
    }
    code += [0xFD, 0x0D]
    for unit in units {
      for byte in 0..<size {
        let lane = unit * size + byte
        code.append(UInt8(isAnything == 3 ? (lane + start) % 32 : lane))
      }
    }
    operands.removeLast()
  }

  /// A comparison of a local with itself: equal, unless it is not a number.
  mutating func compareWithItself() {
    guard !visible.isEmpty else { return leaf(.i32) }
    let place = numbers.one(of: visible)
    let codes: ClosedRange<UInt8> =
      switch locals[place] {
      case .i32: 0x46...0x4F
      case .i64: 0x51...0x5A
      case .f32: 0x5B...0x60
      case .v128: 0x23...0x4C
      default: 0x61...0x66
      }
    if locals[place] == .v128 {
      code += Op.localGet(place) + Op.localGet(place)
      code += [0xFD, UInt8.random(in: codes, using: &numbers), 0xFD, 0x53]
      operands.append(.i32)
      return
    }
    code += Op.localGet(place) + Op.localGet(place)
    code.append(UInt8.random(in: codes, using: &numbers))
    operands.append(.i32)
  }

  /// The sum of a value, a scaled one and a constant: an address as compilers write it.
  mutating func sum(_ type: ValueType) {
    guard type == .i32 || type == .i64 else { return leaf(type) }
    let isWide = type == .i64
    leaf(type)
    leaf(type)
    let shift = Int32(1 + numbers.below(3))
    code += isWide ? Op.i64(Int64(shift)) + [0x86] : Op.i32(shift) + Op.i32shl
    code += isWide ? Op.i64add : Op.i32add
    operands.removeLast()
    if numbers.once(in: 2) {
      code += Self.constant(type, &numbers) + (isWide ? Op.i64add : Op.i32add)
    }
  }

  mutating func select(_ type: ValueType, _ depth: Int) {
    value(type, depth: depth - 1)
    value(type, depth: depth - 1)
    value(.i32, depth: depth - 1)
    code += Op.select
    operands.removeLast(2)
  }

  /// A division or remainder, as a rule by something odd; floats are truncated instead.
  mutating func divide(_ type: ValueType, _ depth: Int) {
    guard type == .i32 || type == .i64 else { return leaf(type) }
    if numbers.once(in: 12) {
      let from: ValueType = numbers.once(in: 2) ? .f32 : .f64
      value(from, depth: depth - 1)
      let base: UInt8 = (type == .i32 ? 0xA8 : 0xAE) + (from == .f32 ? 0 : 2)
      code.append(base + UInt8(numbers.below(2)))
      operands[operands.count - 1] = type
      return
    }
    value(type, depth: depth - 1)
    value(type, depth: depth - 1)
    let isWide = type == .i64
    if !numbers.once(in: 20) { code += isWide ? Op.i64(1) + [0x84] : Op.i32(1) + Op.i32or }
    code.append((isWide ? 0x7F : 0x6D) + UInt8(numbers.below(4)))
    operands.removeLast()
  }
}
