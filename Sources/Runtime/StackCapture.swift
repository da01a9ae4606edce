import Engine

/// The wasm frames on a stack at one moment, and what it takes to find their values later.
///
/// The stack itself is not copied: `generation` tells whether it is still the same.
final class StackCapture: Sendable {
  /// A place in the code at which frames stand; a recursion has many frames at few of them.
  struct Site: Sendable {
    var frame: TrapFrame
    var code: CodeSite
    /// Index in `functions`.
    var function: Int
    /// Index in the function's `sites`.
    var position: Int
  }

  /// A function that has frames on the stack.
  struct Function: Sendable {
    var compiled: CompiledModule
    var index: Int
    /// Where its frames stand, in order of first appearance.
    var sites: [CodeSite] = []
  }

  /// Youngest first.
  let frames: [(machine: MachineFrame, site: Int)]
  let sites: [Site]
  let functions: [Function]
  /// The registers at the youngest frame if a signal stopped it.
  let registers: RegisterFile?
  /// Whether a stop ended the call.
  let isInterrupted: Bool
  /// The store's generation when this was seen.
  let generation: UInt64

  /// Finds out which wasm frames these are; `record` knows the instances of the store, and frames
  /// of other stores are left out.
  ///
  /// Each function is compiled again once at most, for the offsets of its instructions.
  init(
    _ machine: [MachineFrame], registers: RegisterFile?, isInterrupted: Bool, generation: UInt64,
    record: (_ context: UInt) -> InstanceRecord?
  ) {
    var survey = Survey()
    frames = machine.compactMap { frame in
      survey.site(of: frame, record).map { (frame, $0) }
    }
    (sites, functions) = (survey.sites, survey.functions)
    self.registers = registers
    self.isInterrupted = isInterrupted
    self.generation = generation
  }

  /// The frames as a backtrace has them.
  var backtrace: [TrapFrame] {
    frames.map { machine, site in
      var frame = sites[site].frame
      if machine.stub != nil {
        frame.hostCallee = HostCallee(ofCallAt: frame.offset, in: frame.module.module)
      }
      return frame
    }
  }
}

/// Collects sites and functions while a capture is made.
private struct Survey {
  private struct Key: Hashable {
    var context: UInt
    var pc: UInt64
    var kind: CodeSite.Kind
  }
  private struct FunctionKey: Hashable {
    var module: ObjectIdentifier
    var index: Int
  }

  var sites: [StackCapture.Site] = []
  var functions: [StackCapture.Function] = []
  private var siteNumbers: [Key: Int] = [:]
  private var functionNumbers: [FunctionKey: Int] = [:]
  private var maps: [FunctionMap?] = []

  mutating func site(of frame: MachineFrame, _ record: (UInt) -> InstanceRecord?) -> Int? {
    let key = Key(context: frame.context, pc: frame.pc, kind: frame.kind)
    if let known = siteNumbers[key] { return known }
    guard let record = record(frame.context) else { return nil }
    let compiled = record.compiled
    let code = CodeSite(offset: Int(frame.pc &- record.codeBase), kind: frame.kind)
    // A return address belongs to what follows the call.
    let instruction = code.offset - (frame.isReturnAddress ? 1 : 0)
    guard let index = compiled.functionIndex(containing: instruction) else { return nil }
    let function = number(ofFunction: index, in: compiled)
    let number = sites.count
    sites.append(
      StackCapture.Site(
        frame: TrapFrame(
          module: compiled, instance: record.number, functionIndex: index,
          offset: maps[function]?.wasmOffset(at: instruction) ?? 0),
        code: code, function: function, position: functions[function].sites.count))
    functions[function].sites.append(code)
    siteNumbers[key] = number
    return number
  }

  private mutating func number(ofFunction index: Int, in compiled: CompiledModule) -> Int {
    let key = FunctionKey(module: ObjectIdentifier(compiled), index: index)
    if let known = functionNumbers[key] { return known }
    functionNumbers[key] = functions.count
    functions.append(StackCapture.Function(compiled: compiled, index: index))
    maps.append(compiled.map(ofFunction: index))
    return functions.count - 1
  }
}
