import Console
import Crypto
import Headless
import Postmortem
import Runtime

/// Watches one run of a case and compares it with what is expected.
final class CaseJudge {
  let cartCase: CartCase
  let console: Console
  let rules: RunRules
  private(set) var verdict = CaseVerdict()
  private(set) var trace = FrameTrace()

  /// Lines of the cart that a verdict quotes.
  private static let quotedLines = 20
  private let storage: any WatchedStorage
  private let lastFrame: Int
  private let isJudging: Bool
  /// Expectations by the frame after which they are looked at, as indices.
  private var due: [Int: [Int]] = [:]
  private var isSeen: [Bool]
  /// What a crash that is not as expected has left.
  private var crashFiles: [String] = []

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

  // MARK: Single expectations

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

  private func check(_ expectation: Expectation, _ result: HeadlessResult) {
    let picture = result.crash?.picture ?? console.picture
    switch expectation.kind {
    case .snapshot(let name):
      SnapshotCheck(judge: self, expectation: expectation, name: name).check(picture)
    case .pixel(let x, let y, let color):
      guard let index = picture.index(x: x, y: y) else {
        return complain(expectation, "pixel (\(x), \(y)) is outside of the picture")
      }
      guard !color.matches(index, in: picture) else { return }
      let actual = colorText(picture.color(index))
      complain(
        expectation,
        "pixel (\(x), \(y)) is \(actual), palette index \(index), not \(color.description)")
    case .region(let x, let y, let pattern):
      check(expectation, pattern, x: x, y: y, picture)
    case .log(let text):
      guard !result.log.contains(where: { text.isFound(in: $0.text) }) else { return }
      complain(expectation, "no line has \(text.description)")
    case .trap(let name): checkTrap(expectation, name, result)
    case .exit:
      guard result.crash == nil, !result.reachesEnd else {
        return complain(expectation, "the cart did not end itself")
      }
      if let frame = expectation.frame, frame != result.frames {
        complain(expectation, "the cart ended itself in frame \(result.frames), not \(frame)")
      }
    case .audio(let hash):
      let actual = result.sound?.sha256
      guard actual != hash else { return }
      complain(expectation, actual.map { "the sound is \($0)" } ?? "the cart has no sound")
    case .memory(let match): checkMemory(expectation, match)
    case .save(let match): checkSave(expectation, match)
    }
  }

  private func check(
    _ expectation: Expectation, _ pattern: LetterPattern, x left: Int, y top: Int,
    _ picture: Picture
  ) {
    switch pattern.compare(with: picture, x: left, y: top) {
    case .same: break
    case .outside: complain(expectation, "the region reaches out of the picture")
    case .different(let x, let y, let count):
      let pixels = count == 1 ? "1 pixel differs" : "\(count) pixels differ"
      let found = pattern.actual(in: picture, x: left, y: top)
      complain(
        expectation, "\(pixels) from the pattern, the first at (\(x), \(y))",
        details: Self.rows("expected", pattern.rows) + Self.rows("found", found))
    }
  }

  private static func rows(_ title: String, _ rows: [String]) -> [String] {
    [title] + rows.map { "  " + $0 }
  }

  /// Kind and frame are compared, never the place in the code: where a watchdog stops a cart is
  /// chance.
  private func checkTrap(_ expectation: Expectation, _ name: String, _ result: HeadlessResult) {
    guard let crash = result.crash else {
      return complain(expectation, "the cart did not crash within \(result.frames) frames")
    }
    let actual = crash.trap.kind.name
    if actual != name {
      complain(
        expectation, "the crash is \(actual), not \(name)", details: crashLines(crash).report,
        attachments: crashFiles)
    } else if let frame = expectation.frame, frame != crash.frame {
      complain(
        expectation, "the cart crashed in frame \(crash.frame), not \(frame)",
        attachments: crashFiles)
    }
  }

  private func checkMemory(_ expectation: Expectation, _ match: MemoryMatch) {
    guard let instance = console.instance, let memory = instance.memories.first else {
      return complain(expectation, "the cart has no memory")
    }
    var address: UInt32 = 0
    if let symbol = match.symbol {
      guard case .i32(let value) = instance.export(named: symbol)?.global?.value else {
        return complain(expectation, "the cart exports no i32 global '\(symbol)'")
      }
      address = value
    }
    let (start, overflow) = address.addingReportingOverflow(match.offset)
    let count = UInt32(clamping: match.bytes.count)
    guard !overflow, let bytes = memory.contents.bytes(at: start, count: count) else {
      return complain(expectation, "address \(address) + \(match.offset) is out of memory")
    }
    guard !bytes.elementsEqual(match.bytes) else { return }
    let (actual, wanted) = (
      match.type.description(of: Array(bytes)), match.type.description(of: match.bytes)
    )
    complain(expectation, "at address \(start) there is \(actual), not \(wanted)")
  }

  private func checkSave(_ expectation: Expectation, _ match: SaveMatch) {
    guard let content = storage.files[match.file] else {
      let names = storage.files.keys.sorted().joined(separator: ", ")
      return complain(
        expectation,
        "there is no saved file \(match.file)"
          + (names.isEmpty ? "; nothing is saved" : "; there are \(names)"))
    }
    let hash = hexadecimal(SHA256.hash(data: content))
    switch match.content {
    case .sha256(let wanted):
      if hash != wanted { complain(expectation, "\(match.file) has the SHA-256 \(hash)") }
    case .bytes(let wanted):
      guard content != wanted else { return }
      let place = zip(content, wanted).enumerated().first { $0.element.0 != $0.element.1 }?.offset
      complain(
        expectation,
        "\(match.file) has \(content.count) bytes, \(wanted.count) are expected; the first "
          + "difference is at byte \(place ?? min(content.count, wanted.count))",
        details: [hexadecimal(content.prefix(64))])
    }
  }

  /// A crash in one line, and its report.
  private func crashLines(_ crash: Crash) -> (headline: String, report: [String]) {
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
