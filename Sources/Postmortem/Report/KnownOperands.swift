import Engine
import Runtime

/// The operands of straight code as far as they follow from constants and locals, where locals have
/// the values that they had when the program stopped.
///
/// So a condition found to be false here was not the one that was fulfilled last: whatever came
/// before it would have left other locals.
struct KnownOperands {
  private let locals: [Value?]
  /// The top of the operand stack; what lies below is not known.
  private var stack: [Value?] = []

  init(locals: [Value?]) { self.locals = locals }

  /// Whether the operand on top is true; nil if it is not known.
  var condition: Bool? {
    if case .i32(let bits)?? = stack.last { bits != 0 } else { nil }
  }

  /// Goes past an instruction.
  mutating func pass(_ offset: Int, in bytes: [UInt8]) {
    var reader = ByteReader(bytes, in: offset + 1..<bytes.count)
    let code = bytes[offset]
    switch code {
    case Opcode.nop: break
    case Opcode.localGet: push((try? reader.unsigned32()).flatMap { local(Int($0)) })
    case Opcode.localSet: stack = []
    case Opcode.localTee: stack = [(try? reader.unsigned32()).flatMap { local(Int($0)) }]
    case Opcode.i32Const:
      push((try? reader.signed32()).map { .i32(UInt32(bitPattern: $0)) })
    case Opcode.i64Const:
      push((try? reader.signed64()).map { .i64(UInt64(bitPattern: $0)) })
    case Opcode.drop, Opcode.brIf, Opcode.if: _ = pop()
    case Opcode.i32Eqz, Opcode.i64Eqz, Opcode.i32WrapI64, Opcode.i64ExtendI32S,
      Opcode.i64ExtendI32U:
      push(pop().flatMap { Self.result(code, $0) })
    case Opcode.i32Eq...Opcode.i32GeU, Opcode.i64Eq...Opcode.i64GeU, Opcode.i32Add...Opcode.i32Mul,
      Opcode.i64Add...Opcode.i64Mul, Opcode.i32And...Opcode.i32Xor, Opcode.i64And...Opcode.i64Xor:
      let (right, left) = (pop(), pop())
      push(left.flatMap { left in right.flatMap { Self.result(code, left, $0) } })
    default: stack = []
    }
  }

  private func local(_ index: Int) -> Value? {
    locals.indices.contains(index) ? locals[index] : nil
  }

  private mutating func push(_ value: Value?) { stack.append(value) }

  private mutating func pop() -> Value? { stack.popLast() ?? nil }

  private static func result(_ code: UInt8, _ operand: Value) -> Value? {
    switch (code, operand) {
    case (Opcode.i32Eqz, .i32(let bits)): .i32(bits == 0 ? 1 : 0)
    case (Opcode.i64Eqz, .i64(let bits)): .i32(bits == 0 ? 1 : 0)
    case (Opcode.i32WrapI64, .i64(let bits)): .i32(UInt32(truncatingIfNeeded: bits))
    case (Opcode.i64ExtendI32U, .i32(let bits)): .i64(UInt64(bits))
    case (Opcode.i64ExtendI32S, .i32(let bits)):
      .i64(UInt64(bitPattern: Int64(Int32(bitPattern: bits))))
    default: nil
    }
  }

  private static func result(_ code: UInt8, _ left: Value, _ right: Value) -> Value? {
    switch (left, right) {
    case (.i32(let a), .i32(let b)):
      if let holds = comparison(code, from: Opcode.i32Eq, a, b) { return .i32(holds ? 1 : 0) }
      return arithmetic(code, from: Opcode.i32Add, and: Opcode.i32And, a, b).map { .i32($0) }
    case (.i64(let a), .i64(let b)):
      if let holds = comparison(code, from: Opcode.i64Eq, a, b) { return .i32(holds ? 1 : 0) }
      return arithmetic(code, from: Opcode.i64Add, and: Opcode.i64And, a, b).map { .i64($0) }
    default: return nil
    }
  }

  /// The comparisons have the same order for each type.
  private static func comparison<Bits: FixedWidthInteger & UnsignedInteger>(
    _ code: UInt8, from first: UInt8, _ a: Bits, _ b: Bits
  ) -> Bool? {
    // Signed order is unsigned order with the sign bit turned over.
    let sign = Bits(1) << (Bits.bitWidth - 1)
    switch code &- first {
    case 0: return a == b
    case 1: return a != b
    case 2: return a ^ sign < b ^ sign
    case 3: return a < b
    case 4: return a ^ sign > b ^ sign
    case 5: return a > b
    case 6: return a ^ sign <= b ^ sign
    case 7: return a <= b
    case 8: return a ^ sign >= b ^ sign
    case 9: return a >= b
    default: return nil
    }
  }

  private static func arithmetic<Bits: FixedWidthInteger & UnsignedInteger>(
    _ code: UInt8, from add: UInt8, and: UInt8, _ a: Bits, _ b: Bits
  ) -> Bits? {
    switch code {
    case add: a &+ b
    case add + 1: a &- b
    case add + 2: a &* b
    case and: a & b
    case and + 1: a | b
    case and + 2: a ^ b
    default: nil
    }
  }
}
