import Foundation

/// The processor time of the calling thread.
enum ThreadClock {
  /// Seconds that the thread has been running since it began.
  static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Runs `work`, adding the processor time that it takes, also if it fails.
  static func measure<Success, Failure>(
    _ seconds: inout Double, _ work: () throws(Failure) -> Success
  ) throws(Failure) -> Success {
    let start = now
    defer { seconds += now - start }
    return try work()
  }
}
