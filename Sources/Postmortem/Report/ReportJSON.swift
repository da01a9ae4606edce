import Runtime

/// A crash report as JSON, with everything that is known.
///
/// Keys are stable: new ones may come, none change their meaning. What is not known is null. Offsets
/// and addresses are numbers, values texts.
public struct ReportJSON: Encodable {
  /// Most frames at each end of the stack; those between are only counted.
  public static let framesAtEachEnd = 1000

  private let report: CrashReport

  /// The JSON of a report.
  public init(_ report: CrashReport) { self.report = report }

  private enum Key: String, CodingKey {
    case version, kind, title, headline, explanation, message, programMessage, findings, fault
    case cart, callback, frame, seconds, coredump, coredumpError, hostCalls, selection, frames
    case framesLeftOut, reasons
  }

  private struct Fault: Encodable {
    var address: UInt64
    var accessSize: Int?
    var memorySize: UInt64
    private enum Key: String, CodingKey { case address, accessSize, memorySize }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(address, forKey: .address)
      try container.encode(accessSize, forKey: .accessSize)
      try container.encode(memorySize, forKey: .memorySize)
    }
  }

  private struct Cart: Encodable {
    var id: String
    var title: String
  }

  private struct Selection: Encodable {
    var frame: Int
    var function: Int
  }

  /// Encodes all keys.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(1, forKey: .version)
    try container.encode(report.kind.id, forKey: .kind)
    try container.encode(report.title, forKey: .title)
    try container.encode(report.kind.headline, forKey: .headline)
    try container.encode(report.kind.explanation, forKey: .explanation)
    try container.encode(report.message, forKey: .message)
    try container.encode(report.programMessage, forKey: .programMessage)
    try container.encode(report.findings, forKey: .findings)
    try container.encode(
      report.fault.map {
        Fault(address: $0.address, accessSize: $0.accessSize, memorySize: $0.memorySize)
      }, forKey: .fault)
    try container.encode(Cart(id: report.cartID, title: report.cartTitle), forKey: .cart)
    try container.encode(report.callback, forKey: .callback)
    try container.encode(report.frameNumber, forKey: .frame)
    try container.encode(report.seconds, forKey: .seconds)
    try encodeDump(to: &container)
    try container.encode(report.hostCalls, forKey: .hostCalls)
    try container.encode(selection, forKey: .selection)
    let ends = Self.framesAtEachEnd
    let isWhole = report.frames.count <= 2 * ends
    let shown = report.frames.indices.filter {
      isWhole || $0 < ends || $0 >= report.frames.count - ends
    }
    try container.encode(
      shown.map { FrameJSON(index: $0, frame: report.frames[$0]) }, forKey: .frames)
    try container.encode(report.frames.count - shown.count, forKey: .framesLeftOut)
    try container.encode(report.reasons, forKey: .reasons)
  }

  private func encodeDump(to container: inout KeyedEncodingContainer<Key>) throws {
    var path: String?
    var error: String?
    switch report.dump {
    case .none: break
    case .written(let written): path = written
    case .failed(let reason): error = reason
    }
    try container.encode(path, forKey: .coredump)
    try container.encode(error, forKey: .coredumpError)
  }

  private var selection: Selection? {
    guard report.rows.indices.contains(report.selection),
      case .function(let function) = report.rows[report.selection].content
    else { return nil }
    return Selection(frame: report.rows[report.selection].frames.lowerBound, function: function)
  }
}

/// A frame as JSON.
private struct FrameJSON: Encodable {
  var index: Int
  var frame: ReportFrame

  private enum Key: String, CodingKey {
    case index
    case function = "func"
    case name, offset
    case functionOffset = "funcOffset"
    case isApproximate, isHost, functions, locals, operands
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(index, forKey: .index)
    try container.encode(frame.functionIndex, forKey: .function)
    try container.encode(frame.name, forKey: .name)
    try container.encode(frame.offset, forKey: .offset)
    try container.encode(frame.functionOffset, forKey: .functionOffset)
    try container.encode(frame.isApproximate, forKey: .isApproximate)
    try container.encode(frame.isHost, forKey: .isHost)
    try container.encode(frame.functions.map { FunctionJSON($0) }, forKey: .functions)
    try container.encode(frame.locals.map { ValueJSON(value: $0) }, forKey: .locals)
    try container.encode(frame.operands.map { ValueJSON(value: $0) }, forKey: .operands)
  }
}

/// A function of the source as JSON: name, place, whose it is, variables and lines of the source.
public struct FunctionJSON: Encodable {
  private let function: ReportFunction

  /// The JSON of a function.
  public init(_ function: ReportFunction) { self.function = function }

  private enum Key: String, CodingKey {
    case name, file, line, column, isInlined, origin, variables, excerpt
  }

  /// Encodes all keys.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(function.name, forKey: .name)
    try container.encode(function.file, forKey: .file)
    try container.encode(function.line, forKey: .line)
    try container.encode(function.column, forKey: .column)
    try container.encode(function.isInlined, forKey: .isInlined)
    try container.encode(function.origin.rawValue, forKey: .origin)
    try container.encode(
      function.variables.map { VariableJSON(variable: $0) }, forKey: .variables)
    try container.encode(function.excerpt.map { ExcerptJSON(excerpt: $0) }, forKey: .excerpt)
  }
}

private struct VariableJSON: Encodable {
  var variable: ReportVariable

  private enum Key: String, CodingKey {
    case name, type, value, reason, isParameter, isUncertain
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(variable.name, forKey: .name)
    try container.encode(variable.type, forKey: .type)
    try container.encode(variable.text, forKey: .value)
    try container.encode(variable.reason, forKey: .reason)
    try container.encode(variable.isParameter, forKey: .isParameter)
    try container.encode(variable.isUncertain, forKey: .isUncertain)
  }
}

private struct ValueJSON: Encodable {
  var value: ReportValue

  private enum Key: String, CodingKey { case index, name, type, value }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(value.index, forKey: .index)
    try container.encode(value.name, forKey: .name)
    try container.encode(value.type, forKey: .type)
    try container.encode(value.text, forKey: .value)
  }
}

private struct ExcerptJSON: Encodable {
  var excerpt: SourceExcerpt

  private enum Key: String, CodingKey { case path, firstLine, lines, markedLine }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(excerpt.path, forKey: .path)
    try container.encode(excerpt.firstLine, forKey: .firstLine)
    try container.encode(excerpt.lines, forKey: .lines)
    try container.encode(excerpt.markedLine, forKey: .markedLine)
  }
}
