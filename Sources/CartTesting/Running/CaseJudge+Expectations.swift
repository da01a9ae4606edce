import Console
import Crypto
import Headless
import Postmortem
import Runtime

/// What each kind of expectation compares.
extension CaseJudge {
  /// Compares one expectation with the run as it is now.
  func check(_ expectation: Expectation, _ result: HeadlessResult) {
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
}
