import Engine
import Runtime

/// A frame as the compiler's side tells it; a value that is nil could not be had.
struct ObservedFrame {
  var instance: Int
  var function: Int
  var offset: Int
  /// Locals and operands; nil while the runtime has no values to give.
  var values: Values?

  struct Values {
    var locals: [Value?]
    var operands: [Value?]
  }
}

/// Where the compiler's side of the comparison comes from: the one place that knows the runtime's
/// way to give values.
enum RuntimeFrames {
  /// The frames of a trap, youngest first.
  static func frames(of trap: Trap) -> [ObservedFrame] {
    trap.frames.map {
      ObservedFrame(instance: $0.instance, function: $0.functionIndex, offset: $0.offset)
    }
  }

  /// The frames that a host function sees, youngest first; nil while the runtime has none to give.
  static func framesOfHostCall(in store: Store) -> [ObservedFrame]? { nil }
}
