import Engine
import TestKit

/// Writes the body of one function of a `RandomModule`.
struct RandomCode {
  var numbers: RandomNumbers
  var builder: ModuleBuilder
  var locals: [ValueType]
  let style: RandomStyle
  let index: Int
  let functions: [FuncType]
  let hosts: Int
  let globals: [ValueType]
  let tags: [[ValueType]]
  var code: [UInt8] = []
  /// The types of the operands in the present block.
  var operands: [ValueType] = []
  /// The open blocks, outermost first.
  var labels: [Label] = []
  /// The instructions that may still be written, so that bodies end.
  var budget: Int
  /// Locals that may be read and set here: not those that count loops, nor temporaries of other
  /// blocks, which are set before they are read.
  var visible: [Int] = []

  /// The types that occur.
  let types: [ValueType]
  private static let letters: [Character: ValueType] = [
    "i": .i32, "l": .i64, "f": .f32, "d": .f64, "v": .v128,
  ]

  /// The types that the module of a seed has: with vectors, which are as frequent as all others, or
  /// without.
  static func types(seed: Int) -> [ValueType] {
    seed % 2 == 0 ? [.i32, .i64, .f32, .f64] : [.i32, .i64, .f32, .f64, .v128, .v128, .v128]
  }

  /// What a branch to a block takes along, and the local that counts the rounds of a loop.
  struct Label {
    var types: [ValueType] = []
    var counter: Int?
  }

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
            ? 32 : row.mnemonic.hasPrefix("f64x2") ? 64 : 0))
    }
    return found
  }()

  init(
    _ numbers: RandomNumbers, function index: Int, of functions: [FuncType], hosts: Int,
    globals: [ValueType], tags: [[ValueType]], style: RandomStyle, _ builder: ModuleBuilder
  ) {
    self.numbers = numbers
    self.index = index
    self.style = style
    self.functions = functions
    self.hosts = hosts
    self.globals = globals
    self.tags = tags
    types = globals
    self.builder = builder
    locals = functions[index].parameters
    budget = 40
    for _ in 0..<self.numbers.below(style.locals) {
      locals.append(self.numbers.one(of: globals))
    }
    visible = Array(locals.indices)
    budget += self.numbers.below(style.budget)
  }

  /// The body without its last `end`.
  mutating func body() -> [UInt8] {
    let results = functions[index].results
    labels = [Label(types: results)]
    statements()
    finish(results)
    return code
  }

  static func constant(_ type: ValueType, _ numbers: inout RandomNumbers) -> [UInt8] {
    let small = Int64(numbers.below(numbers.once(in: 2) ? 200 : 5)) - 2
    let any = Int64(bitPattern: numbers.next())
    let isOdd = numbers.once(in: 4)
    switch type.kind {
    case .i32: return Op.i32(Int32(truncatingIfNeeded: isOdd ? any : small))
    case .i64: return Op.i64(isOdd ? any : small)
    case .f32: return Op.f32(isOdd ? Float(odd(&numbers)) : Float(small) * 0.75)
    case .v128: return [0xFD, 0x0C] + vector(small, isOdd, &numbers)
    case .funcref, .externref, .exnref: return [0xD0, type.code]
    default: return Op.f64(isOdd ? odd(&numbers) : Double(small) * 1.25)
    }
  }

  /// The NaN is the one that arithmetic makes, so that it does not matter which of two goes on.
  private static func odd(_ numbers: inout RandomNumbers) -> Double {
    numbers.one(of: [0, -0.0, .infinity, -.infinity, 1e30, 1e-40, Double(bitPattern: 0xFFF8 << 48)])
  }

  /// Zero, equal lanes of integers or of floats, or anything that has no NaN in it.
  private static func vector(
    _ small: Int64, _ isOdd: Bool, _ numbers: inout RandomNumbers
  ) -> [UInt8] {
    switch numbers.below(4) {
    case 0: return Array(repeating: 0, count: 16)
    case 1:
      let lane = Float(small) * 0.75
      return (0..<4).flatMap { _ in Op.f32(lane).dropFirst() }
    case 2:
      let lane = isOdd ? odd(&numbers) : Double(small) * 1.25
      return (0..<2).flatMap { _ in Op.f64(lane).dropFirst() }
    default: return (0..<16).map { _ in UInt8(truncatingIfNeeded: numbers.next()) & 0x7E }
    }
  }

  // MARK: Statements

  mutating func statements() {
    let outside = visible
    for _ in 0..<(2 + numbers.below(10)) where budget > 0 { statement() }
    visible = outside
  }

  /// A new local, which nothing else uses.
  mutating func addLocal(_ type: ValueType) { locals.append(type) }

  /// A new local for the rest of the block.
  mutating func temporary() {
    let type = numbers.one(of: types)
    value(type, depth: 3)
    code += Op.localSet(locals.count)
    operands.removeLast()
    visible.append(locals.count)
    locals.append(type)
  }

  mutating func statement() {
    budget -= 1
    if style.pile > 0, numbers.once(in: 4) { return press() }
    // What is compared with other engines stays with what all of them know.
    switch numbers.below(style.isComparable ? 16 : 19) {
    case 16: tryTable()
    case 17: throwSometimes()
    case 18: returnCallSometimes()
    case 0...2: value(numbers.one(of: types), depth: 3)
    case 3, 4: temporary()
    case 5, 6: setLocal()
    case 7: store()
    case 8: setGlobal()
    case 9, 10: call()
    case 11: block()
    case 12: loop()
    case 13: numbers.once(in: 2) ? branchIf() : branchTable()
    case 14: numbers.once(in: 2) ? bulk() : table()
    default: consume()
    }
  }

  /// Takes the topmost operands away, unless there is a use for them.
  mutating func consume() {
    for _ in 0..<numbers.below(3) {
      guard let type = operands.popLast() else { return }
      let places = visible.filter { locals[$0] == type }
      code += places.isEmpty ? Op.drop : Op.localSet(numbers.one(of: places))
    }
  }

  private mutating func setLocal() {
    guard !visible.isEmpty else { return }
    let place = numbers.one(of: visible)
    value(locals[place], depth: 3)
    if numbers.once(in: 3) {
      code += Op.localTee(place)
    } else {
      code += Op.localSet(place)
      operands.removeLast()
    }
  }

  private mutating func setGlobal() {
    let place = numbers.below(globals.count)
    value(globals[place], depth: 3)
    hideNaN(globals[place])
    code += Op.globalSet(place)
    operands.removeLast()
  }

  private mutating func store() {
    address()
    if types.contains(.v128), numbers.once(in: 3) { return storeVector() }
    let opcode = UInt8(0x36 + numbers.below(9))
    let type: ValueType =
      switch opcode {
      case 0x36, 0x3A, 0x3B: .i32
      case 0x38: .f32
      case 0x39: .f64
      default: .i64
      }
    value(type, depth: 2)
    hideNaN(type)
    code += Op.memory(opcode, offset: UInt32(numbers.below(5000)), memory: memory())
    operands.removeLast(2)
  }

  /// The memory of an access.
  private mutating func memory() -> Int { !style.isComparable && numbers.once(in: 4) ? 1 : 0 }

  private mutating func storeVector() {
    value(.v128, depth: 2)
    let lane = numbers.below(6)
    let code: UInt8 = lane < 4 ? 0x58 + UInt8(lane) : 0x0B
    self.code += [0xFD]
    self.code += Op.memory(code, offset: UInt32(numbers.below(5000)), memory: memory())
    if lane < 4 { self.code.append(UInt8(numbers.below(16 >> lane))) }
    operands.removeLast(2)
  }

  /// An address, as a rule inside the memory.
  private mutating func address() {
    value(.i32, depth: 2)
    if !numbers.once(in: 60) { code += Op.i32(0xEFFF) + Op.i32and }
  }

  /// Fills or copies a few bytes, or asks for memory.
  private mutating func bulk() {
    address()
    if numbers.once(in: 3) {
      code += Op.i32(1) + Op.i32and + Op.memoryGrow
      return
    }
    value(.i32, depth: 1)
    let isFill = numbers.once(in: 2)
    if !isFill { code += Op.i32(0xEFFF) + Op.i32and }
    value(.i32, depth: 1)
    // As a rule a few bytes.
    if !numbers.once(in: 30) { code += Op.i32(63) + Op.i32and }
    code +=
      isFill
      ? [0xFC, 11, UInt8(memory())] : [0xFC, 10, UInt8(memory()), UInt8(memory())]
    operands.removeLast(3)
  }

  /// Looks into the table, copies within it, or puts nulls there.
  private mutating func table() {
    let count = numbers.below(3) + 1
    for _ in 0..<count {
      value(.i32, depth: 1)
      if !numbers.once(in: 20) { code += Op.i32(3) + Op.i32and }
    }
    operands.removeLast(count)
    switch count {
    case 1:
      code += [0x25, 0, 0xD1]  // table.get, ref.is_null
      operands.append(.i32)
    case 2: code += [0xD0, 0x70] + Op.i32(2) + [0xFC, 17, 0] + Op.drop  // table.fill
    default: code += [0xFC, 14, 0, 0]  // table.copy
    }
  }

  /// Calls a host function or one of higher index, directly or through the table.
  private mutating func call() {
    let callee = numbers.once(in: 3) ? numbers.below(hosts) : index + 1
    guard callee < functions.count else { return }
    let chosen = callee < hosts ? callee : callee + numbers.below(functions.count - callee)
    let type = functions[chosen]
    for parameter in type.parameters {
      value(parameter, depth: 2)
      hideNaN(parameter)
    }
    if chosen >= hosts, numbers.once(in: 3) {
      code += Op.i32(Int32(chosen - hosts))
      code += Op.callIndirect(type: builder.type(type.parameters, type.results))
    } else {
      code += Op.call(chosen)
    }
    operands.removeLast(type.parameters.count)
    operands += type.results
  }

  // MARK: Blocks

  /// A block or an if, which may take operands along and leave some.
  private mutating func block() {
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
  private mutating func loop() {
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
  private mutating func branchIf() {
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
  private mutating func branchTable() {
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

  // MARK: Values

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
      if style.isComparable && chosen.showsSign { return leaf(type) }
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

  private mutating func load(_ type: ValueType) {
    if type == .v128 { return loadVector() }
    address()
    let opcodes: [UInt8] =
      switch type.kind {
      case .i32: [0x28, 0x2C, 0x2D, 0x2E, 0x2F]
      case .i64: [0x29, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35]
      case .f32: [0x2A]
      default: [0x2B]
      }
    code += Op.memory(
      numbers.one(of: opcodes), offset: UInt32(numbers.below(5000)), memory: memory())
    operands[operands.count - 1] = type
  }

  /// A whole vector, a part of it made one, or a lane.
  private mutating func loadVector() {
    address()
    let offset = UInt32(numbers.below(5000))
    if numbers.once(in: 3) {
      let lane = numbers.below(4)
      value(.v128, depth: 1)
      code += [0xFD] + Op.memory(0x54 + UInt8(lane), offset: offset, memory: memory())
      code.append(UInt8(numbers.below(16 >> lane)))
      operands.removeLast()
    } else {
      let codes: [UInt8] = Array(0x00...0x0A) + [0x00, 0x00, 0x5C, 0x5D]
      code += [0xFD] + Op.memory(numbers.one(of: codes), offset: offset, memory: memory())
    }
    operands[operands.count - 1] = .v128
  }

  /// Lanes of two vectors in another order: any, or one that machines have an instruction for.
  private mutating func shuffle(_ depth: Int) {
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
  private mutating func compareWithItself() {
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
  private mutating func sum(_ type: ValueType) {
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

  private mutating func select(_ type: ValueType, _ depth: Int) {
    value(type, depth: depth - 1)
    value(type, depth: depth - 1)
    value(.i32, depth: depth - 1)
    code += Op.select
    operands.removeLast(2)
  }

  /// A division or remainder, as a rule by something odd; floats are truncated instead.
  private mutating func divide(_ type: ValueType, _ depth: Int) {
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
