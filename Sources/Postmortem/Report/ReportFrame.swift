/// A wasm function on the stack of a trap, with the functions of the source that its code stands
/// for and what it held; or a host function that one has called.
public struct ReportFrame: Sendable, Equatable {
  /// Index in the module's function index space, imports first; -1 for a host function that was
  /// called through a table.
  public var functionIndex: Int
  /// Name from the name section, as it stands there; nil where there is none.
  public var name: String?
  /// Offset of the instruction from the start of the wasm file; the call's for callers; 0 where the
  /// file is not known.
  public var offset: Int
  /// The same offset from the byte after the body size.
  public var functionOffset: Int
  /// The functions of the source: the innermost inlined one first, the compiled one last; at least
  /// one.
  public var functions: [ReportFunction]
  /// The wasm locals, parameters first; empty where they are not known or not asked for.
  public var locals: [ReportValue]
  /// The operand stack, bottom first.
  public var operands: [ReportValue]
  /// Whether the values may be those of a neighbouring instruction.
  public var isApproximate: Bool
  /// Whether this is a host function that the next frame has called: it has a name and nothing else.
  public private(set) var isHost = false

  /// A frame of these parts; without functions it is the one that its name tells.
  public init(
    functionIndex: Int, name: String?, offset: Int, functionOffset: Int,
    functions: [ReportFunction] = [], locals: [ReportValue] = [], operands: [ReportValue] = [],
    isApproximate: Bool = false
  ) {
    self.functionIndex = functionIndex
    self.name = name
    self.offset = offset
    self.functionOffset = functionOffset
    self.functions = functions
    self.locals = locals
    self.operands = operands
    self.isApproximate = isApproximate
    if functions.isEmpty { self.functions = [ReportFunction(name: title)] }
  }

  /// A host function; without a name one that was called through a table.
  public init(host functionIndex: Int?, name: String?) {
    let title = "host: " + (name.map { visible($0, limit: 256) } ?? "a function of a table")
    self.init(
      functionIndex: functionIndex ?? -1, name: name, offset: 0, functionOffset: 0,
      functions: [ReportFunction(name: title, origin: .host)])
    isHost = true
  }

  /// The raw name without control characters, or `wasm-function[i]`.
  public var title: String {
    guard let name, !name.isEmpty else { return "wasm-function[\(functionIndex)]" }
    return visible(name, limit: 512)
  }
}

/// A wasm local or operand.
public struct ReportValue: Sendable, Equatable {
  /// Number of the local or of the place on the operand stack.
  public var index: Int
  /// The local's name in the name section.
  public var name: String?
  /// The wasm type; nil for a missing operand.
  public var type: String?
  /// The value: integers signed, floats in decimal; nil if it is not to be had.
  public var text: String?

  /// A value of these parts.
  public init(index: Int, name: String? = nil, type: String?, text: String?) {
    self.index = index
    self.name = name
    self.type = type
    self.text = text
  }
}
