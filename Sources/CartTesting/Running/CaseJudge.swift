import Console
import Crypto
import Headless
import Postmortem
import Runtime

/// Watches one run of a case and judges it: when each expectation is looked at, and how the run ended.
final class CaseJudge {
  let cartCase: CartCase
  let console: Console
  let rules: RunRules
  private(set) var verdict = CaseVerdict()
  private(set) var trace = FrameTrace()

  /// Lines of the cart that a verdict quotes.
  private static let quotedLines = 20
  let storage: any WatchedStorage
  private let lastFrame: Int
  private let isJudging: Bool
  /// Expectations by the frame after which they are looked at, as indices.
  private var due: [Int: [Int]] = [:]
  private var isSeen: [Bool]
  /// What a crash that is not as expected has left.
  private(set) var crashFiles: [String] = []

  init(
    _ cartCase: CartCase, _ console: Console, _ storage: any WatchedStorage, rules: RunRules,
    lastFrame: Int, isJudging: Bool
  ) {
    self.cartCase = cartCase
    self.console = console
    self.storage = storage
    self.rules = rules
    self.lastFrame = lastFrame
    self.isJudging = isJudging
    isSeen = Array(repeating: false, count: cartCase.expectations.count)
    for (index, expectation) in cartCase.expectations.enumerated() {
      switch expectation.kind {
      case .trap, .exit: continue
      default: break
      }
      if let frame = expectation.frame ?? (expectation.kind.isAfterEnd ? nil : lastFrame) {
        due[frame, default: []].append(index)
      }
    }
  }

  /// Whether the sound matters.
  var wantsSound: Bool {
    cartCase.expectations.contains { if case .audio = $0.kind { true } else { false } }
  }

  /// What a case's title may have without being mistaken for another one.
  private static let plain = Set(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 /.:")

  /// Where this case leaves files.
  var artifactFolder: String {
    let title = cartCase.title
    let isPlain = title.allSatisfy { Self.plain.contains($0) } && title.utf8.count <= 120
    var name = title.prefix(100).map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
    // Two cases never have one folder, and none has a name that is too long for one.
    if !isPlain { name += "-" + hexadecimal(SHA256.hash(data: Array(title.utf8))).prefix(8) }
    return rules.artifacts + "/" + String(name)
  }

  func listen(_ samples: UnsafeBufferPointer<Int16>) {
    if rules.verifies { trace.listen(samples) }
  }

  /// Looks at a frame that is over.
  func look(_ frame: Int, _ result: HeadlessResult) {
    if rules.verifies { trace.add(console.picture, lines: result.log.count) }
    guard isJudging, let indices = due[frame] else { return }
    for index in indices {
      isSeen[index] = true
      check(cartCase.expectations[index], result)
    }
  }

  /// Looks at the end of the run; `keepCrash` leaves files about a crash that is not as expected.
  func finish(_ result: HeadlessResult, keepCrash: (Crash) -> [String]) {
    if rules.verifies { trace.finish(end(result)) }
    guard isJudging else { return }
    verdict.frames = result.frames
    // Without the frame in which the cart crashed: it is not one of them.
    verdict.frameSeconds = result.frameSeconds.prefix(result.frames).reduce(0, +)
    verdict.picture = FrameHash.sha256(result.crash?.picture ?? console.picture)
    if let crash = result.crash, !isExpected(crash) { crashFiles = keepCrash(crash) }
    judgeEnd(result)
    let ended = result.crash?.frame ?? result.frames
    for (index, expectation) in cartCase.expectations.enumerated() where !isSeen[index] {
      if let frame = expectation.frame, frame > ended, !expectation.kind.isEnd {
        complain(expectation, "frame \(frame) was not reached: the run ended in frame \(ended)")
      } else {
        check(expectation, result)
      }
    }
    guard verdict.outcome == .failed else { return }
    if console.refusedGrowths > 0 {
      let times = console.refusedGrowths == 1 ? "once" : "\(console.refusedGrowths) times"
      complain(
        nil,
        "the cart was refused memory \(times): the limit is \(rules.memoryLimit >> 20) MiB")
    }
    verdict.log = result.log.suffix(Self.quotedLines).map {
      "\($0.frame) \($0.level.rawValue): \($0.text)"
    }
  }

  private func isExpected(_ crash: Crash) -> Bool {
    cartCase.expectations.contains { expectation in
      guard case .trap(crash.trap.kind.name) = expectation.kind else { return false }
      return expectation.frame.map { $0 == crash.frame } ?? true
    }
  }

  private func judgeEnd(_ result: HeadlessResult) {
    let expects = (
      trap: cartCase.expectations.contains { if case .trap = $0.kind { true } else { false } },
      exit: cartCase.expectations.contains { if case .exit = $0.kind { true } else { false } }
    )
    if let crash = result.crash {
      guard !expects.trap else { return }
      let lines = crashLines(crash)
      complain(nil, lines.headline, details: lines.report, attachments: crashFiles)
    } else if !result.reachesEnd, !expects.exit {
      complain(nil, "the cart ended itself in frame \(result.frames)")
    }
  }

  /// How a run ended, line by line; of one that was stopped from outside only what came before.
  private func end(_ result: HeadlessResult) -> [String] {
    let stop = result.crash?.trap.kind == .interrupted ? result.crash?.frame : nil
    var parts = result.log.filter { $0.frame != stop }.map {
      "the line '\($0.text)' of frame \($0.frame)"
    }
    parts.append(
      result.crash.map { "the crash \($0.trap.kind.name) in \($0.callback), frame \($0.frame)" }
        ?? (result.reachesEnd ? "no crash" : "an exit"))
    guard stop == nil else { return parts }
    for (name, content) in storage.files.sorted(by: { $0.key < $1.key }) {
      parts.append("the saved file \(name) \(hexadecimal(SHA256.hash(data: content)))")
    }
    for memory in console.instance?.memories ?? [] {
      var hash = SHA256()
      hash.update(bufferPointer: memory.contents.all)
      parts.append("the memory \(hexadecimal(hash.finalize()))")
    }
    return parts
  }

  // MARK: Complaints

  /// Adds a complaint, about the case itself where no expectation is given.
  func complain(
    _ expectation: Expectation?, _ message: String, details: [String] = [],
    attachments: [String] = []
  ) {
    verdict.add(
      .init(
        place: expectation?.place ?? cartCase.place, message: message, details: details,
        attachments: attachments))
  }

  /// Takes note of a snapshot that was written.
  func note(written path: String) { verdict.written.append(path) }

  /// A crash in one line, and its report.
  func crashLines(_ crash: Crash) -> (headline: String, report: [String]) {
    var report = TextReport(crash.report()).text
    while report.last?.isNewline == true { report.removeLast() }
    return (
      "the cart crashed in \(crash.callback), frame \(crash.frame): \(crash.trap.message)",
      report.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    )
  }
}

extension Expectation.Kind {
  /// Whether it is about how a run ends.
  fileprivate var isEnd: Bool {
    switch self {
    case .trap, .exit: true
    default: false
    }
  }
}
