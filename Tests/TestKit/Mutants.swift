import Foundation

/// Damaged copies of something, each told by its number, and what has to come of every one.
public protocol Mutants {
  /// The bytes of a mutant.
  func bytes(_ number: Int) -> [UInt8]

  /// Tries a mutant.
  func play(_ number: Int) -> MutantOutcome
}

/// What came of a mutant.
public struct MutantOutcome {
  /// What one may take at most, in seconds.
  public static let timeLimit = 1.0

  /// The answer about the bytes.
  public enum Verdict: UInt8, Sendable {
    /// An error.
    case refused = 0
    /// Good for use.
    case accepted = 1
    /// Refused for a limit or a feature of ours, where others may differ.
    case limited = 2
  }

  /// What is wrong; nil if nothing is.
  public var finding: String?
  /// The answer.
  public var verdict = Verdict.accepted
  /// Seconds of the thread that it took: other work on the machine does not count.
  public private(set) var seconds = 0.0

  /// Nothing yet.
  public init() {}

  /// Does a part of the work on the clock; to take too long is a finding.
  public mutating func measure(_ body: (inout MutantOutcome) -> Void) {
    let start = Self.threadSeconds
    body(&self)
    seconds += Self.threadSeconds - start
    if seconds > Self.timeLimit { finding = "took \(seconds) s" }
  }

  private static var threadSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

/// What mutants may add at most to the most memory that the process ever had.
public struct MemoryBudget: Sendable {
  /// Bytes beside what was there before.
  public static let limit = 256 << 20

  private let before = peakMemory()

  /// Counts from here on.
  public init() {}

  /// What is wrong if more was taken; nil otherwise.
  public var finding: String? {
    let grown = peakMemory() - before
    return grown > Self.limit ? "the process has grown by \(grown >> 20) MiB" : nil
  }
}

/// The most memory that the process ever had, in bytes.
public func peakMemory() -> Int {
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  return Int(usage.ru_maxrss) << 10
}
