import Postmortem

/// The Test Anything Protocol, version 13, which all harnesses read.
public struct TAPReport: TestReport {
  /// Version and plan.
  public func begin(count: Int) -> [String] { ["TAP version 13", "1..\(count)"] }

  /// A test line, with a YAML block where there is more to tell.
  public func lines(number: Int, _ one: CartCase, _ verdict: CaseVerdict) -> [String] {
    let name = Self.escaped(one.title)
    switch verdict.outcome {
    case .passed: return ["ok \(number) - \(name)"]
    case .skipped(let reason): return ["ok \(number) - \(name) # SKIP \(Self.escaped(reason))"]
    case .failed:
      var lines = ["not ok \(number) - \(name)", "  ---", "  complaints:"]
      for complaint in verdict.complaints {
        lines.append("  - at: \(Self.quoted("\(one.file):\(complaint.place)"))")
        lines.append("    message: \(Self.quoted(complaint.message))")
        if !complaint.details.isEmpty {
          lines.append("    details:")
          lines += complaint.details.map { "    - \(Self.quoted($0))" }
        }
        if !complaint.attachments.isEmpty {
          lines.append("    attachments:")
          lines += complaint.attachments.map { "    - \(Self.quoted($0))" }
        }
      }
      return lines + ["  ..."]
    }
  }

  /// Comments with the speed of each cart.
  public func end(_ summary: TestSummary) -> [String] {
    PlainReport().end(summary).map { "# \($0)" }
  }

  /// A description in which nothing is a directive.
  private static func escaped(_ text: String) -> String {
    String(
      text.map { $0.isNewline ? " " : $0 }.flatMap { $0 == "#" || $0 == "\\" ? ["\\", $0] : [$0] })
  }

  /// A scalar in YAML's double quotation marks.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        result += "\\x" + hexadecimal([UInt8(truncatingIfNeeded: scalar.value)])
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
