import Console
import Engine
import Runtime

/// A host function: a row of the table.
///
/// The wasm type, the link check, the breadcrumb and the listing all derive from the row.
struct HostCall: Sendable {
  /// Where all imports come from.
  static let module = "env"

  let name: String
  let type: FuncType
  private let body: Body

  private typealias Body = @Sendable (Wasm4State, Arguments) throws(HostError) -> Void

  /// A function of `arity` integers without a result.
  init(
    _ name: String, _ arity: Int,
    body: @escaping @Sendable (Wasm4State, Arguments) throws(HostError) -> Void
  ) {
    self.name = name
    type = FuncType(parameters: Array(repeating: .i32, count: arity), results: [])
    self.body = body
  }

  /// A function with a result.
  init(
    returning name: String, _ arity: Int,
    body: @escaping @Sendable (Wasm4State, Arguments) throws(HostError) -> Int32
  ) {
    self.name = name
    type = FuncType(parameters: Array(repeating: .i32, count: arity), results: [.i32])
    self.body = { (console, arguments) throws(HostError) in
      let result = try body(console, arguments)
      arguments.words.pointee = UInt64(UInt32(bitPattern: result))
    }
  }

  /// Everything that a cart can import.
  static let all = drawing + sound + saving + tracing

  /// The function of an import's name.
  static func named(_ name: String) -> HostCall? { all.first { $0.name == name } }

  /// Whether a cart may import the function as this type: with fewer integers, where the rest are
  /// 0, or with more.
  func accepts(_ type: FuncType) -> Bool {
    type.results == self.type.results && type.parameters.allSatisfy { $0 == .i32 }
  }

  /// The function for one cart, as the type under which it is imported.
  func function(as type: FuncType, for console: Wasm4State) -> HostFunction {
    let name = "\(Self.module).\(name)"
    let number = console.trace.register(name, parameters: type.parameters)
    let given = type.parameters.count
    // Raw, so that recording takes no reference; the console keeps the trace.
    let breadcrumbs = console.trace.breadcrumbs
    let noted = min(given, HostTrace.largestArity)
    let wanted = self.type.parameters.count
    guard given >= wanted, console.services.options.hostClock == nil else {
      return HostFunction(name, type: type, keepsFloatingPointMode: true) {
        (_, words) throws(HostError) in
        breadcrumbs.record(number, words, arity: noted)
        try call(console, words, given: given)
      }
    }
    return HostFunction(name, type: type, keepsFloatingPointMode: true) {
      [body] (_, words) throws(HostError) in
      breadcrumbs.record(number, words, arity: noted)
      try body(console, Arguments(words: words))
    }
  }

  /// The uncommon call: of fewer arguments, or under a clock.
  func call(
    _ console: Wasm4State, _ words: UnsafeMutablePointer<UInt64>, given: Int
  ) throws(HostError) {
    let all = UnsafeMutablePointer<UInt64>.allocate(capacity: Self.largestArity)
    defer { all.deallocate() }
    all.initialize(repeating: 0, count: Self.largestArity)
    all.update(from: words, count: min(given, Self.largestArity))
    let clock = console.services.options.hostClock
    let start = clock?() ?? 0
    defer { if let clock { console.hostTime &+= clock() &- start } }
    try body(console, Arguments(words: all))
    if !type.results.isEmpty { words.pointee = all.pointee }
  }

  private static let largestArity = 9
}

/// The arguments of a host call.
struct Arguments {
  /// One word each; a result goes to the first.
  let words: UnsafeMutablePointer<UInt64>

  /// An argument as a signed number; the index is the table's own, never the cart's.
  @inline(__always) subscript(_ index: Int) -> Int32 {
    Int32(truncatingIfNeeded: words[index])
  }

  /// The same, widened.
  @inline(__always) func int(_ index: Int) -> Int { Int(self[index]) }

  /// The same, as bits.
  @inline(__always) func bits(_ index: Int) -> UInt32 { UInt32(bitPattern: self[index]) }
}
