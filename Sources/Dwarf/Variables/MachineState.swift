/// What a stopped function held, from which its variables are worked out.
///
/// nil stands for what is not known.
public protocol MachineState {
  /// A local, parameters first.
  func local(_ index: Int) -> MachineValue?
  /// A global of the instance, as it is now.
  func global(_ index: Int) -> MachineValue?
  /// A value on the operand stack, the bottom first.
  func operand(_ index: Int) -> MachineValue?
  /// Bytes of the memory; nil if not all of them are within it.
  func memory(at address: UInt64, count: Int) -> [UInt8]?
  /// Whether globals may have changed since the function was left: it called another.
  var hasStaleGlobals: Bool { get }
}

/// A number as wasm holds it.
public struct MachineValue: Sendable, Hashable {
  /// The bits, those beyond the size zero.
  public var bits: UInt64
  /// The number of bytes: 4 or 8.
  public var size: Int

  /// A number of 4 bytes.
  public init(_ bits: UInt32) {
    self.bits = UInt64(bits)
    size = 4
  }

  /// A number of 8 bytes.
  public init(_ bits: UInt64) {
    self.bits = bits
    size = 8
  }
}
