import Dwarf
import Engine
import Runtime

/// Finds the source that a module's code was made from, and variables in what a frame held.
///
/// Nothing of the debug information is read before the first frame. It may be damaged or missing:
/// then functions have the names of the name section, or their numbers. An object is for one
/// thread at a time.
public final class Symbolizer {
  /// The module that ran.
  public let module: Module
  /// What its debug information says; nil if it is not to be used.
  let info: DebugInfo?
  private let twin: Module?
  private var demangler = Demangler(.short)
  private var origin = Origin()
  private var known: [Int: [ReportFunction]] = [:]
  // What a recursion asks for a hundred thousand times, by function.
  private var knownNames: [Int: String?] = [:]
  private var plainFunctions: [Int: ReportFunction] = [:]
  private var knownLocals: [Int: [String?]] = [:]

  /// A symboliser for a module.
  ///
  /// - Parameters:
  ///   - module: What ran.
  ///   - twin: The same code with debug information and names, if the module has none.
  ///   - usesDebugInfo: Whether debug information is looked at.
  public init(_ module: Module, twin: Module? = nil, usesDebugInfo: Bool = true) {
    self.module = module
    self.twin = twin
    info = usesDebugInfo ? DebugInfo((twin ?? module).bytes) : nil
  }

  /// The name of a function in the name section, as it stands there.
  public func name(ofFunction index: Int) -> String? {
    if let name = knownNames[index] { return name }
    let name = module.names?.functionName(index) ?? twin?.names?.functionName(index)
    knownNames[index] = .some(name)
    return name
  }

  /// Whether functions have names.
  var hasNames: Bool { module.names != nil || twin?.names != nil }

  /// The functions of the source that an instruction belongs to: the innermost inlined one first,
  /// the compiled one last; at least one.
  ///
  /// - Parameters:
  ///   - offset: The instruction's offset in the file of `module`.
  ///   - function: The wasm function's index.
  public func functions(atOffset offset: Int, inFunction function: Int) -> [ReportFunction] {
    if let functions = known[offset] { return functions }
    let functions = findFunctions(atOffset: offset, inFunction: function)
    // A bound for those who ask for every instruction.
    if known.count >= 4096 { known.removeAll() }
    known[offset] = functions
    return functions
  }

  private func findFunctions(atOffset offset: Int, inFunction function: Int) -> [ReportFunction] {
    let rawName = name(ofFunction: function) ?? exportName(ofFunction: function)
    let sources = info?.frames(atCodeOffset: offset - module.codeSectionOffset) ?? []
    guard !sources.isEmpty else { return [plainFunction(function)] }
    return sources.enumerated().map { place, source in
      let isCompiled = place == sources.count - 1
      let raw = source.function ?? (isCompiled ? rawName : nil)
      let name =
        raw.map { readable($0) } ?? (isCompiled ? "wasm-function[\(function)]" : "inlined function")
      return ReportFunction(
        name: name, file: source.file.map { visible($0, limit: 1024) },
        line: source.line ?? source.nearbyLine,
        column: source.line == nil ? nil : source.column.flatMap { $0 > 0 ? $0 : nil },
        isInlined: source.isInlined,
        origin: origin.of(function: raw, readable: name, file: source.file))
    }
  }

  /// A function of which only the name is known, if that.
  private func plainFunction(_ function: Int) -> ReportFunction {
    if let known = plainFunctions[function] { return known }
    let rawName = name(ofFunction: function) ?? exportName(ofFunction: function)
    let name = rawName.map { readable($0) } ?? "wasm-function[\(function)]"
    let result = ReportFunction(
      name: name, origin: origin.of(function: rawName, readable: name, file: nil))
    plainFunctions[function] = result
    return result
  }

  private func readable(_ name: String) -> String { visible(demangler.readable(name), limit: 512) }

  /// The first name under which a function is exported, for modules without names.
  private func exportName(ofFunction index: Int) -> String? {
    exports[index].map { String(displaying: module.exports[$0].name) }
  }

