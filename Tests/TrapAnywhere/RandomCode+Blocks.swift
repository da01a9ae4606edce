import Engine
import TestKit

/// Blocks and branches.
extension RandomCode {
  /// A block or an if, which may take operands along and leave some.
  mutating func block() {
    let parameters = Array(operands.suffix(numbers.below(style.blockValues)))
    let results = (0..<numbers.below(style.blockValues)).map { _ in numbers.one(of: types) }
    let type = ModuleBuilder.signedLEB(Int64(builder.type(parameters, results)))
    let isIf = numbers.once(in: 2)
    if isIf {
      value(.i32, depth: 2)
      operands.removeLast()
    }
    code += [isIf ? 0x04 : 0x02] + type
    let below = Array(operands.dropLast(parameters.count))
    for _ in 0..<(isIf ? 2 : 1) {
      operands = parameters
      labels.append(Label(types: results))
      statements()
      finish(results)
      labels.removeLast()
      code += isIf ? Op.elseArm : Op.end
    }
    // The second arm ends the if.
    if isIf { code[code.count - 1] = 0x0B }
    operands = below + results
  }

  /// A loop of a few rounds, which nothing is taken into and nothing is left by.
  mutating func loop() {
    let counter = locals.count
    locals.append(.i32)
    code += Op.i32(Int32(1 + numbers.below(6))) + Op.localSet(counter) + [0x03, 0x40]
    let below = operands
    operands = []
    labels.append(Label(counter: counter))
    statements()
    finish([])
    labels.removeLast()
    operands = below
    code += Self.count(counter) + Op.brIf(0) + Op.end
  }

  /// Counts down; leaves whether there is another round.
  static func count(_ counter: Int) -> [UInt8] {
    Op.localGet(counter) + Op.i32(1) + Op.i32sub + Op.localTee(counter) + Op.i32(0)
      + Op.plain(0x4A)  // i32.gt_s
  }

  /// A branch outwards if something is so, with what its label wants; to a loop if it goes on.
  mutating func branchIf() {
    let depth = numbers.below(labels.count)
    let label = labels[labels.count - 1 - depth]
    if let counter = label.counter {
      code += Self.count(counter) + Op.brIf(depth)
      return
    }
    for type in label.types {
      value(type, depth: 2)
      hideNaN(type)
    }
    value(.i32, depth: 2)
    code += Op.brIf(depth)
    operands.removeLast()
  }

  /// A branch to one of a few blocks that take nothing along, the nearest made for it.
  mutating func branchTable() {
    code += [0x02, 0x40]
    value(.i32, depth: 2)
    operands.removeLast()
    let outer = labels.reversed().enumerated().filter {
      $0.element.types.isEmpty && $0.element.counter == nil
    }.map { $0.offset + 1 }
    let targets = (0..<numbers.below(5)).map { _ in numbers.one(of: outer + [0]) }
    code += [0x0E] + ModuleBuilder.leb(targets.count)
    for target in targets + [0] { code += ModuleBuilder.leb(target) }
    code += Op.end
  }

  /// Leaves just these operands in the block.
  mutating func finish(_ results: [ValueType]) {
    if operands == results && !style.isComparable { return }
    for _ in operands { code += Op.drop }
    operands = []
    for type in results {
      value(type, depth: 2)
      hideNaN(type)
    }
  }
}
