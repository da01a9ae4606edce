/// Where a variable is, or what it is.
enum Location {
  /// At an address of the memory.
  case memory(UInt64)
  /// Nowhere: this is the value.
  case value(MachineValue)
  /// Nowhere: these are its bytes, in `.debug_info` or a list of locations.
  case bytes([UInt8])
  /// Parts one after the other; nil for one that is nowhere.
  case pieces([(location: Location?, size: Int)])
}

/// Works out location expressions (DWARF 5, 2.5 and 2.6; for wasm the tool conventions' DWARF).
///
/// What is not known ends the work: there are no guesses.
struct Expression {
  /// A number with the type that conversions gave it.
  fileprivate struct Number {
    var bits: UInt64
    /// In bytes.
    var size: Int
    var isSigned = false

    /// The bits as a signed number.
    var signed: Int64 {
      let shift = UInt64(64 - 8 * size)
      return Int64(bitPattern: bits << shift) >> Int64(shift)
    }
  }

  private let reader: DebugReader
  private let unit: Unit
  private let state: any MachineState
  /// The expression for the frame base of the function.
  private let frameBase: AttributeValue?
  private var stack: [Number] = []
  /// Whether a global was used that may have changed.
  private(set) var isUncertain = false
  private var steps = 0

  init(
    _ reader: DebugReader, _ unit: Unit, _ state: any MachineState, frameBase: AttributeValue?
  ) {
    self.reader = reader
    self.unit = unit
    self.state = state
    self.frameBase = frameBase
  }

  /// Evaluates the bytes at a range of a section.
  mutating func location(
    in id: SectionID, _ range: Range<Int>
  ) throws(Unavailable) -> Location {
    guard !range.isEmpty else { throw Unavailable(.optimisedOut) }
    var cursor = Cursor(reader.section(id), at: range.lowerBound, end: range.upperBound)
    var pieces: [(location: Location?, size: Int)] = []
    var result: Location?
    stack = []
    while !cursor.isAtEnd {
      steps += 1
      guard steps <= 1000, stack.count <= 256, reader.effort.pay() else {
        throw Unavailable(.unsupported)
      }
      let operation = cursor.u8()
      switch operation {
      case 0x9F:
        result = .value(try pop().machineValue)
      case 0x9E:
        result = .bytes([UInt8](cursor.bytes(cursor.ulebInt())))
      case 0x93:
        let size = cursor.ulebInt()
        guard size <= 4096, pieces.count < 256 else { throw Unavailable(.unsupported) }
        let place = result ?? stack.popLast().map { .memory($0.bits) }
        pieces.append((place, size))
        result = nil
        stack = []
      case 0xED:
        // A local without `DW_OP_stack_value` behind it holds an address: that of a structure handed
        // over by value, for instance, of which the caller made a copy (LLVM's TI_LOCAL_INDIRECT).
        stack.append(Number(try wasmValue(&cursor)))
      case 0x91:
        let offset = cursor.sleb()
        let base = try frameBaseAddress()
        stack.append(Number(bits: UInt64(bitPattern: offset) &+ base, size: 4).masked)
      default: try perform(operation, &cursor)
      }
      guard !cursor.hasFailed else { throw Unavailable(.unsupported) }
      if result != nil, operation != 0x9F, operation != 0x9E { throw Unavailable(.unsupported) }
      if cursor.isAtEnd, operation != 0x93, result == nil, pieces.isEmpty {
        result = .memory(try pop().bits)
      }
    }
    if !pieces.isEmpty { return .pieces(pieces) }
    guard let result else { throw Unavailable(.unsupported) }
    return result
  }

  /// The frame base, itself an expression without one.
  private mutating func frameBaseAddress() throws(Unavailable) -> UInt64 {
    guard let frameBase, frameBase.kind == .block else { throw Unavailable(.unsupported) }
    var inner = Expression(reader, unit, state, frameBase: nil)
    let start = Int(clamping: frameBase.value)
    let location = try inner.location(in: .info, start..<start + frameBase.count)
    if inner.isUncertain { isUncertain = true }
    switch location {
    case .memory(let address): return address
    case .value(let value): return value.bits
    default: throw Unavailable(.unsupported)
    }
  }