  /// Positions of the exported functions' first exports, by function.
  private lazy var exports = Dictionary(
    module.exports.enumerated().lazy.filter { $1.kind == .function }.map { ($1.index, $0) },
    uniquingKeysWith: { first, _ in first })

  /// A frame with its functions and their variables.
  ///
  /// - Parameters:
  ///   - frame: Where it stands and what it held.
  ///   - instance: What else its variables may be in.
  ///   - withValues: Whether locals, operands and variables are told.
  ///   - withSource: Whether the source is looked up, if it is not known yet.
  public func frame(
    _ frame: StoppedFrame, in instance: (any StoppedInstance)?, withValues: Bool,
    withSource: Bool = true
  ) -> ReportFrame {
    var result = ReportFrame(
      functionIndex: frame.functionIndex, name: name(ofFunction: frame.functionIndex),
      offset: frame.offset, functionOffset: frame.functionOffset,
      functions: withSource || known[frame.offset] != nil
        ? functions(atOffset: frame.offset, inFunction: frame.functionIndex)
        : [plainFunction(frame.functionIndex)],
      isApproximate: frame.isApproximate)
    guard withValues else { return result }
    let names = localNames(
      ofFunction: frame.functionIndex, count: min(frame.locals.count, Self.shownLocals))
    result.locals = frame.locals.prefix(Self.shownLocals).enumerated().map { index, value in
      ReportValue(index: index, name: names.indices.contains(index) ? names[index] : nil, value)
    }
    result.operands = frame.operands.prefix(Self.shownLocals).enumerated().map { index, value in
      ReportValue(index: index, name: nil, value)
    }
    addVariables(to: &result, FrameState(frame: frame, instance: instance))
    return result
  }

  /// Most locals or operands told of a frame.
  private static let shownLocals = 1000

  private func localNames(ofFunction function: Int, count: Int) -> [String?] {
    guard count > 0 else { return [] }
    if let names = knownLocals[function] { return names }
    var names = module.names?.localNames(inFunction: function, count: count) ?? []
    if names.allSatisfy({ $0 == nil }) {
      names = twin?.names?.localNames(inFunction: function, count: count) ?? []
    }
    names += Array(repeating: nil, count: max(0, count - names.count))
    knownLocals[function] = names
    return names
  }

  private func addVariables(to frame: inout ReportFrame, _ state: FrameState) {
    guard
      let levels = info?.variables(
        atCodeOffset: frame.offset - module.codeSectionOffset, in: state)
    else { return }
    for (level, variables) in zip(frame.functions.indices, levels) {
      frame.functions[level].variables = variables.map {
        ReportVariable($0, isApproximate: frame.isApproximate)
      }
    }
  }
}

extension ReportValue {
  fileprivate init(index: Int, name: String?, _ value: Value?) {
    self.init(
      index: index, name: name.map { visible($0, limit: 128) }, type: value.map { "\($0.type)" },
      text: value.map { Self.text($0) })
  }

  private static func text(_ value: Value) -> String {
    switch value {
    case .i32(let bits): "\(Int32(bitPattern: bits))"
    case .i64(let bits): "\(Int64(bitPattern: bits))"
    case .f32(let bits): Float(bitPattern: bits).description
    case .f64(let bits): Double(bitPattern: bits).description
    case .v128(let bits): Value.text(of: bits)
    case .funcref(let function): function == nil ? "null" : "a function"
    case .exnref(let exception): exception == nil ? "null" : "an exception"
    case .externref(let number): number.map { "\($0)" } ?? "null"
    }
  }
}

extension ReportVariable {
  fileprivate init(_ variable: Variable, isApproximate: Bool) {
    self.init(
      name: visible(variable.name, limit: 256), type: visible(variable.type, limit: 256),
      text: nil, isParameter: variable.isParameter,
      isUncertain: variable.isUncertain || isApproximate)
    switch variable.value {
    case .text(let text): self.text = visible(text, limit: 4096)
    case .notAvailable(let why): reason = why.rawValue
    }
  }
}
