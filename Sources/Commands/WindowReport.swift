import Console
import Foundation
import Headless
import Postmortem
import Shell

/// A session in the window as JSON.
///
/// `seconds` counts from the start of the process, which the system tells to a hundredth of a
/// second; `sdlInit` is the part that SDL took to find the display.
struct WindowReport: Encodable {
  private struct Seconds: Encodable {
    var sdlInit: Double
    var window: Double
    var firstFrame: Double
    /// From the start of the callback that crashed to the screen, and to all that is known on it.
    var crashShown: Double?
    var crashComplete: Double?
  }

  let profile: String
  let session: WindowSession

  func encode(to encoder: any Encoder) throws {
    let object: JSONObject = [
      "profile": profile,
      "frames": session.frames,
      "trap": session.crash.map { CrashJSON($0) },
      "seconds": seconds,
    ]
    try object.encode(to: encoder)
  }

  private var seconds: Seconds? {
    guard let times = session.times, let start = processStart() else { return nil }
    func since(_ moment: UInt64) -> Double { Double(moment &- start) / 1e9 }
    return Seconds(
      sdlInit: Double(times.videoReady - times.videoStart) / 1e9,
      window: since(times.windowReady), firstFrame: since(times.firstPicture),
      crashShown: session.crashShown, crashComplete: session.crashComplete)
  }
}

/// When the process began, in nanoseconds of the monotonic clock, rounded down to a hundredth.
private func processStart() -> UInt64? {
  guard let text = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
    let afterName = text.lastIndex(of: ")")
  else { return nil }
  // Field 22 of the line; the name is the second and may hold anything.
  let fields = text[text.index(after: afterName)...].split(separator: " ")
  guard fields.count > 19, let ticks = UInt64(fields[19]) else { return nil }
  func now(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
  let sinceBoot = ticks * (1_000_000_000 / UInt64(max(1, sysconf(Int32(_SC_CLK_TCK)))))
  // Ticks count from the boot, suspended time included.
  return sinceBoot &- (now(CLOCK_BOOTTIME) &- now(CLOCK_MONOTONIC))
}
