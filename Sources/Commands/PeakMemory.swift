import Foundation

/// By how much the process's resident memory has grown at most since a moment, however much of that
/// was given back.
///
/// Linux keeps that figure and lets a process start it anew (proc(5): `clear_refs`, `VmHWM`). Blocks
/// that were freed before are used again without growth: what comes first in a process is measured
/// best.
struct PeakMemory {
  private let before: Int?

  /// Measures from here on.
  init() {
    before = Self.restart() ? Self.figure("VmRSS:") : nil
  }

  /// Bytes of the growth up to now; nil where the kernel does not tell.
  var growth: Int? {
    guard let before, let peak = Self.figure("VmHWM:") else { return nil }
    return max(0, peak - before)
  }

  private static func restart() -> Bool {
    let file = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return false }
    defer { close(file) }
    return write(file, "5", 1) == 1
  }

  /// A line of /proc/self/status, in bytes.
  private static func figure(_ name: String) -> Int? {
    guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix(name) }),
      let kibibytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first
    else { return nil }
    return Int(kibibytes).map { $0 << 10 }
  }
}
