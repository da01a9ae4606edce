import TOML

/// How a case went.
public struct CaseVerdict: Sendable, Codable {
  /// Passed, failed or neither.
  public enum Outcome: Sendable, Codable, Equatable {
    /// All is as expected.
    case passed
    /// Something is not; `complaints` tells what.
    case failed
    /// It was not run, for this reason.
    case skipped(String)
  }

  /// Something that is not as expected.
  public struct Complaint: Sendable, Codable, Equatable {
    /// Where the expectation stands in the case file.
    public var place: TextPlace
    /// One line, lower case, no full stop.
    public var message: String
    /// More lines, where there is more to tell.
    public var details: [String] = []
    /// Files that were left.
    public var attachments: [String] = []
  }

  /// The result.
  public var outcome = Outcome.passed
  /// What is wrong; none but in failed cases.
  public var complaints: [Complaint] = []
  /// Frames that were run.
  public var frames = 0
  /// Wall-clock seconds that the cart's frames took.
  public var frameSeconds = 0.0
  /// Wall-clock seconds of all of it.
  public var seconds = 0.0
  /// SHA-256 of the last picture's palette indices; nil if there was none.
  public var picture: String?
  /// Snapshots that were made or written anew.
  public var written: [String] = []
  /// The last lines that the cart said, for failed cases.
  public var log: [String] = []

  /// A verdict to be filled in.
  public init() {}

  /// A failed case with one complaint.
  public static func failed(_ place: TextPlace, _ message: String) -> CaseVerdict {
    var verdict = CaseVerdict()
    verdict.add(Complaint(place: place, message: message))
    return verdict
  }

  mutating func add(_ complaint: Complaint) {
    complaints.append(complaint)
    outcome = .failed
  }
}
