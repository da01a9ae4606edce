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

  /// What is wrong; nil if nothing is.
  public var finding: String?
  /// Whether it was refused, with an error.
  public var isRefused = false
  /// Seconds that it took.
  public private(set) var seconds = 0.0

  /// Nothing yet.
  public init() {}

  /// Does a part of the work on the clock; to take too long is a finding.
  public mutating func measure(_ body: (inout MutantOutcome) -> Void) {
    seconds += ContinuousClock().measure { body(&self) } / .seconds(1)
    if seconds > Self.timeLimit { finding = "took \(seconds) s" }
  }
}

/// The most memory that the process ever had, in bytes.
public func peakMemory() -> Int {
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  return Int(usage.ru_maxrss) << 10
}
