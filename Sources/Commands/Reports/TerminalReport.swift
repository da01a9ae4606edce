import Foundation
import Postmortem

/// A crash report as a terminal shows it.
enum TerminalReport {
  /// Whether stderr is a terminal that wants colours (no-color.org).
  static func wantsColor(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> Bool {
    isatty(STDERR_FILENO) == 1 && (environment["NO_COLOR"] ?? "").isEmpty
      && environment["TERM"] != "dumb"
  }

  /// The lines with the colours of their roles, or plain.
  static func text(_ report: TextReport, inColor: Bool) -> String {
    guard inColor else { return report.text }
    return report.lines.map { paint($0) + "\n" }.joined()
  }

  private static func paint(_ line: TextReport.Line) -> String {
    let color = code(line.role)
    var result = color
    for (index, scalar) in line.text.unicodeScalars.enumerated() {
      if line.faint.contains(where: { $0.lowerBound == index }) { result += "\u{1B}[0;2m" }
      if line.faint.contains(where: { $0.upperBound == index }) { result += "\u{1B}[0m" + color }
      result.unicodeScalars.append(scalar)
    }
    return result + "\u{1B}[0m"
  }

  private static func code(_ role: TextReport.Role) -> String {
    switch role {
    case .title: "\u{1B}[1;31m"
    case .heading: "\u{1B}[1m"
    case .markedSource: "\u{1B}[1;33m"
    case .hint: "\u{1B}[36m"
    case .aside: "\u{1B}[2m"
    case .explanation, .fact, .frame, .source, .blank: ""
    }
  }
}
