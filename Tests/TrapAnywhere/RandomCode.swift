import Engine
import TestKit

/// Writes the body of one function of a `RandomModule`.
///
/// Its statements are here; values, blocks, accesses and pressure are in extensions.
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

  mutating func setLocal() {
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

  mutating func setGlobal() {
    let place = numbers.below(globals.count)
    value(globals[place], depth: 3)
    hideNaN(globals[place])
    code += Op.globalSet(place)
    operands.removeLast()
  }

  /// Calls a host function or one of higher index, directly or through the table.
  mutating func call() {
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
}
