import CMachine

/// Why execution of a cart stopped.
public struct TrapKind: Hashable, Sendable, CustomStringConvertible {
  /// The `vm_trap_kind`.
  public let rawValue: UInt32

  init(_ kind: vm_trap_kind) { rawValue = kind.rawValue }
  init(status: Int32) { rawValue = UInt32(max(0, status)) }

  /// `unreachable` was executed.
  public static let unreachable = TrapKind(VM_TRAP_UNREACHABLE)
  /// A memory access outside of the memory.
  public static let memoryOutOfBounds = TrapKind(VM_TRAP_MEMORY_OUT_OF_BOUNDS)
  /// A table access outside of the table.
  public static let tableOutOfBounds = TrapKind(VM_TRAP_TABLE_OUT_OF_BOUNDS)
  /// An indirect call of a null element.
  public static let indirectCallToNull = TrapKind(VM_TRAP_INDIRECT_CALL_TO_NULL)
  /// An indirect call of a function of another type.
  public static let indirectCallTypeMismatch = TrapKind(VM_TRAP_INDIRECT_CALL_TYPE_MISMATCH)
  /// An integer division or remainder by zero.
  public static let integerDivideByZero = TrapKind(VM_TRAP_INTEGER_DIVIDE_BY_ZERO)
  /// A quotient or converted float that its integer type cannot hold.
  public static let integerOverflow = TrapKind(VM_TRAP_INTEGER_OVERFLOW)
  /// The conversion of NaN to an integer.
  public static let invalidConversionToInteger = TrapKind(VM_TRAP_INVALID_CONVERSION_TO_INTEGER)
  /// Calls nested too deeply.
  public static let callStackExhausted = TrapKind(VM_TRAP_CALL_STACK_EXHAUSTED)
  /// The watchdog or a user stopped the call.
  public static let interrupted = TrapKind(VM_TRAP_INTERRUPTED)
  /// A host function raised an error.
  public static let hostError = TrapKind(VM_TRAP_HOST)

  /// Code that counts has used up its fuel.
  public static let fuelExhausted = TrapKind(VM_TRAP_FUEL_EXHAUSTED)

  /// Nobody has caught an exception.
  public static let uncaughtException = TrapKind(VM_TRAP_UNCAUGHT_EXCEPTION)
  /// A null where a reference is wanted that is not null.
  public static let nullReference = TrapKind(VM_TRAP_NULL_REFERENCE)

  /// Stable identifier and message of each kind, by raw value.
  private static let words: [(name: String, message: String)] = [
    ("none", "no trap"),
    ("unreachable", "wasm `unreachable` instruction executed"),
    ("memory-out-of-bounds", "out of bounds memory access"),
    ("table-out-of-bounds", "undefined element: out of bounds table access"),
    ("indirect-call-to-null", "uninitialized element"),
    ("indirect-call-type-mismatch", "indirect call type mismatch"),
    ("integer-divide-by-zero", "integer divide by zero"),
    ("integer-overflow", "integer overflow"),
    ("invalid-conversion-to-integer", "invalid conversion to integer"),
    ("call-stack-exhausted", "call stack exhausted"),
    ("interrupted", "interrupted"),
    ("host-error", "host error"),
    // Only in code: null and type mismatch, which are told apart when it happens.
    ("indirect-call", "indirect call"),
    ("fuel-exhausted", "all fuel consumed"),
    ("uncaught-exception", "uncaught exception"),
    ("null-reference", "null reference"),
  ]

  /// The identifiers of all kinds that a trap can have.
  public static var names: [String] { words.dropFirst().map(\.name) }

  /// Stable identifier, such as `integer-divide-by-zero`.
  public var name: String { words.name }
  /// The kind in the specification's words.
  public var message: String { words.message }
  /// The message.
  public var description: String { message }

  private var words: (name: String, message: String) {
    Self.words.indices.contains(Int(rawValue)) ? Self.words[Int(rawValue)] : ("unknown", "trap")
  }
}
