import CMachine
import Engine

/// The instance that calls a host function.
public struct Caller {
  private let context: UnsafeMutablePointer<vm_context>?

  init(_ context: UnsafeMutablePointer<vm_context>?) { self.context = context }

  /// Memory 0 of the calling instance; nil if it has none.
  public var memory: GuestMemory? { context?.pointee.memory.map { GuestMemory($0) } }
}

/// The arguments of a host call, a word each: an i32 zero-extended, an f32 in the low half of its
/// word, whose other half means nothing.
public struct HostArguments {
  @usableFromInline let first: UInt64
  @usableFromInline let second: UInt64
  @usableFromInline let third: UInt64
  @usableFromInline let fourth: UInt64
  @usableFromInline let others: UnsafePointer<UInt64>

  /// Arguments of which the first four are given and the others follow in memory.
  @inlinable @inline(__always)
  public init(
    _ first: UInt64, _ second: UInt64, _ third: UInt64, _ fourth: UInt64,
    _ others: UnsafePointer<UInt64>
  ) {
    self.first = first
    self.second = second
    self.third = third
    self.fourth = fourth
    self.others = others
  }

  /// The argument of a parameter; the index is not checked, and must be less than their number or
  /// than four.
  @inlinable @inline(__always)
  public subscript(_ index: Int) -> UInt64 {
    switch index {
    case 0: first
    case 1: second
    case 2: third
    case 3: fourth
    default: others[index &- 4]
    }
  }
}

/// A function that the host offers to modules: its type and what it does.
public struct HostFunction: Sendable {
  /// A body that gets its arguments as words in parameter order and leaves its results there.
  ///
  /// An i32 is zero-extended, an f32 lies in the low half of its word, whose other half means nothing,
  /// a v128 in two words. The body may call into wasm. Throwing stops the cart.
  public typealias Body =
    @Sendable (Caller, UnsafeMutablePointer<UInt64>) throws(HostError) -> Void

  /// A body that gets its arguments in registers, as what `HostArguments` is made of, and the context
  /// that its function was made with; it returns the word of its result, or any if the type has none.
  ///
  /// The arguments come one by one because more than four words in one value would come in memory.
  /// What differs from cart to cart comes as context and is not captured, so that the optimizer can
  /// make one function of nested closures. The body leaves the processor's floating-point mode alone.
  /// Throwing stops the cart; the error has no type because such an error is one word in a register
  /// of its own, which the stub looks at.
  public typealias ScalarBody =
    @Sendable (UInt64, UInt64, UInt64, UInt64, UnsafePointer<UInt64>, AnyObject) throws -> UInt64

  /// A body over values, which may call into wasm and rethrow the trap of a call it makes.
  public typealias ValueBody = @Sendable (Caller, [Value]) throws -> [Value]

  // Not an optional each, nor generic in any way: the closures keep the convention of their type.
  enum Implementation: Sendable {
    case words(Body)
    case scalars(ScalarBody, any AnyObject & Sendable)
    case values(ValueBody)
  }

  /// Its name in messages.
  public let name: String
  /// Its wasm type.
  public let type: FuncType
  /// Whether the body leaves rounding and the like as they are, as all but very special code does.
  let keepsFloatingPointMode: Bool
  let implementation: Implementation

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
    implementation = .words(body)
  }

  /// A host function over words in registers, the fastest to call: of numbers and references that
  /// take one word each, with at most one result.
  public init(
    _ name: String, type: FuncType, context: any AnyObject & Sendable,
    scalarBody: @escaping ScalarBody
  ) {
    precondition(
      type.results.count <= 1 && !(type.parameters + type.results).contains(.v128),
      "\(name): \(type) takes more than a word for something")
    self.name = name
    self.type = type
    keepsFloatingPointMode = true
    implementation = .scalars(scalarBody, context)
  }

  /// A host function over values.
  public init(_ name: String, type: FuncType, valueBody: @escaping ValueBody) {
    self.name = name
    self.type = type
    keepsFloatingPointMode = false
    implementation = .values(valueBody)
  }
}
