import Foundation
import TOML

/// A JSON object a line: each case, then each cart, then the summary.
///
/// Keys are stable.
public struct JSONLinesReport: TestReport {
  /// Version of the keys.
  private static let schema = 1

  private struct CaseEvent: Encodable {
    var schema = JSONLinesReport.schema
    var event = "case"
    var number: Int
    var file: String
    var line: Int
    var name: String
    var cart: String
    var outcome: String
    var reason: String?
    var frames: Int
    var framesPerSecond: Int
    var seconds: Double
    var picture: String?
    var written: [String]
    var complaints: [Complaint]
    var log: [String]
  }

  private struct Complaint: Encodable {
    var line: Int
    var column: Int
    var message: String
    var details: [String]
    var attachments: [String]

    init(_ complaint: CaseVerdict.Complaint) {
      (line, column) = (complaint.place.line, complaint.place.column)
      message = complaint.message
      details = complaint.details
      attachments = complaint.attachments
    }
  }

  private struct CartEvent: Encodable {
    var schema = JSONLinesReport.schema
    var event = "cart"
    var cart: String
    var frames: Int
    var seconds: Double
    var framesPerSecond: Int
  }

  private struct SummaryEvent: Encodable {
    var schema = JSONLinesReport.schema
    var event = "summary"
    var passed: Int
    var failed: Int
    var skipped: Int
    var written: [String]
  }

  /// Nothing.
  public func begin(count: Int) -> [String] { [] }

  /// An event `case`.
  public func lines(number: Int, _ one: CartCase, _ verdict: CaseVerdict) -> [String] {
    var (outcome, reason): (String, String?) = ("passed", nil)
    switch verdict.outcome {
    case .passed: break
    case .failed: outcome = "failed"
    case .skipped(let why): (outcome, reason) = ("skipped", why)
    }
    let speed = verdict.frameSeconds > 0 ? Double(verdict.frames) / verdict.frameSeconds : 0
    return Self.line(
      CaseEvent(
        number: number, file: one.file, line: one.place.line, name: one.name, cart: one.cart,
        outcome: outcome, reason: reason, frames: verdict.frames, framesPerSecond: Int(speed),
        seconds: verdict.seconds, picture: verdict.picture, written: verdict.written,
        complaints: verdict.complaints.map(Complaint.init), log: verdict.log))
  }

  /// An event `cart` for each, and the event `summary`.
  public func end(_ summary: TestSummary) -> [String] {
    summary.speeds.flatMap {
      Self.line(
        CartEvent(
          cart: $0.cart, frames: $0.frames, seconds: $0.seconds,
          framesPerSecond: $0.framesPerSecond))
    }
      + Self.line(
        SummaryEvent(
          passed: summary.passed, failed: summary.failed, skipped: summary.skipped,
          written: summary.written))
  }

  private static func line(_ event: some Encodable) -> [String] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(event)).map { [String(decoding: $0, as: UTF8.self)] } ?? []
  }
}
