import CMachine
import Synchronization

/// A module that has passed validation, and its machine code.
///
/// The code is position-independent; the runtime maps or copies it to where it runs. Nothing besides code
/// and function starts is kept: what a trap needs to know is found by compiling a function again,
/// which yields the same bytes.
public final class CompiledModule: Sendable {
  /// What was compiled.
  public let module: Module
  /// How it was compiled.
  public let config: CodegenConfig
  /// Where compiled code expects what in an instance's context.
  public let layout: ContextLayout
  /// Code, jump tables and constants of all functions.
  public nonisolated(unsafe) let code: UnsafeRawBufferPointer
  /// The memory that holds `code`.
  public var codeBuffer: vm_code_buffer { product.code }
  /// Where each defined function starts in `code`.
  public nonisolated(unsafe) let functionOffsets: UnsafePointer<UInt32>
  /// Whether any function wants xmm registers preserved over its calls.
  public var preservesVectors: Bool { product.preservesVectors }
  private let product: CodeCompiler.Product
  private let lazyImage: Mutex<DataImage??>

  /// Validates and compiles every function body of `module`.
  ///
  /// Throws a `ValidationError` with the offset of the first invalid instruction, or of the body
  /// whose code exceeds `ImplementationLimits.codeBytes(ofFile:)`.
  public convenience init(
    compiling module: Module, config: CodegenConfig = .host
  ) throws(ValidationError) {
    try self.init(compiling: module, config: config, codeLimit: nil)
  }

  /// The same with a code limit of its own, which tests lower.
  convenience init(
    compiling module: Module, config: CodegenConfig, codeLimit: Int?
  ) throws(ValidationError) {
    var compiler = CodeCompiler(
      module.flat, module.features, config: config, codeLimit: codeLimit)
    for body in module.bodies { try compiler.compile(body, in: module.bytes) }
    self.init(module, compiler.finish(), nil)
  }

  /// A module, the code of all of its functions, and the image of its data if that is made already.
  init(_ module: Module, _ product: CodeCompiler.Product, _ image: DataImage??) {
    self.module = module
    lazyImage = Mutex(image)
    config = product.config
    layout = product.layout
    self.product = product
    code = UnsafeRawBufferPointer(start: product.code.bytes, count: product.codeCount)
    functionOffsets = product.functionOffsets
    if config.switches.contains(.checksItself) {
      for i in 0..<definedFunctionCount {
        if record(defined: i) == nil { fatalError("function \(i) has other code the second time") }
      }
    }
  }

  /// How the data segments leave a memory, in a file to be mapped; nil if copying is as good.
  ///
  /// Made when first asked for, unless it came into being while the module arrived.
  public var dataImage: DataImage? {
    lazyImage.withLock { image in
      if let known = image { return known }
      var builder = DataImageBuilder()
      builder.advance(DataImageBuilder.Segments(module), in: module.bytes)
      let made = builder.finish()
      image = .some(made)
      return made
    }
  }

  // MARK: Looking up

  /// Number of functions with a body.
  public var definedFunctionCount: Int { module.bodies.count }

  /// Bytes a function, beside the file and the code, that are kept to run it and to tell its crashes:
  /// function starts, landmarks among the bodies, type indices.
  public var sideBytesPerFunction: Double {
    guard module.functionCount > 0 else { return 0 }
    let typeIndices =
      (FlatModule.hasNarrowIndices(module.types.count) ? 2 : 4) * module.functionCount
    let starts = MemoryLayout<UInt32>.stride * definedFunctionCount
    return Double(starts + typeIndices + module.bodies.sideBytes) / Double(module.functionCount)
  }

  /// Code offsets of defined function `index`.
  public func codeRange(ofDefined index: Int) -> Range<Int> {
    let end =
      index + 1 < definedFunctionCount ? Int(functionOffsets[index + 1]) : code.count
    return Int(functionOffsets[index])..<end
  }

  /// The function (whole index space) whose code holds `codeOffset`.
  public func functionIndex(containing codeOffset: Int) -> Int? {
    guard codeOffset >= 0, codeOffset < code.count, definedFunctionCount > 0 else { return nil }
    var low = 0
    var high = definedFunctionCount
    while high - low > 1 {
      let middle = (low + high) / 2
      if Int(functionOffsets[middle]) <= codeOffset { low = middle } else { high = middle }
    }
    return module.importedFunctionCount + low
  }

  /// Which instructions the code of a function (whole index space) belongs to.
  ///
  /// Compiles the function again; nil if that yields other bytes, which would be a defect.
  public func map(ofFunction function: Int) -> FunctionMap? {
    let defined = function - module.importedFunctionCount
    guard defined >= 0, defined < definedFunctionCount, let recording = record(defined: defined)
    else { return nil }
    return FunctionMap(start: Int(functionOffsets[defined]), ranges: recording.recorder.ranges)
  }

  /// Compiles a function (whole index space) again and tells what its frames hold at `sites`, which
  /// lie in its code.
  ///
  /// nil if that yields other bytes, which would be a defect. A second time if a site is out of line
  /// or a stop in the middle of an instruction: where the state belongs is then known.
  public func recording(
    ofFunction function: Int, at sites: Set<CodeSite>
  ) -> FunctionRecording? {
    let defined = function - module.importedFunctionCount
    guard defined >= 0, defined < definedFunctionCount else { return nil }
    let start = Int(functionOffsets[defined])
    let wanted = Set(sites.map { CodeSite(offset: $0.offset - start, kind: $0.kind) })
    guard let first = record(defined: defined, wanted: wanted) else { return nil }
    var result = FunctionRecording(
      savedRegisters: first.saved, bodyStart: start + first.recorder.bodyStart,
      epilogueStart: start + first.recorder.epilogueStart, states: [:])
    for site in wanted {
      let state = first.recorder.states[site] ?? state(at: site, first.recorder, defined)
      result.states[CodeSite(offset: start + site.offset, kind: site.kind)] = state
    }
    return result
  }

