import Engine
import Interpreter

/// A moment at which both engines are asked for all frames.
enum Moment: Hashable {
  /// In the host call of this number.
  case hostCall(Int)
  /// At the trap of the call of this number; -1 is instantiation.
  case trap(call: Int)
}

/// What the interpreter has at a moment.
struct Observation {
  var moment: Moment
  /// Why it trapped; nil in a host call.
  var kind: PlainTrap.Kind?
  /// Youngest first.
  var frames: [PlainFrame]
}

/// How a call ends.
enum Outcome {
  case returned([PlainValue])
  case trapped(PlainTrap.Kind)
}

/// All that the interpreter saw of a scenario.
struct Record {
  /// How instantiation ended, nil if it succeeded.
  var instantiation: PlainTrap.Kind?
  /// Whether the start function took too long or too deep a stack to be compared.
  var isCutOffAtStart = false
  /// How calls ended; shorter than the scenario's list if the fuel or the stack did not last, or
  /// the trap that was looked for came.
  var outcomes: [Outcome] = []
  var observations: [Moment: Observation] = [:]
  /// The number of the host call that was made to fail.
  var failingHostCall: Int?
  /// Instructions carried out.
  var instructions = 0
  /// How often the instruction at each file offset was carried out, if that was asked for.
  var visits: [UInt32] = []
  /// Whether a call was cut off because it exhausted the stack, whose size engines choose.
  var isStackExhausted = false
  /// The function indices of the module by number of function in the interpreter's store.
  var functionIndices: [Int: Int] = [:]
}
