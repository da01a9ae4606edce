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

  /// Encodes all keys.
  public func encode(to encoder: any Encoder) throws {
    let ends = Self.framesAtEachEnd
    let isWhole = report.frames.count <= 2 * ends
    let shown = report.frames.indices.filter {
      isWhole || $0 < ends || $0 >= report.frames.count - ends
    }
    let object: JSONObject = [
      "version": 1,
      "kind": report.kind.id,
      "title": report.title,
      "headline": report.kind.headline,
      "explanation": report.kind.explanation,
      "message": report.message,
      "programMessage": report.programMessage,
      "findings": report.findings,
      "fault": fault,
      "cart": ["id": report.cartID, "title": report.cartTitle] as JSONObject,
      "callback": report.callback,
      "frame": report.frameNumber,
      "seconds": report.seconds,
      "coredump": dump.path,
      "coredumpError": dump.error,
      "hostCalls": report.hostCalls,
      "selection": selection,
      "frames": shown.map { json(of: report.frames[$0], index: $0) },
      "framesLeftOut": report.frames.count - shown.count,
      "reasons": report.reasons,
    ]
    try object.encode(to: encoder)
  }

  private var fault: JSONObject? {
    report.fault.map {
      [
        "address": $0.address, "accessSize": $0.accessSize, "memorySize": $0.memorySize,
        "memory": $0.memory,
      ]
    }
  }

  private var dump: (path: String?, error: String?) {
    switch report.dump {
    case .none: (nil, nil)
    case .written(let path): (path, nil)
    case .failed(let reason): (nil, reason)
    }
  }

  private var selection: JSONObject? {
    guard report.rows.indices.contains(report.selection),
      case .function(let function) = report.rows[report.selection].content
    else { return nil }
    return ["frame": report.rows[report.selection].frames.lowerBound, "function": function]
  }

  private func json(of frame: ReportFrame, index: Int) -> JSONObject {
    [
      "index": index,
      "func": frame.functionIndex,
      "name": frame.name,
      "offset": frame.offset,
      "funcOffset": frame.functionOffset,
      "isApproximate": frame.isApproximate,
      "isHost": frame.isHost,
      "functions": frame.functions.map(\.json),
      "locals": frame.locals.map(\.json),
      "operands": frame.operands.map(\.json),
    ]
  }
}

extension ReportFunction {
  /// A function of the source as JSON: name, place, whose it is, variables and lines of the source.
  public var json: JSONObject {
    [
      "name": name,
      "file": file,
      "line": line,
      "column": column,
      "isInlined": isInlined,
      "origin": origin.rawValue,
      "variables": variables.map(\.json),
      "excerpt": excerpt?.json,
    ]
  }
}

extension ReportVariable {
  fileprivate var json: JSONObject {
    [
      "name": name,
      "type": type,
      "value": text,
      "reason": reason,
      "isParameter": isParameter,
      "isUncertain": isUncertain,
    ]
  }
}

extension ReportValue {
  fileprivate var json: JSONObject {
    ["index": index, "name": name, "type": type, "value": text]
  }
}

extension SourceExcerpt {
  fileprivate var json: JSONObject {
    ["path": path, "firstLine": firstLine, "lines": lines, "markedLine": markedLine]
  }
}
