/// How many operands lie on the stack before each instruction of a body, found from the instructions
/// alone: what the compiler's own stack is compared with when it checks itself.
///
/// Shares nothing with either walk but the table of instructions.
struct OperandHeightModel {
  private struct Frame {
    var height: Int
    var parameters: Int
    var results: Int
  }

  private let module: Module
  private let skipper = InstructionSkipper()
  private var cursor: UnsafePointer<UInt8>
  private var frames: [Frame]
  private var height = 0
  /// Blocks opened since the code became unreachable; nil where it is reachable.
  private var deadNesting: Int?
  /// Whether an instruction was met that the model does not know.
  private var isLost = false

  /// A model at the first instruction of a function with so many results.
  init(_ module: Module, results: Int, code: UnsafePointer<UInt8>) {
    self.module = module
    cursor = code
    frames = [Frame(height: 0, parameters: 0, results: results)]
  }

  /// Goes on to the instruction at `place`; nil if that cannot be reached, or if an instruction on the
  /// way is unknown.
  mutating func height(at place: UnsafePointer<UInt8>) -> Int? {
    while cursor < place && !isLost { step() }
    return isLost || deadNesting != nil || cursor != place ? nil : height
  }

  private mutating func step() {
    var immediates = cursor + 1
    let opcode = cursor[0]
    if let nesting = deadNesting {
      passOver(opcode, nesting)
    } else {
      carryOut(opcode, &immediates)
    }
    _ = skipper.skip(&cursor)
  }

  private mutating func passOver(_ opcode: UInt8, _ nesting: Int) {
    switch opcode {
    case Opcode.block, Opcode.loop, Opcode.if, Opcode.tryTable: deadNesting = nesting + 1
    case Opcode.else where nesting == 0: startAlternative()
    case Opcode.end where nesting == 0: endFrame()
    case Opcode.end: deadNesting = nesting - 1
    default: break
    }
  }

  private mutating func startAlternative() {
    deadNesting = nil
    height = (frames.last?.height ?? 0) + (frames.last?.parameters ?? 0)
  }

  private mutating func endFrame() {
    deadNesting = nil
    guard let frame = frames.popLast() else { return }
    height = frame.height + frame.results
  }

  private mutating func carryOut(_ opcode: UInt8, _ p: inout UnsafePointer<UInt8>) {
    switch opcode {
    case Opcode.block, Opcode.loop, Opcode.if, Opcode.tryTable:
      if opcode == Opcode.if { height -= 1 }
      open(&p)
    case Opcode.else: startAlternative()
    case Opcode.end: endFrame()
    case Opcode.br, Opcode.brTable, Opcode.return, Opcode.unreachable, Opcode.returnCall,
      Opcode.returnCallIndirect, Opcode.returnCallRef, Opcode.throw, Opcode.throwRef:
      deadNesting = 0
    case Opcode.brIf, Opcode.brOnNonNull, Opcode.drop, Opcode.localSet, Opcode.globalSet:
      height -= 1
    case Opcode.call: call(module.type(ofFunction: Int(readU32(&p))))
    case Opcode.callIndirect, Opcode.callRef:
      height -= 1
      call(module.types[Int(readU32(&p))])
    case Opcode.select, Opcode.selectTyped, Opcode.tableSet: height -= 2
    case Opcode.localGet, Opcode.globalGet, Opcode.refNull, Opcode.refFunc: height += 1
    case Opcode.localTee, Opcode.refIsNull, Opcode.tableGet, Opcode.refAsNonNull,
      Opcode.brOnNull:
      break
    default:
      let isPrefixed = opcode == Opcode.prefixFC || opcode == Opcode.prefixSIMD
      let code = isPrefixed ? readU32(&p) : UInt32(opcode)
      other(InstructionTable.instruction(prefix: isPrefixed ? opcode : 0, code: code))
    }
  }

  private mutating func open(_ p: inout UnsafePointer<UInt8>) {
    var frame = Frame(height: height, parameters: 0, results: 0)
    if p[0] & 0xC0 == 0x40 {
      frame.results = p[0] == 0x40 ? 0 : 1
    } else {
      let type = module.types[Int(readS64(&p))]
      frame.parameters = type.parameters.count
      frame.results = type.results.count
      frame.height -= frame.parameters
    }
    frames.append(frame)
  }

  private mutating func call(_ type: FuncType) {
    height += type.results.count - type.parameters.count
  }

  /// An instruction whose types the table knows, or one behind 0xFC.
  private mutating func other(_ row: Instruction?) {
    guard let row else {
      isLost = true
      return
    }
    if let signature = row.signature {
      let sides = signature.split(separator: ":", omittingEmptySubsequences: false)
      height += (sides.last?.count ?? 0) - (sides.first?.count ?? 0)
      return
    }
    switch row.mnemonic {
    case "table.size", "memory.size": height += 1
    case "table.grow": height -= 1
    case "table.fill", "table.copy", "table.init", "memory.fill", "memory.copy", "memory.init":
      height -= 3
    case "memory.grow", "data.drop", "elem.drop": break
    default: isLost = true
    }
  }
}
