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
  /// All of a call in one closure; the context is a `HostLink`.
  private let body: HostFunction.ScalarBody

  /// A function of `arity` integers without a result.
  init(
    _ name: String, _ arity: Int,
    body: @escaping @Sendable (Wasm4State, Arguments) throws(HostError) -> Void
  ) {
    self.name = name
    type = FuncType(parameters: Array(repeating: .i32, count: arity), results: [])
    self.body = { first, second, third, fourth, others, context in
      let link = unsafeDowncast(context, to: HostLink.self)
      let arguments = HostArguments(first, second, third, fourth, others)
      link.note(arguments)
      try body(link.console, Arguments(words: arguments))
      return 0
    }
  }

  /// A function with a result.
  init(
    returning name: String, _ arity: Int,
    body: @escaping @Sendable (Wasm4State, Arguments) throws(HostError) -> Int32
  ) {
    self.name = name
    type = FuncType(parameters: Array(repeating: .i32, count: arity), results: [.i32])
    self.body = { first, second, third, fourth, others, context in
      let link = unsafeDowncast(context, to: HostLink.self)
      let arguments = HostArguments(first, second, third, fourth, others)
      link.note(arguments)
      let result = try body(link.console, Arguments(words: arguments))
      return UInt64(UInt32(bitPattern: result))
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
    let given = type.parameters.count
    let link = HostLink(name, type, console: console)
    if given >= self.type.parameters.count && console.services.options.hostClock == nil {
      return HostFunction(name, type: type, context: link, scalarBody: body)
    }
    return HostFunction(name, type: type, context: link) {
      first, second, third, fourth, others, context in
      let arguments = HostArguments(first, second, third, fourth, others)
      return try call(arguments, given: given, unsafeDowncast(context, to: HostLink.self))
    }
  }

  /// The uncommon call: of fewer arguments, or under a clock.
  private func call(_ arguments: HostArguments, given: Int, _ link: HostLink) throws -> UInt64 {
    let count = max(given, type.parameters.count, 4)
    return try withUnsafeTemporaryAllocation(of: UInt64.self, capacity: count) { words in
      for index in 0..<count { words[index] = index < given ? arguments[index] : 0 }
      let clock = link.console.services.options.hostClock
      let start = clock?() ?? 0
      defer { if let clock { link.console.hostTime &+= clock() &- start } }
      guard let base = words.baseAddress else { return 0 }
      return try body(base[0], base[1], base[2], base[3], base + 4, link)
    }
  }
}

/// A host function as one cart has imported it: what its calls find behind one reference.
private final class HostLink: Sendable {
  let console: Wasm4State
  private let breadcrumbs: Breadcrumbs
  private let number: Int
  private let count: Int

  init(_ name: String, _ type: FuncType, console: Wasm4State) {
    self.console = console
    breadcrumbs = console.trace.breadcrumbs
    number = console.trace.register(name, parameters: type.parameters)
    count = min(type.parameters.count, HostTrace.largestArity)
  }

  /// Leaves a call's breadcrumb; parameters that are not there are never shown.
  @inline(__always)
  func note(_ arguments: HostArguments) {
    var breadcrumb = breadcrumbs.begin(number)
    for index in 0..<4 { breadcrumb.note(arguments[index]) }
    var index = 4
    while index < count {
      breadcrumb.note(arguments[index])
      index &+= 1
    }
  }
}

/// The arguments of a host call.
struct Arguments {
  let words: HostArguments

  /// An argument as a signed number; the index is the table's own, never the cart's.
  @inline(__always) subscript(_ index: Int) -> Int32 {
    Int32(truncatingIfNeeded: words[index])
  }

  /// The same, widened.
  @inline(__always) func int(_ index: Int) -> Int { Int(self[index]) }

  /// The same, as bits.
  @inline(__always) func bits(_ index: Int) -> UInt32 { UInt32(bitPattern: self[index]) }
}
