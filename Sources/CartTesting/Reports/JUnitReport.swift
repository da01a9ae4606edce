import Foundation
import TOML

/// The XML that continuous integration reads, in JUnit's shape: a suite a case file.
public struct JUnitReport {
  private let results: [(cartCase: CartCase, verdict: CaseVerdict)]

  /// A report of all cases.
  public init(_ results: [(cartCase: CartCase, verdict: CaseVerdict)]) { self.results = results }

  /// The whole document.
  ///
  /// - Parameter date: When the run began.
  public func document(date: Date) -> String {
    var files: [String] = []
    var byFile: [String: [(cartCase: CartCase, verdict: CaseVerdict)]] = [:]
    for result in results {
      if byFile[result.cartCase.file] == nil { files.append(result.cartCase.file) }
      byFile[result.cartCase.file, default: []].append(result)
    }
    let all = Self.counts(results)
    var lines = [
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<testsuites name=\"glowjar\"\(all)>",
    ]
    let time = date.formatted(.iso8601)
    for file in files {
      let suite = byFile[file] ?? []
      lines.append(
        "  <testsuite name=\"\(Self.escaped(file))\"\(Self.counts(suite)) timestamp=\"\(time)\">")
      lines += suite.flatMap { Self.testCase($0.cartCase, $0.verdict) }
      lines.append("  </testsuite>")
    }
    return (lines + ["</testsuites>", ""]).joined(separator: "\n")
  }

  private static func counts(
    _ results: [(cartCase: CartCase, verdict: CaseVerdict)]
  ) -> String {
    let failed = results.count { $0.verdict.outcome == .failed }
    let skipped = results.count {
      if case .skipped = $0.verdict.outcome { true } else { false }
    }
    let seconds = results.reduce(0) { $0 + $1.verdict.seconds }
    return " tests=\"\(results.count)\" failures=\"\(failed)\" errors=\"0\" skipped=\"\(skipped)\""
      + " time=\"\(time(seconds))\""
  }

  private static func testCase(_ one: CartCase, _ verdict: CaseVerdict) -> [String] {
    let stem = one.file.replacing(#/(\.test)?\.toml$/#, with: "")
    let head =
      "    <testcase classname=\"\(escaped(stem))\" name=\"\(escaped(one.name))\""
      + " time=\"\(time(verdict.seconds))\" file=\"\(escaped(one.file))\" line=\"\(one.place.line)\""
    var inner: [String] = []
    switch verdict.outcome {
    case .passed: return [head + "/>"]
    case .skipped(let reason): inner.append("      <skipped message=\"\(escaped(reason))\"/>")
    case .failed:
      // One element a case, since many readers count elements.
      let message = verdict.complaints.first?.message ?? ""
      let text = verdict.complaints.flatMap {
        ["\(one.file):\($0.place): \($0.message)"] + $0.details
      }.joined(separator: "\n")
      inner.append(
        "      <failure message=\"\(escaped(message))\" type=\"expectation\">\(escaped(text, keepsLines: true))</failure>"
      )
      let output =
        verdict.log
        + verdict.complaints.flatMap(\.attachments).map { "[[ATTACHMENT|\($0)]]" }
      if !output.isEmpty {
        let text = escaped(output.joined(separator: "\n"), keepsLines: true)
        inner.append("      <system-out>\(text)</system-out>")
      }
    }
    return [head + ">"] + inner + ["    </testcase>"]
  }

  private static func time(_ seconds: Double) -> String {
    "\((seconds * 1000).rounded() / 1000)"
  }

  /// Text for attributes, and with `keepsLines` for elements; what XML 1.0 cannot hold becomes
  /// U+FFFD.
  private static func escaped(_ text: String, keepsLines: Bool = false) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\n", "\t": result += keepsLines ? String(scalar) : "&#\(scalar.value);"
      case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
        result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
