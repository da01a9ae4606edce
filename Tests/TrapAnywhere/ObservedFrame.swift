import Engine
import Runtime

/// A frame as the runtime tells it; a value that is nil could not be had.
struct ObservedFrame {
  var instance: Int
  var function: Int
  /// The file offset that the recorder gives with the values.
  var offset: Int
  var locals: [Value?]
  var operands: [Value?]
  var isApproximate: Bool

  init(_ snapshot: FrameSnapshot) {
    instance = snapshot.frame.instance
    function = snapshot.frame.functionIndex
    offset = snapshot.frame.offset
    locals = snapshot.locals
    operands = snapshot.operands
    isApproximate = snapshot.isApproximate
  }

  /// The frames of a trap, youngest first.
  static func frames(of trap: Trap) -> [ObservedFrame] { trap.frameValues.map { Self($0) } }

  /// The frames that a host function sees, youngest first.
  static func framesInProgress(in store: Store) -> [ObservedFrame] {
    store.framesInProgress.map { Self($0) }
  }
}
