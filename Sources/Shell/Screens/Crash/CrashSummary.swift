import Postmortem

/// What happened, where, and what keeps the report from being better, in a few rows.
struct CrashSummary {
  private let explanation: [StyledText]
  private let facts: StyledText
  private let reasons: String

  /// The summary of a report; while more is being gathered it says so.
  init(_ report: CrashReport, isGathering: Bool) {
    // Where the program has said what is wrong, the words for the instruction add nothing.
    let general = report.programMessage == nil ? nil : report.kind.explanation
    explanation = TextReport(report).lines
      .filter { $0.role == .explanation && $0.text != general }
      .map { StyledText($0.text, Theme.text) }
    let id = visible(report.cartID, limit: 128)
    let title = visible(report.cartTitle, limit: 128)
    var facts = StyledText(title.isEmpty ? id : title, Theme.strong)
    if !title.isEmpty, title != id { facts.append(" (\(id))", Theme.faint) }
    var place = "  \(visible(report.callback, limit: 64))"
    if let frame = report.frameNumber {
      place += frame > 0 ? ", frame \(frame)" : ", before the first frame"
    }
    if report.seconds > 0, report.seconds < 1e9 {
      let tenths = Int((report.seconds * 10).rounded())
      place += ", \(tenths / 10).\(tenths % 10) s after the start"
    }
    facts.append(place, Theme.faint)
    self.facts = facts
    let missing = report.reasons.map { visible($0) }.joined(separator: " ")
    reasons = isGathering ? "Reading the debug information ..." : missing
  }

  /// The summary in rows: the facts are always there, what is missing gets one.
  func rows(width: Int, limit: Int) -> [StyledText.Part] {
    let facts = facts.broken(to: width)
    let hint =
      reasons.isEmpty
      ? [] : StyledText(shortened(reasons, to: width), Theme.hint).broken(to: width)
    let room = max(1, limit - facts.count - hint.count)
    return explanation.flatMap { $0.broken(to: width) }.prefix(room) + facts + hint
  }
}
