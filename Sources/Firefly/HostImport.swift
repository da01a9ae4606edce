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
  /// All of a call in one closure, specialized by its types; the context is a `HostLink`.
  private let body: HostFunction.ScalarBody

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
    self.body = { first, second, third, fourth, others, context in
      let link = unsafeDowncast(context, to: HostLink.self)
      let arguments = HostArguments(first, second, third, fourth, others)
      var reader = ArgumentReader(arguments: arguments, breadcrumb: link.breadcrumb())
      let values = (repeat reader.read((each P).self))
      do throws(HostCallError) {
        return try body(link.console, repeat each values).bits
      } catch {
        return try link.refuse(error)
      }
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
    self.body = { first, second, third, fourth, others, context in
      let link = unsafeDowncast(context, to: HostLink.self)
      let arguments = HostArguments(first, second, third, fourth, others)
      var reader = ArgumentReader(arguments: arguments, breadcrumb: link.breadcrumb())
      let values = (repeat reader.read((each P).self))
      do throws(HostCallError) {
        try body(link.console, repeat each values)
        return 0
      } catch {
        return try link.refuse(error)
      }
    }
  }

  /// The function for one cart; `module` is where it was found.
  func function(of module: HostModule, for console: FireflyState) -> HostFunction {
    let name = "\(module.name).\(name)"
    let link = HostLink(self, name: name, console: console)
    return HostFunction(name, type: type, context: link, scalarBody: body)
  }
}

/// A host function as one cart has imported it: what its calls find behind one reference.
private final class HostLink: Sendable {
  let console: FireflyState
  private let breadcrumbs: Breadcrumbs
  private let number: Int
  private let called: String

  init(_ function: HostImport, name: String, console: FireflyState) {
    precondition(function.type.parameters.count <= HostTrace.largestArity)
    self.console = console
    let trace = console.services.trace
    breadcrumbs = trace.breadcrumbs
    number = trace.register(name, parameters: function.type.parameters)
    called = function.called ?? name
  }

  /// Begins a call's breadcrumb, all that a call does beyond its work: no reference is counted, no
  /// lock is taken, nothing is allocated.
  @inline(__always)
  func breadcrumb() -> Breadcrumb { breadcrumbs.begin(number) }

  /// Logs a refused call and gives it a result; throws if the callback shall not go on.
  @inline(never)
  func refuse(_ error: consuming HostCallError) throws -> UInt64 {
    try console.refuse(error, called)
    return 0
  }
}

extension FireflyState {
  /// Logs a refused call; throws if the callback shall not go on.
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

/// Reads arguments and notes them on the way: walking a pack twice is not unrolled.
private struct ArgumentReader {
  let arguments: HostArguments
  var position = 0
  var breadcrumb: Breadcrumb

  init(arguments: HostArguments, breadcrumb: Breadcrumb) {
    self.arguments = arguments
    self.breadcrumb = breadcrumb
  }

  @inline(__always)
  mutating func read<P: HostValue>(_ type: P.Type) -> P {
    let word = arguments[position]
    position &+= 1
    breadcrumb.note(word)
    return P(bits: word)
  }
}
