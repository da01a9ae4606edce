import Engine

/// Finds the branch that wasmtime names where an `unreachable` has stopped a program.
///
/// Its compiler, Cranelift, makes a conditional branch to a block that does nothing but trap into
/// a trap with a condition, which has the branch's place. Such a block holds instructions without
/// effect and then `unreachable`. If several conditional branches lead there, the wasm code does
/// not tell which was taken, and if there is a way without a condition too, the block remains.
enum ConditionalTrap {
  /// The offset of the branch that wasmtime names for the `unreachable` at an offset; nil if it
  /// names the `unreachable` or the code does not tell.
  static func branch(to offset: Int, inFunction function: Int, of module: Module) -> Int? {
    let body = function - module.importedFunctionCount
    guard module.bodies.indices.contains(body) else { return nil }
    var blocks = Blocks(module)
    for instruction in InstructionReader(module, function: body) {
      guard instruction.offset < offset else {
        return instruction.offset == offset ? blocks.onlyBranch : nil
      }
      blocks.pass(instruction.offset)
    }
    return nil
  }

  /// The ways to a block of straight code.
  private struct Ways {
    var branch: Int?
    var isOnlyOne = true
    var isReachable = false

    mutating func addBranch(_ offset: Int) {
      isOnlyOne = isOnlyOne && !isReachable
      branch = offset
      isReachable = true
    }

    mutating func addJump() {
      isOnlyOne = false
      isReachable = true
    }
  }

  /// A structured instruction that is open.
  private struct Label {
    var isLoop = false
    /// The ways to what follows its end.
    var end = Ways()
    /// The `if` whose `else` has not come, if it can be reached.
    var condition: Int?
  }

  /// Follows the blocks of a function, instruction by instruction.
  private struct Blocks {
    private let bytes: [UInt8]
    private var labels = [Label()]
    /// The ways to the current block.
    private var ways = Ways()
    private var hasEffect = false

    init(_ module: Module) {
      bytes = module.bytes
      ways.addJump()
    }

    /// The branch that alone leads to the current block, if nothing has happened in it.
    var onlyBranch: Int? {
      !hasEffect && ways.isReachable && ways.isOnlyOne ? ways.branch : nil
    }

    mutating func pass(_ offset: Int) {
      switch bytes[offset] {
      case Opcode.block: labels.append(Label())
      case Opcode.loop:
        labels.append(Label(isLoop: true))
        var header = Ways()
        if ways.isReachable { header.addJump() }
        enter(header)
      case Opcode.if:
        labels.append(Label(condition: ways.isReachable ? offset : nil))
        enter(after: offset)
      case Opcode.else:
        jump(to: 0)
        var ways = Ways()
        if let condition = labels.last?.condition { ways.addBranch(condition) }
        labels[labels.count - 1].condition = nil
        enter(ways)
      case Opcode.end:
        jump(to: 0)
        guard var label = labels.popLast() else { return }
        if let condition = label.condition { label.end.addBranch(condition) }
        enter(label.end)
      case Opcode.br: leave(to: targets(at: offset + 1, isTable: false))
      case Opcode.brTable: leave(to: targets(at: offset + 1, isTable: true))
      case Opcode.brIf:
        if ways.isReachable, let target = targets(at: offset + 1, isTable: false).first,
          let index = index(ofLabel: target), !labels[index].isLoop
        {
          labels[index].end.addBranch(offset)
        }
        enter(after: offset)
      case Opcode.unreachable, Opcode.return: leave(to: [])
      default: if !Self.isPure(bytes[offset], at: offset, in: bytes) { hasEffect = true }
      }
    }

    private mutating func enter(_ ways: Ways) {
      self.ways = ways
      hasEffect = false
    }

    /// Goes on behind a conditional branch.
    private mutating func enter(after branch: Int) {
      var next = Ways()
      if ways.isReachable { next.addBranch(branch) }
      enter(next)
    }

    private mutating func jump(to depth: Int) {
      guard ways.isReachable, let index = index(ofLabel: depth) else { return }
      labels[index].end.addJump()
    }

    private mutating func leave(to targets: [Int]) {
      for target in targets {
        if let index = index(ofLabel: target), !labels[index].isLoop { jump(to: target) }
      }
      enter(Ways())
    }

    private func index(ofLabel depth: Int) -> Int? {
      labels.indices.contains(labels.count - 1 - depth) ? labels.count - 1 - depth : nil
    }

    private func targets(at offset: Int, isTable: Bool) -> [Int] {
      var reader = ByteReader(bytes, in: offset..<bytes.count)
      guard let first = try? reader.unsigned32() else { return [] }
      guard isTable else { return [Int(first)] }
      var targets: Set<Int> = []
      for _ in 0...first {
        guard let target = try? reader.unsigned32() else { break }
        targets.insert(Int(target))
      }
      return Array(targets)
    }

    /// Whether an instruction cannot trap and reads nothing that others write.
    private static func isPure(_ code: UInt8, at offset: Int, in bytes: [UInt8]) -> Bool {
      switch code {
      case Opcode.nop, Opcode.drop...Opcode.localTee, Opcode.i32Const...Opcode.i32Mul,
        Opcode.i32And...Opcode.i64Mul, Opcode.i64And...Opcode.i32WrapI64,
        Opcode.i64ExtendI32S...Opcode.i64ExtendI32U, Opcode.f32ConvertI32S...Opcode.refIsNull:
        return true
      // Conversions that saturate.
      case Opcode.prefixFC: return bytes.indices.contains(offset + 1) && bytes[offset + 1] < 8
      default: return false
      }
    }
  }
}