  /// `DW_OP_WASM_location`: a local, global or operand.
  private mutating func wasmValue(_ cursor: inout Cursor) throws(Unavailable) -> MachineValue {
    let kind = cursor.u8()
    let index = kind == 3 ? Int(cursor.u32()) : cursor.ulebInt()
    guard !cursor.hasFailed else { throw Unavailable(.unsupported) }
    let value: MachineValue?
    switch kind {
    case 0: value = state.local(index)
    case 1, 3:
      value = state.global(index)
      if state.hasStaleGlobals { isUncertain = true }
    case 2: value = state.operand(index)
    default: throw Unavailable(.unsupported)
    }
    guard let value else { throw Unavailable(.unknownState) }
    return value
  }

  private mutating func pop() throws(Unavailable) -> Number {
    guard let number = stack.popLast() else { throw Unavailable(.unsupported) }
    return number
  }

  private mutating func push(_ bits: UInt64) { stack.append(Number(bits: bits, size: 4).fitted) }

  /// An operation of which the meaning does not depend on what comes before and after.
  private mutating func perform(_ operation: UInt8, _ cursor: inout Cursor) throws(Unavailable) {
    switch operation {
    case 0x03: push(cursor.unsigned(size: unit.encoding.addressSize))
    case 0x08: push(UInt64(cursor.u8()))
    case 0x09: pushSigned(Int64(Int8(bitPattern: cursor.u8())))
    case 0x0A: push(UInt64(cursor.u16()))
    case 0x0B: pushSigned(Int64(Int16(bitPattern: cursor.u16())))
    case 0x0C: push(UInt64(cursor.u32()))
    case 0x0D: pushSigned(Int64(Int32(bitPattern: cursor.u32())))
    case 0x0E: stack.append(Number(bits: cursor.u64(), size: 8))
    case 0x0F: stack.append(Number(bits: cursor.u64(), size: 8, isSigned: true))
    case 0x10: push(cursor.uleb())
    case 0x11: pushSigned(cursor.sleb())
    case 0x30...0x4F: push(UInt64(operation - 0x30))
    case 0x06: try dereference(size: 4)
    case 0x94: try dereference(size: Int(cursor.u8()))
    case 0x12: try pick(0)
    case 0x13: _ = try pop()
    case 0x14: try pick(1)
    case 0x15: try pick(Int(cursor.u8()))
    case 0x16:
      guard stack.count >= 2 else { throw Unavailable(.unsupported) }
      stack.swapAt(stack.count - 1, stack.count - 2)
    case 0x17:
      guard stack.count >= 3 else { throw Unavailable(.unsupported) }
      stack.insert(stack.removeLast(), at: stack.count - 2)
    case 0x19:
      var number = try pop()
      number.bits = number.signed.magnitude
      stack.append(number.masked)
    case 0x1F:
      var number = try pop()
      number.bits = 0 &- number.bits
      stack.append(number.masked)
    case 0x20:
      var number = try pop()
      number.bits = ~number.bits
      stack.append(number.masked)
    case 0x23:
      var number = try pop()
      number.bits = number.bits &+ cursor.uleb()
      stack.append(number.masked)
    case 0x1A...0x1E, 0x21, 0x22, 0x24...0x27, 0x29...0x2E: try combine(operation)
    case 0x28, 0x2F:
      let distance = Int(Int16(bitPattern: cursor.u16()))
      let isTaken = operation == 0x2F ? true : try pop().bits != 0
      if isTaken { cursor.move(to: cursor.offset + distance) }
    case 0x96: break
    case 0xA1, 0xFB:
      guard let address = reader.address(index: cursor.uleb(), in: unit) else {
        throw Unavailable(.unsupported)
      }
      push(address)
    case 0xA2, 0xFC:
      guard let value = reader.address(index: cursor.uleb(), in: unit) else {
        throw Unavailable(.unsupported)
      }
      push(value)
    case 0xA8, 0xF7: try convert(cursor.ulebInt(), keepsBits: false)
    case 0xA9, 0xF9: try convert(cursor.ulebInt(), keepsBits: true)
    // Values at the entry of the function, registers, other threads: nothing of that is recorded.
    default: throw Unavailable(.unsupported)
    }
  }

  private mutating func pushSigned(_ value: Int64) {
    let isSmall = Int32(exactly: value) != nil
    let number = Number(
      bits: UInt64(bitPattern: value), size: isSmall ? 4 : 8, isSigned: true)
    stack.append(number.masked)
  }

  private mutating func pick(_ place: Int) throws(Unavailable) {
    guard place < stack.count else { throw Unavailable(.unsupported) }
    stack.append(stack[stack.count - 1 - place])
  }

