import CLinux
import Foundation
import TOML

/// A case and what holds for it, as a worker gets it.
struct WorkOrder: Codable {
  var cartCase: CartCase
  var rules: RunRules
}

/// The inner side of a worker process: runs the cases that come in on standard input.
public enum CaseWorker {
  /// Bytes of data that the process may have beside the cart's memory.
  private static let ownData = 2 << 30

  /// Answers orders until there are none any more.
  ///
  /// Standard output belongs to the verdicts; what anything else prints there goes to standard
  /// error.
  public static func serve(_ makeRunner: (RunRules) -> CaseRunner) {
    glowjar_die_with_parent()
    let answers = dup(STDOUT_FILENO)
    dup2(STDERR_FILENO, STDOUT_FILENO)
    let decoder = JSONDecoder()
    let encoder = JSONEncoder()
    while let line = readLine(strippingNewline: true) {
      let verdict: CaseVerdict
      do {
        let order = try decoder.decode(WorkOrder.self, from: Data(line.utf8))
        limitData(order.rules)
        verdict = makeRunner(order.rules).run(order.cartCase)
      } catch {
        verdict = .failed(TextPlace(line: 1, column: 1), "the worker did not understand: \(error)")
      }
      guard let answer = try? encoder.encode(verdict), write(answer + [10], to: answers) else {
        return
      }
    }
  }

  /// Whatever a cart makes the console allocate ends the worker, not the machine.
  private static func limitData(_ rules: RunRules) {
    let bytes = rlim_t(clamping: rules.memoryLimit) + rlim_t(ownData)
    var limit = rlimit(rlim_cur: bytes, rlim_max: rlim_t.max)
    guard getrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = min(bytes, limit.rlim_max)
    setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &limit)
  }

  private static func write(_ data: Data, to file: Int32) -> Bool {
    data.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = Glibc.write(
          file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return false }
        rest = rest.dropFirst(count)
      }
      return true
    }
  }
}
