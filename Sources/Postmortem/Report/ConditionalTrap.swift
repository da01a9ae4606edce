import Engine
import Runtime

/// Finds the branch that wasmtime names where an `unreachable` has stopped a program.
///
/// Its compiler, Cranelift, makes a conditional branch to a block that does nothing but trap into
/// a trap with a condition, which has the branch's place. Such a block holds instructions without
/// effect and then `unreachable`; if both ways of a branch are such blocks, the one of a false
/// condition is joined. Other ways lead to the block itself. Of several ways those cannot have been
/// gone that contradict the values of the locals; if it is still open, nothing tells which it was.
enum ConditionalTrap {
  /// The offset of the branch that wasmtime names for the `unreachable` at an offset; nil if it
  /// names the `unreachable` or it cannot be told.
  ///
  /// - Parameter locals: The function's locals at the `unreachable`, as far as they are known.
  static func branch(
    to offset: Int, inFunction function: Int, of module: Module, locals: [Value?]
  ) -> Int? {
    let body = function - module.importedFunctionCount
    guard module.bodies.indices.contains(body) else { return nil }
    return BlockGraph(module, body, locals).joinedBranch(to: offset)
  }
}

/// The blocks of straight code in a function and the ways between them.
private struct BlockGraph {
  /// A way into a block.
  private enum Way {
    /// From another block, whatever happens.
    case jump(Int)
    /// A side of a branch: index in `branches`.
    case branch(Int, isTaken: Bool)
  }

  private struct Block {
    var ways: [Way] = []
    var setsLocals = false
    var hasEffect = false
    /// The offset of the `unreachable` at its end.
    var trap: Int?

    var onlyTraps: Bool { trap != nil && !hasEffect }
  }

  private struct Branch {
    var offset: Int
    /// The block that it ends.
    var block: Int
    /// Whether it is taken with the locals that there are; nil if that is not known.
    var condition: Bool?
    /// Where it leads if its condition is true, and if not.
    var taken: Int
    var next: Int
  }

  /// A structured instruction that is open.
  private struct Label {
    /// Where a branch to it leads; nil for one in code that cannot be reached.
    var target: Int?
    /// What follows its end.
    var end: Int
    /// The `if` whose `else` has not come: index in `branches`.
    var condition: Int?
  }

  private let bytes: [UInt8]
  private var blocks = [Block()]
  private var branches: [Branch] = []
  private var labels: [Label] = []
  /// The block that goes on; nil in code that cannot be reached.
  private var current: Int? = 0

  init(_ module: Module, _ body: Int, _ locals: [Value?]) {
    bytes = module.bytes
    openLabel()
    var operands = KnownOperands(locals: locals)
    for instruction in InstructionReader(module, function: body) {
      pass(instruction.offset, operands.condition)
      operands.pass(instruction.offset, in: bytes)
    }
  }

  // MARK: The question

  /// Most ways into a block, and most steps back from one, that are looked at.
  private static let mostWays = 64
  private static let mostSteps = 4096

  func joinedBranch(to trap: Int) -> Int? {
    guard let block = blocks.first(where: { $0.trap == trap }), block.onlyTraps,
      block.ways.count <= Self.mostWays
    else { return nil }
    // Behind a way, locals must be what they were on it.
    let ways = block.setsLocals ? block.ways : block.ways.filter { isPossible($0) }
    guard ways.count == 1, case .branch(let number, let isTaken)? = ways.first else { return nil }
    let branch = branches[number]
    return isTaken && blocks[branch.next].onlyTraps ? nil : branch.offset
  }

  /// Whether a way can have been gone: whether there is one to it, from the function's start or a
  /// block that sets locals, on which no branch contradicts their values.
  private func isPossible(_ way: Way) -> Bool {
    guard let first = origin(of: way) else { return false }
    var open = [first]
    var seen: Set<Int> = [first]
    while let block = open.popLast() {
      if block == 0 || blocks[block].setsLocals || seen.count > Self.mostSteps { return true }
      for way in blocks[block].ways {
        if let origin = origin(of: way), seen.insert(origin).inserted { open.append(origin) }
      }
    }
    return false
  }

