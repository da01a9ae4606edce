import CMachine
import Engine

/// The instance that calls a host function.
public struct Caller {
  private let context: UnsafeMutablePointer<vm_context>?

  init(_ context: UnsafeMutablePointer<vm_context>?) { self.context = context }

  /// Memory 0 of the calling instance; nil if it has none.
  public var memory: GuestMemory? { context?.pointee.memory.map { GuestMemory($0) } }
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
  let body: @Sendable (Caller, UnsafeMutablePointer<UInt64>) throws -> Void

  /// A host function over words.
  public init(_ name: String, type: FuncType, body: @escaping Body) {
    self.name = name
    self.type = type
    self.body = { (caller, words) in try body(caller, words) }
  }

  /// A host function over values, which may also rethrow the trap of a call it makes.
  public init(
    _ name: String, type: FuncType,
    valueBody body: @escaping @Sendable (Caller, [Value]) throws -> [Value]
  ) {
    self.name = name
    self.type = type
    self.body = { (caller, words) in
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
  unowned let store: Store

  init(_ function: HostFunction, _ store: Store) {
    self.function = function
    self.store = store
  }

  /// What compiled code calls: runs the body and keeps its error for the caller of the cart.
  static let entry:
    @convention(c) (
      UnsafeMutableRawPointer?, UnsafeMutablePointer<vm_context>?, UnsafeMutablePointer<UInt64>?
    ) -> Int32 = { data, context, values in
      guard let data, let values else { return Int32(VM_TRAP_HOST.rawValue) }
      // The store owns the binding and outlives the call: no reference is counted.
      return Unmanaged<HostBinding>.fromOpaque(data)._withUnsafeGuaranteedRef {
        $0.run(Caller(context), values)
      }
    }

  @inline(__always) private func run(_ caller: Caller, _ values: UnsafeMutablePointer<UInt64>)
    -> Int32
  {
    do {
      try function.body(caller, values)
      return 0
    } catch {
      return keep(error)
    }
  }

  /// The trap kind to leave compiled code with.
  @inline(never) private func keep(_ error: any Error) -> Int32 {
    if let trap = error as? Trap {
      store.pendingTrap = trap
      return Int32(trap.kind.rawValue)
    }
    store.hostError = "\(error)"
    return Int32(VM_TRAP_HOST.rawValue)
  }
}
