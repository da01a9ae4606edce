import Engine
import Headless
import Postmortem
import Runtime

/// What came of an invocation.
///
/// As JSON it is what `glowjar invoke --json` prints.
struct InvocationResult {
  /// CPU seconds of the calling thread by step; `wall` is the wall-clock time of all steps.
  struct Seconds: Encodable, Equatable {
    /// Decoding the sections; part of `compile` for a module from standard input.
    var load = 0.0
    /// Validating and compiling all function bodies.
    var compile = 0.0
    /// Linking, initialising and the start function.
    var instantiate = 0.0
    /// All calls together.
    var run = 0.0
    /// From before `load` to after the last call.
    var wall = 0.0
    /// For a module from standard input, wall-clock time from the arrival of its last bytes, the end of
    /// file included, to the code of all functions.
    var lastByteToCode: Double?
    /// The same to the instance that can be called.
    var lastByteToCallable: Double?
  }

  /// The results of the last call; empty if it trapped.
  var values: [Value] = []
  var trap: Trap? {
    didSet { if trap != nil { values = [] } }
  }
  /// Whether the module's segments and start function came to no harm.
  var hasStarted = true
  var seconds: Seconds
  /// CPU seconds of each call.
  var runs: [Double] = []
  /// Bytes of machine code.
  var codeBytes: Int
  /// Bytes of the function bodies in the module's code section.
  var codeSectionBytes: Int
  /// Bytes of the file.
  var moduleBytes: Int
  /// Bytes a function that are kept beside the file and the machine code.
  var sideBytesPerFunction: Double
  /// Bytes by which the process grew at most while it loaded and compiled, beside the file; nil where
  /// the kernel does not tell, and for a module from standard input.
  var compileBytes: Int?

  init(_ compiled: CompiledModule, _ seconds: Seconds) {
    self.seconds = seconds
    let module = compiled.module
    codeBytes = compiled.code.count
    codeSectionBytes =
      module.bodies.last.map { $0.bodyOffset + $0.size - module.codeSectionOffset } ?? 0
    moduleBytes = module.bytes.count
    sideBytesPerFunction = compiled.sideBytesPerFunction
  }
}

extension InvocationResult: Encodable {
  /// Encodes all keys; `trap` is null where there is none.
  func encode(to encoder: any Encoder) throws {
    let object: JSONObject = [
      "results": values.map { ["type": "\($0.type)", "value": $0.dataText] as JSONObject },
      "trap": trap.map { TrapJSON($0) },
      "seconds": seconds,
      "runs": runs,
      "codeBytes": codeBytes,
      "codeSectionBytes": codeSectionBytes,
      "moduleBytes": moduleBytes,
      "sideBytesPerFunction": sideBytesPerFunction,
      "compileBytes": compileBytes,
    ]
    try object.encode(to: encoder)
  }
}