  /// The block that a way comes from; nil if it contradicts the locals.
  private func origin(of way: Way) -> Int? {
    switch way {
    case .jump(let block): return block
    case .branch(let number, let isTaken):
      let branch = branches[number]
      return branch.condition.map { $0 == isTaken } ?? true ? branch.block : nil
    }
  }

  // MARK: Following the code

  private mutating func pass(_ offset: Int, _ condition: Bool?) {
    switch bytes[offset] {
    case Opcode.block: openLabel()
    case Opcode.loop:
      let header = newBlock()
      jump(to: header)
      if current != nil { current = header }
      openLabel(target: header)
    case Opcode.if:
      let branch = addBranch(offset, condition, taken: newBlock())
      openLabel()
      labels[labels.count - 1].condition = branch
    case Opcode.else:
      guard let label = labels.last else { return }
      jump(to: label.end)
      current = label.condition.map { addNext(of: $0, newBlock()) }
      labels[labels.count - 1].condition = nil
    case Opcode.end:
      guard let label = labels.popLast() else { return }
      jump(to: label.end)
      if let condition = label.condition { _ = addNext(of: condition, label.end) }
      current = blocks[label.end].ways.isEmpty ? nil : label.end
    case Opcode.br: leave(to: targets(at: offset + 1, isTable: false))
    case Opcode.brTable: leave(to: targets(at: offset + 1, isTable: true))
    case Opcode.brIf:
      guard let target = targets(at: offset + 1, isTable: false).first,
        let branch = addBranch(offset, condition, taken: target)
      else { return }
      current = addNext(of: branch, newBlock())
    case Opcode.unreachable:
      if let current { blocks[current].trap = offset }
      current = nil
    case Opcode.return: current = nil
    default: note(offset)
    }
  }

  /// Notes what an instruction within a block does.
  private mutating func note(_ offset: Int) {
    guard let current else { return }
    let code = bytes[offset]
    if code == Opcode.localSet || code == Opcode.localTee { blocks[current].setsLocals = true }
    if !Self.isPure(code, at: offset, in: bytes) { blocks[current].hasEffect = true }
  }

  private mutating func newBlock() -> Int {
    blocks.append(Block())
    return blocks.count - 1
  }

  private mutating func openLabel(target: Int? = nil) {
    let end = newBlock()
    labels.append(Label(target: target ?? end, end: end))
  }

  private mutating func jump(to block: Int) {
    if let current { blocks[block].ways.append(.jump(current)) }
  }

  private mutating func leave(to targets: [Int]) {
    for target in targets { jump(to: target) }
    current = nil
  }

  /// Adds a branch to `taken`, where it goes on; nil if it cannot be reached.
  private mutating func addBranch(_ offset: Int, _ condition: Bool?, taken: Int) -> Int? {
    guard let block = current else { return nil }
    branches.append(
      Branch(offset: offset, block: block, condition: condition, taken: taken, next: taken))
    blocks[taken].ways.append(.branch(branches.count - 1, isTaken: true))
    current = taken
    return branches.count - 1
  }

  /// Lets a branch lead to a block if its condition is false.
  private mutating func addNext(of branch: Int, _ block: Int) -> Int {
    branches[branch].next = block
    blocks[block].ways.append(.branch(branch, isTaken: false))
    return block
  }

  /// The blocks that the labels of a branch stand for.
  private func targets(at offset: Int, isTable: Bool) -> [Int] {
    var reader = ByteReader(bytes, in: offset..<bytes.count)
    guard let first = try? reader.unsigned32() else { return [] }
    var depths: Set<Int> = isTable ? [] : [Int(first)]
    if isTable {
      for _ in 0...first {
        guard let depth = try? reader.unsigned32() else { break }
        depths.insert(Int(depth))
      }
    }
    return depths.compactMap { depth in
      let index = labels.count - 1 - depth
      return labels.indices.contains(index) ? labels[index].target : nil
    }
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
