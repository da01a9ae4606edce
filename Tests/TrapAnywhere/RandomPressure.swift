import Engine
import TestKit

/// Statements that leave no register free.
extension RandomCode {
  /// One of them.
  mutating func press() {
    switch numbers.below(6) {
    case 0, 1: pile()
    case 2: for _ in 0..<numbers.below(style.pile) where budget > 0 { temporary() }
    case 3: rotation()
    case 4: tableWithValues()
    default: rewrite()
    }
  }

  /// Many values, something else on top of them, and then all are used.
  private mutating func pile() {
    let height = operands.count
    for _ in 0..<numbers.below(style.pile) {
      let type = numbers.one(of: types)
      if numbers.once(in: 3) { value(type, depth: 1) } else { leaf(type) }
    }
    for _ in 0..<numbers.below(3) where budget > 0 { statement() }
    while operands.count > height && !numbers.once(in: 40) { reduce() }
  }

  /// Takes the top operand away: into a local, into the one below, or for nothing.
  private mutating func reduce() {
    guard let type = operands.popLast() else { return }
    let places = visible.filter { locals[$0] == type }
    if operands.last == type, let sum = Self.sums[type], !numbers.once(in: 3) {
      code += numbers.one(of: sum)
      if type == .v128 { return }
    } else if !places.isEmpty, !numbers.once(in: 4) {
      code += Op.localSet(numbers.one(of: places))
    } else {
      code += Op.drop
    }
  }

  /// Instructions that make one value of two and never trap.
  private static let sums: [ValueType: [[UInt8]]] = [
    .i32: [[0x6A], [0x6B], [0x6C], [0x71], [0x73], [0x74], [0x75], [0x77], [0x78]],
    .i64: [[0x7C], [0x7D], [0x7E], [0x83], [0x85], [0x86], [0x87], [0x89], [0x8A]],
    .f32: [[0x92], [0x93], [0x94], [0x96], [0x97]],
    .f64: [[0xA0], [0xA1], [0xA2], [0xA4], [0xA5]],
    .v128: [[0xFD, 0x4E], [0xFD, 0x51], [0xFD, 0xAE, 0x01], [0xFD, 0x6E], [0xFD, 0xCE, 0x01]],
  ]

  /// A local that is written again and again while its old values are still wanted.
  private mutating func rewrite() {
    let place = locals.count
    locals.append(numbers.one(of: types))
    value(locals[place], depth: 2)
    code += Op.localSet(place)
    operands.removeLast()
    for _ in 0..<1 + numbers.below(6) {
      code += Op.localGet(place) + Op.localGet(place)
      operands += [locals[place], locals[place]]
      if numbers.once(in: 3) { reduce() }
      value(locals[place], depth: 1)
      code += numbers.once(in: 2) ? Op.localTee(place) : Op.localSet(place) + Op.localGet(place)
    }
    visible.append(place)
  }

  /// A loop that turns its parameters round.
  private mutating func rotation() {
    let carried = Array(operands.suffix(1 + numbers.below(style.blockValues)))
    if carried.isEmpty { return }
    let counter = locals.count
    locals.append(.i32)
    code += Op.i32(Int32(1 + numbers.below(4))) + Op.localSet(counter)
    code += [0x03] + ModuleBuilder.signedLEB(Int64(builder.type(carried, carried)))
    let places = carried.indices.map { locals.count + $0 }
    locals += carried
    for place in places.reversed() { code += Op.localSet(place) }
    for (index, type) in carried.enumerated() {
      let same = places.filter { locals[$0] == type }
      // As a rule the next one of the type.
      let next = same.first { $0 > places[index] } ?? same[0]
      code += Op.localGet(numbers.once(in: 4) ? numbers.one(of: same) : next)
    }
    code += Self.count(counter) + Op.brIf(0) + Op.end
  }

  /// A branch table whose labels take values along, from and to different heights.
  private mutating func tableWithValues() {
    let results = (0..<numbers.below(style.blockValues)).map { _ in numbers.one(of: types) }
    let type = ModuleBuilder.signedLEB(Int64(builder.type([], results)))
    let depth = 1 + numbers.below(4)
    let below = operands
    var extras: [Int] = []
    for _ in 0..<depth {
      operands = []
      let count = numbers.below(3)
      for _ in 0..<count { leaf(numbers.one(of: types)) }
      extras.append(count)
      code += [0x02] + type
    }
    operands = []
    for _ in 0..<numbers.below(4) { leaf(numbers.one(of: types)) }
    for result in results {
      value(result, depth: 1)
      hideNaN(result)
    }
    value(.i32, depth: 1)
    if !numbers.once(in: 4) { code += Op.i32(7) + Op.i32and }
    let targets = (0..<numbers.below(9)).map { _ in numbers.below(depth) }
    code += [0x0E] + ModuleBuilder.leb(targets.count)
    for target in targets + [numbers.below(depth)] { code += ModuleBuilder.leb(target) }
    let places = results.indices.map { locals.count + $0 }
    locals += results
    // Each block leaves its results and nothing of what lies below them.
    for count in extras.reversed() {
      code += Op.end
      for place in places.reversed() { code += Op.localSet(place) }
      code += Array(repeatElement(Op.drop, count: count).joined())
      for place in places { code += Op.localGet(place) }
    }
    operands = below + results
  }

  /// Makes zero of a NaN on top of the stack, if that may be seen by an engine whose NaNs are others.
  ///
  /// Of a vector `lanes` tells the bits of its float lanes.
  mutating func hideNaN(_ type: ValueType, lanes: Int = 0) {
    guard style.isComparable, type == .f32 || type == .f64 || type == .v128 && lanes != 0 else {
      return
    }
    let place = locals.count
    locals.append(type)
    let twice = Op.localGet(place) + Op.localGet(place)
    code += Op.localTee(place)
    switch type.kind {
    case .f32: code += Op.f32(0) + twice + [0x5B] + Op.select
    case .f64: code += Op.f64(0) + twice + [0x61] + Op.select
    default: code += twice + [0xFD, lanes == 32 ? 0x41 : 0x47, 0xFD, 0x4E]
    }
  }
}
