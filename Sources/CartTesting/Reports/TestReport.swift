/// Lines that tell of a run while it goes on, in the order of the cases.
public protocol TestReport: Sendable {
  /// What stands before all cases, of which there are `count`.
  func begin(count: Int) -> [String]
  /// What is told of a case; numbers count from 1.
  func lines(number: Int, _ one: CartCase, _ verdict: CaseVerdict) -> [String]
  /// What stands behind them; the plain last line is not part of it.
  func end(_ summary: TestSummary) -> [String]
}

extension TestReport where Self == PlainReport {
  /// For people.
  public static var plain: PlainReport { PlainReport() }
}

extension TestReport where Self == TAPReport {
  /// For TAP harnesses.
  public static var tap: TAPReport { TAPReport() }
}

extension TestReport where Self == JSONLinesReport {
  /// For programs.
  public static var json: JSONLinesReport { JSONLinesReport() }
}

/// For people: a line a case, and what is wrong under it.
public struct PlainReport: TestReport {
  /// Nothing.
  public func begin(count: Int) -> [String] { [] }

  /// The case and its complaints.
  public func lines(number: Int, _ one: CartCase, _ verdict: CaseVerdict) -> [String] {
    switch verdict.outcome {
    case .skipped(let reason): return ["skipped \(one.title): \(reason)"]
    case .passed: return ["passed \(one.title) (\(verdict.frames) frames)"]
    case .failed:
      var lines = ["FAILED \(one.title) (\(verdict.frames) frames)"]
      for complaint in verdict.complaints {
        lines.append("  \(one.file):\(complaint.place): \(complaint.message)")
        lines += complaint.details.map { "    \($0)" }
        lines += complaint.attachments.map { "    see \($0)" }
      }
      if !verdict.log.isEmpty { lines.append("  the cart said:") }
      return lines + verdict.log.map { "    \($0)" }
    }
  }

  /// Snapshots that were written, and how fast the carts were.
  public func end(_ summary: TestSummary) -> [String] {
    summary.written.map { "wrote \($0)" }
      + summary.speeds.map {
        "\($0.cart): \($0.frames) frames, \($0.framesPerSecond) frames/s"
      }
  }
}