  private mutating func dereference(size: Int) throws(Unavailable) {
    let address = try pop().bits
    guard [1, 2, 4, 8].contains(size) else { throw Unavailable(.unsupported) }
    guard let bytes = state.memory(at: address, count: size) else {
      throw Unavailable(.badAddress)
    }
    let bits = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    stack.append(Number(bits: bits, size: max(size, 4)))
  }

  /// An operation on two numbers; the wider one decides the width.
  private mutating func combine(_ operation: UInt8) throws(Unavailable) {
    let right = try pop()
    let left = try pop()
    let size = max(left.size, right.size)
    let a = left.widened(to: size)
    let b = right.widened(to: size)
    var result = Number(bits: 0, size: size, isSigned: left.isSigned)
    let shift = b.bits
    switch operation {
    case 0x1A: result.bits = a.bits & b.bits
    case 0x1B:
      guard b.signed != 0 else { throw Unavailable(.unsupported) }
      result.bits = UInt64(bitPattern: a.signed.dividedReportingOverflow(by: b.signed).partialValue)
    case 0x1C: result.bits = a.bits &- b.bits
    case 0x1D:
      guard b.bits != 0 else { throw Unavailable(.unsupported) }
      result.bits = a.bits % b.bits
    case 0x1E: result.bits = a.bits &* b.bits
    case 0x21: result.bits = a.bits | b.bits
    case 0x22: result.bits = a.bits &+ b.bits
    case 0x24: result.bits = a.bits << shift
    case 0x25: result.bits = a.bits >> shift
    case 0x26: result.bits = UInt64(bitPattern: a.signed >> Int64(clamping: shift))
    case 0x27: result.bits = a.bits ^ b.bits
    case 0x29: result.bits = a.signed == b.signed ? 1 : 0
    case 0x2A: result.bits = a.signed >= b.signed ? 1 : 0
    case 0x2B: result.bits = a.signed > b.signed ? 1 : 0
    case 0x2C: result.bits = a.signed <= b.signed ? 1 : 0
    case 0x2D: result.bits = a.signed < b.signed ? 1 : 0
    default: result.bits = a.signed != b.signed ? 1 : 0
    }
    stack.append(result.masked)
  }

  /// Converts to the base type at an offset of the unit, or to a plain address for 0.
  private mutating func convert(_ offset: Int, keepsBits: Bool) throws(Unavailable) {
    let number = try pop()
    guard offset != 0 else {
      stack.append(Number(bits: number.bits, size: max(number.size, 4)))
      return
    }
    guard offset < unit.end, let type = reader.type(at: unit.offset + offset),
      type.tag == Tag.baseType,
      let size = type.size, (1...8).contains(size)
    else { throw Unavailable(.unsupported) }
    let isFloat = type.encoding == BaseEncoding.float
    // Floats are not computed with here.
    guard !isFloat || keepsBits || size == number.size else { throw Unavailable(.unsupported) }
    let wide = number.isSigned ? UInt64(bitPattern: number.signed) : number.bits
    let isSigned = [BaseEncoding.signed, BaseEncoding.signedCharacter].contains(type.encoding)
    stack.append(Number(bits: wide, size: size, isSigned: isSigned).masked)
  }
}

/// The end of an attempt to tell a value.
struct Unavailable: Error {
  var reason: Variable.Reason
  init(_ reason: Variable.Reason) { self.reason = reason }
}

extension Expression.Number {
  fileprivate init(_ value: MachineValue) {
    self.init(bits: value.bits, size: value.size)
  }

  /// Without the bits beyond the size.
  fileprivate var masked: Self {
    var number = self
    number.bits &= size >= 8 ? .max : (1 << UInt64(8 * size)) - 1
    return number
  }

  /// Of a size that holds the bits.
  fileprivate var fitted: Self {
    var number = self
    if bits > UInt64(UInt32.max) { number.size = 8 }
    return number
  }

  fileprivate func widened(to size: Int) -> Self {
    guard size > self.size else { return self }
    return Self(
      bits: isSigned ? UInt64(bitPattern: signed) : bits, size: size, isSigned: isSigned
    ).masked
  }

  fileprivate var machineValue: MachineValue {
    // A converted number may be narrower than a wasm value: its sign is kept.
    size <= 4
      ? MachineValue(UInt32(truncatingIfNeeded: isSigned ? UInt64(bitPattern: signed) : bits))
      : MachineValue(bits)
  }
}
