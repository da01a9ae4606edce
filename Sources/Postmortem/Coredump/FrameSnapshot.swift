import Runtime

/// A wasm frame with the values it had.
public struct FrameSnapshot: Sendable {
  /// Where the frame stands.
  public var frame: TrapFrame
  /// Parameters and declared locals; nil for a missing one, empty where nothing is known.
  public var locals: [Value?]
  /// Operands, bottom first; nil for a missing one, empty where nothing is known.
  public var operands: [Value?]
  /// Whether the operands may be those of a neighbouring instruction.
  public var isApproximate: Bool

  /// A frame of these values.
  public init(frame: TrapFrame, locals: [Value?], operands: [Value?], isApproximate: Bool) {
    self.frame = frame
    self.locals = locals
    self.operands = operands
    self.isApproximate = isApproximate
  }
}
