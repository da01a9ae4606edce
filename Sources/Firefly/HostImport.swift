import Console
import Engine
import Runtime

/// A host function: a row of its module's table.
///
/// The wasm type, the link check, the breadcrumb, the error's name in the log and the listing all
/// derive from the row.
struct HostImport: Sendable {
  let name: String
  let alias: String?
  /// What errors are logged as, if not module and name.
  let called: String?
  /// Links and does nothing.
  let isSilent: Bool
  let type: FuncType
  fileprivate let body: Body

  /// Arguments in, results out, one word each; bits as `HostValue` has them.
  fileprivate typealias Body =
    @Sendable (FireflyState, UnsafeMutablePointer<UInt64>) throws(HostCallError) -> Void

  /// A function with a result; a refused call returns zero.
  init<each P: HostValue, R: HostValue>(
    _ name: String, _ alias: String? = nil, called: String? = nil, isSilent: Bool = false,
    body: @escaping @Sendable (FireflyState, repeat each P) throws(HostCallError) -> R
  ) {
    self.name = name
    self.alias = alias
    self.called = called
    self.isSilent = isSilent
    type = FuncType(parameters: hostTypes(repeat (each P).self), results: [R.type])
    self.body = { (console, words) throws(HostCallError) in
      var reader = WordReader(next: words)
      let arguments = (repeat reader.read((each P).self))
      words.pointee = 0
      words.pointee = try body(console, repeat each arguments).bits
    }
  }

  /// A function without a result.
  init<each P: HostValue>(
    _ name: String, _ alias: String? = nil, called: String? = nil, isSilent: Bool = false,
    body: @escaping @Sendable (FireflyState, repeat each P) throws(HostCallError) -> Void
  ) {
    self.name = name
    self.alias = alias
    self.called = called
    self.isSilent = isSilent
    type = FuncType(parameters: hostTypes(repeat (each P).self), results: [])
    self.body = { (console, words) throws(HostCallError) in
      var reader = WordReader(next: words)
      let arguments = (repeat reader.read((each P).self))
      try body(console, repeat each arguments)
    }
  }

  /// The function for one cart; `module` is where it was found.
  func function(of module: HostModule, for console: FireflyState) -> HostFunction {
    let name = "\(module.name).\(name)"
    let link = HostLink(self, name: name, console: console)
    // One reference captured: what it leads to is loaded where it is needed.
    return HostFunction(name, type: type, keepsFloatingPointMode: true) {
      (caller, words) throws(HostError) in
      try link.call(caller, words)
    }
  }

  /// Makes the call; arguments and result are words.
  ///
  /// A refused call is logged and leaves 0; only a call that ends the callback throws.
  func call(
    _ console: FireflyState, _ words: UnsafeMutablePointer<UInt64>, called: String
  ) throws(HostError) {
    do throws(HostCallError) {
      try body(console, words)
    } catch {
      try console.refuse(error, called)
    }
  }
}

/// A host function as one cart has imported it.
private final class HostLink: Sendable {
  private let body: HostImport.Body
  private let console: FireflyState
  private let breadcrumbs: Breadcrumbs
  private let number: Int
  private let arity: Int
  private let called: String

  init(_ function: HostImport, name: String, console: FireflyState) {
    body = function.body
    self.console = console
    let trace = console.services.trace
    breadcrumbs = trace.breadcrumbs
    number = trace.register(name, parameters: function.type.parameters)
    arity = min(function.type.parameters.count, HostTrace.largestArity)
    called = function.called ?? name
  }

  /// What a call does beyond its work: it leaves a breadcrumb and says whose memory is meant.
  ///
  /// No reference is counted, no lock is taken, nothing is allocated.
  @inline(__always)
  func call(_ caller: Caller, _ words: UnsafeMutablePointer<UInt64>) throws(HostError) {
    breadcrumbs.record(number, words, arity: arity)
    console.memory = caller.memory
    do throws(HostCallError) {
      try body(console, words)
    } catch {
      try console.refuse(error, called)
    }
  }
}

extension FireflyState {
  /// Logs a refused call; throws if the callback shall not go on.
  @inline(never)
  func refuse(_ error: HostCallError, _ called: String) throws(HostError) {
    if error.endsCallback {
      hasEndedCallback = true
      throw HostError(error.message)
    }
    report(error, called)
  }

  /// Logs what is wrong with a call that goes on all the same.
  func report(_ error: HostCallError, _ called: String) {
    services.log.add(.error, "\(called): \(error.message)")
  }
}

/// A Swift type that arguments and results of host functions have.
protocol HostValue: SendableMetatype {
  static var type: ValueType { get }
  /// Zero-extended.
  var bits: UInt64 { get }
  /// Ignores bits above the type's own.
  init(bits: UInt64)
}

extension Int32: HostValue {
  static var type: ValueType { .i32 }
  var bits: UInt64 { UInt64(UInt32(bitPattern: self)) }
  init(bits: UInt64) { self.init(truncatingIfNeeded: bits) }
}

extension UInt32: HostValue {
  static var type: ValueType { .i32 }
  var bits: UInt64 { UInt64(self) }
  init(bits: UInt64) { self.init(truncatingIfNeeded: bits) }
}

extension Int64: HostValue {
  static var type: ValueType { .i64 }
  var bits: UInt64 { UInt64(bitPattern: self) }
  init(bits: UInt64) { self.init(bitPattern: bits) }
}

extension Float: HostValue {
  static var type: ValueType { .f32 }
  var bits: UInt64 { UInt64(bitPattern) }
  init(bits: UInt64) { self.init(bitPattern: UInt32(truncatingIfNeeded: bits)) }
}

private func hostTypes<each P: HostValue>(_ types: repeat (each P).Type) -> [ValueType] {
  var result: [ValueType] = []
  repeat result.append((each types).type)
  return result
}

private struct WordReader {
  var next: UnsafeMutablePointer<UInt64>

  mutating func read<P: HostValue>(_ type: P.Type) -> P {
    defer { next += 1 }
    return P(bits: next.pointee)
  }
}
