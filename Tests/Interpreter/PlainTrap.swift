import Engine

/// A wasm frame with all that is in it.
public struct PlainFrame: Hashable, Sendable {
  /// Number of the instance in its store, in order of instantiation.
  public var instance: Int
  /// Index in the module's function index space.
  public var function: Int
  /// File offset of the instruction that trapped, or of the call.
  public var offset: Int
  /// All locals, parameters first.
  public var locals: [PlainValue]
  /// The operands, bottom first: those before an instruction that trapped, and those below the
  /// arguments of a call.
  public var operands: [PlainValue]

  /// A frame of these parts.
  public init(
    instance: Int, function: Int, offset: Int, locals: [PlainValue], operands: [PlainValue]
  ) {
    self.instance = instance
    self.function = function
    self.offset = offset
    self.locals = locals
    self.operands = operands
  }
}

/// The end of a call into wasm that did not return.
public struct PlainTrap: Error, Sendable {
  /// Why; named as the runtime names its kinds.
  public enum Kind: String, Sendable {
    case unreachable = "unreachable"
    case memoryOutOfBounds = "memory-out-of-bounds"
    case tableOutOfBounds = "table-out-of-bounds"
    case indirectCallToNull = "indirect-call-to-null"
    case indirectCallTypeMismatch = "indirect-call-type-mismatch"
    case integerDivideByZero = "integer-divide-by-zero"
    case integerOverflow = "integer-overflow"
    case invalidConversionToInteger = "invalid-conversion-to-integer"
    case callStackExhausted = "call-stack-exhausted"
    case uncaughtException = "uncaught-exception"
    case nullReference = "null-reference"
    /// A host function ended it.
    case hostError = "host-error"
    /// The machine's fuel is used up.
    case outOfFuel = "out-of-fuel"
  }

  /// Why.
  public var kind: Kind
  /// What was thrown, if that is why.
  var exception: PlainException?
  /// Youngest first; over all wasm that was running in the machine.
  public var frames: [PlainFrame] = []

  /// A trap without frames, which the machine adds.
  public init(_ kind: Kind) { self.kind = kind }

  /// An exception on its way.
  init(_ exception: PlainException) {
    kind = .uncaughtException
    self.exception = exception
  }
}