  /// The state at a site whose code was not made in its turn.
  private func state(
    at site: CodeSite, _ recorder: StateRecorder, _ defined: Int
  ) -> FrameState? {
    guard let range = recorder.range(holding: site.offset), !range.isData, !range.isLeaving,
      range.wasmOffset != nil || range.origin != nil
    else { return nil }
    switch site.kind {
    case .call: return nil
    case .trap:
      guard let origin = range.origin else { return nil }
      let branch = CodeSite(offset: origin, kind: .trap)
      return record(defined: defined, wanted: [branch])?.recorder.states[branch]
    case .stop:
      // An exit's or a trap's branch was the last thing that its instruction did in its turn.
      let last = range.origin ?? site.offset
      guard site.offset < recorder.epilogueStart || range.origin != nil,
        let instruction = recorder.range(holding: last)
      else { return nil }
      let stop = instruction.range.lowerBound...last
      var state = record(defined: defined, stop: stop)?.recorder.stateAtStop
      state?.isApproximate = site.offset != instruction.range.lowerBound
      return state
    }
  }

  /// What happens to an exception that leaves the call that returns to a code offset.
  ///
  /// Compiles the function again; nil if that yields other bytes, which would be a defect, or if no
  /// call returns there.
  public func catches(atReturnOffset offset: Int) -> CatchSite? {
    guard let function = functionIndex(containing: offset - 1) else { return nil }
    let defined = function - module.importedFunctionCount
    let start = Int(functionOffsets[defined])
    guard let found = record(defined: defined, throwing: offset - start),
      var site = found.recorder.catches
    else { return nil }
    for i in site.targets.indices { site.targets[i].offset += start }
    site.savedRegisters = found.saved
    return site
  }

  /// The code ranges of defined function `index`, in code order; empty if it cannot be recompiled
  /// to the same bytes.
  public func codeRanges(ofDefined index: Int) -> [CodeRange] {
    record(defined: index)?.recorder.ranges ?? []
  }

  /// Compiles a function again with a recorder, and checks that the bytes are the live ones.
  private func record(
    defined index: Int, wanted: Set<CodeSite> = [], stop: ClosedRange<Int>? = nil,
    throwing: Int? = nil
  ) -> (recorder: StateRecorder, saved: [FunctionRecording.SavedRegister])? {
    var validator = FunctionValidator(module.flat, module.features)
    validator.movedLengths = config.movedLengths
    let summary: FunctionSummary
    do {
      summary = try validator.validate(
        module.bodies[index], ofFunction: index, in: module.bytes)
    } catch {
      return nil
    }
    var compiler = FunctionCompiler(
      module.flat, config: config, layout: layout,
      recorder: StateRecorder(wanted: wanted, stop: stop, throwing: throwing))
    if config.switches.contains(.checksItself) {
      let type = module.type(ofFunction: module.importedFunctionCount + index)
      compiler.recorder.model = OperandHeightModel(
        module, results: type.results.count, code: summary.fileStart + summary.codeStart)
    }
    compiler.compile(summary, defined: index)
    compiler.recorder.finish(at: compiler.asm.offset)
    guard compiler.matches(live(index)) else { return nil }
    return (compiler.recorder, compiler.savedRegisterPlaces)
  }

  private func live(_ index: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: code[codeRange(ofDefined: index)])
  }
}

/// Which instruction each byte of a function's code was made for.
public struct FunctionMap: Sendable {
  let start: Int
  let ranges: [CodeRange]

  /// The file offset of the instruction that the code at `codeOffset` (from the start of the
  /// module's code) belongs to; for the prologue, that of the first instruction.
  ///
  /// A return address belongs to what follows a call: look up the byte before it.
  public func wasmOffset(at codeOffset: Int) -> Int? {
    let offset = codeOffset - start
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].range.lowerBound <= offset { low = middle + 1 } else { high = middle }
    }
    let found = low == 0 ? nil : ranges[low - 1].wasmOffset
    return found ?? ranges.first { $0.wasmOffset != nil }?.wasmOffset
  }
}

extension FunctionCompiler {
  /// Where the prologue has saved which preserved registers.
  var savedRegisterPlaces: [FunctionRecording.SavedRegister] {
    var places: [FunctionRecording.SavedRegister] = []
    var offset: Int32 = 0
    var saved = savedRegisters
    while !saved.isEmpty {
      let r = saved.first
      saved -= r.bit
      offset += r.isXMM ? 16 : 8
      places.append(FunctionRecording.SavedRegister(register: r.number, offset: -offset))
    }
    return places
  }

  /// Whether the single function compiled equals `live` but for the call targets.
  ///
  /// `live` may end in the padding before the next function.
  func matches(_ live: UnsafeRawBufferPointer) -> Bool {
    guard asm.offset <= live.count else { return false }
    var next = 0
    var i = 0
    while i < asm.offset {
      if next < calls.count && calls[next].field == i {
        next += 1
        i += 4
        continue
      }
      if asm.base[i] != live[i] { return false }
      i += 1
    }
    return true
  }
}
