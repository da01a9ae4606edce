import Dwarf
import Runtime

/// A stopped frame as those see it who work out variables.
struct FrameState: MachineState {
  var frame: StoppedFrame
  var instance: (any StoppedInstance)?

  var hasStaleGlobals: Bool { frame.isCaller }

  func local(_ index: Int) -> MachineValue? { Self.number(index, in: frame.locals) }

  func operand(_ index: Int) -> MachineValue? { Self.number(index, in: frame.operands) }

  func global(_ index: Int) -> MachineValue? {
    instance?.global(index).flatMap { MachineValue($0) }
  }

  func memory(at address: UInt64, count: Int) -> [UInt8]? {
    instance?.bytes(at: address, count: count)
  }

  private static func number(_ index: Int, in values: [Value?]) -> MachineValue? {
    values.indices.contains(index) ? values[index].flatMap { MachineValue($0) } : nil
  }
}

extension MachineValue {
  /// The number that a value is; nil for references and vectors.
  fileprivate init?(_ value: Value) {
    switch value {
    case .i32(let bits), .f32(let bits): self.init(bits)
    case .i64(let bits), .f64(let bits): self.init(bits)
    case .v128, .funcref, .externref, .exnref: return nil
    }
  }
}
