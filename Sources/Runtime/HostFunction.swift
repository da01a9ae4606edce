import CMachine
import Engine

/// The instance that calls a host function.
public struct Caller {
  private let context: UnsafeMutablePointer<vm_context>?

  init(_ context: UnsafeMutablePointer<vm_context>?) { self.context = context }

  /// Memory 0 of the calling instance; nil if it has none.
  public var memory: GuestMemory? { context?.pointee.memory.memory.map { GuestMemory($0) } }
}

/// A function that the host offers to modules: its type and what it does.
///
/// The body gets its arguments as words in parameter order and leaves its results there: an i32
/// zero-extended, an f32 in the low half of its word, whose other half means nothing, a v128 in two
/// words. It may call
/// into wasm. Throwing stops the cart.
public struct HostFunction: Sendable {
  /// What a host function does.
  public typealias Body =
    @Sendable (Caller, UnsafeMutablePointer<UInt64>) throws(HostError) -> Void

  /// Its name in messages.
  public let name: String
  /// Its wasm type.
  public let type: FuncType
  /// Whether the body leaves rounding and the like as they are, as all but very special code does.
  let keepsFloatingPointMode: Bool
  let body: Body
  /// Used instead of `body` where it is set: it may throw traps too.
  let valueBody: (@Sendable (Caller, UnsafeMutablePointer<UInt64>) throws -> Void)?

  /// A host function over words.
  ///
  /// A call is faster if the body is known to leave the processor's floating-point mode alone, or
  /// to restore it.
  public init(
    _ name: String, type: FuncType, keepsFloatingPointMode: Bool = false, body: @escaping Body
  ) {
    self.name = name
    self.type = type
    self.keepsFloatingPointMode = keepsFloatingPointMode
    self.body = body
    valueBody = nil
  }

  /// A host function over values, which may also rethrow the trap of a call it makes.
  public init(
    _ name: String, type: FuncType,
    valueBody body: @escaping @Sendable (Caller, [Value]) throws -> [Value]
  ) {
    self.name = name
    self.type = type
    keepsFloatingPointMode = false
    self.body = { (_, _) throws(HostError) in }
    valueBody = { (caller, words) in
      let results = try body(caller, Value.list(type.parameters, at: words))
      guard results.map(\.type) == type.results else {
        throw HostError("\(name) returned values of other types than \(type)")
      }
      Value.write(results, to: words)
    }
  }
}

/// A host function in a store: what `vm_function.host_data` points to.
final class HostBinding {
  let function: HostFunction
  private let body: HostFunction.Body
  unowned let store: Store

  init(_ function: HostFunction, _ store: Store) {
    self.function = function
    body = function.body
    self.store = store
  }

  /// What compiled code calls for this function.
  var entry: Entry { function.valueBody == nil ? Self.wordEntry : Self.valueEntry }

  typealias Entry =
    @convention(c) (
      UnsafeMutableRawPointer?, UnsafeMutablePointer<vm_context>?, UnsafeMutablePointer<UInt64>?
    ) -> Int32

  /// Runs the body and keeps its error for the caller of the cart.
  private static let wordEntry: Entry = { data, context, values in
    guard let data, let values else { return Int32(VM_TRAP_HOST.rawValue) }
    // The store owns the binding and outlives the call: no reference is counted.
    return Unmanaged<HostBinding>.fromOpaque(data)._withUnsafeGuaranteedRef { binding in
      do throws(HostError) {
        try binding.body(Caller(context), values)
        return 0
      } catch {
        return binding.keep(error)
      }
    }
  }

  /// The same for a body over values.
  private static let valueEntry: Entry = { data, context, values in
    guard let data, let values else { return Int32(VM_TRAP_HOST.rawValue) }
    return Unmanaged<HostBinding>.fromOpaque(data)._withUnsafeGuaranteedRef { binding in
      do {
        try binding.function.valueBody?(Caller(context), values)
        return 0
      } catch {
        return binding.keep(error)
      }
    }
  }

  /// The trap kind to leave compiled code with.
  @inline(never) private func keep(_ error: any Error) -> Int32 {
    if let trap = error as? Trap {
      store.pendingTrap = trap
      if let exception = trap.exception?.reference, trap.store === store {
        // Those who have called the host function may catch it.
        store.handle.pointee.exception = exception.record
      }
      return Int32(trap.kind.rawValue)
    }
    store.hostError = "\(error)"
    return Int32(VM_TRAP_HOST.rawValue)
  }
}
