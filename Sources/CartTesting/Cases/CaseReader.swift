import Console
import TOML

/// Reads the cases of a file: one at the top level, or several under `[[case]]`.
public struct CaseReader {
  /// The last frame that a case may name: a day of play.
  static let frames: ClosedRange<Int64> = 1...(86_400 * 60)

  private let file: String

  /// The cases of a file, in its order.
  ///
  /// - Parameters:
  ///   - bytes: Its content.
  ///   - file: Its path, which relative paths in it start from.
  /// - Throws: `TextFault` at the first thing that is wrong.
  public static func read(_ bytes: [UInt8], file: String) throws(TextFault) -> [CartCase] {
    let reader = CaseReader(file: file)
    let start = TextPlace(line: 1, column: 1)
    var root = KeyedTable(try TOMLReader.read(bytes), at: start)
    let tables = try root.tables("case")
    let last = file.split(separator: "/").last.map(String.init) ?? file
    let stem = last.replacing(#/(\.test)?\.toml$/#, with: "")
    guard !tables.isEmpty else {
      return [try reader.cartCase(&root, name: stem)]
    }
    try root.finish()
    var cases: [CartCase] = []
    var names: Set<String> = []
    for (index, var table) in tables.enumerated() {
      let one = try reader.cartCase(&table, name: "case \(index + 1)")
      guard names.insert(one.name).inserted else {
        throw table.fault("there are two cases with the name '\(one.name)'")
      }
      cases.append(one)
    }
    return cases
  }

  private func cartCase(_ table: inout KeyedTable, name: String) throws(TextFault) -> CartCase {
    guard let cart = try table.text("cart") else { throw table.fault("the key 'cart' is missing") }
    var result = CartCase(
      file: file, place: table.place, name: try table.text("name")?.text ?? name, cart: cart.text)
    guard !result.name.isEmpty, result.name.unicodeScalars.allSatisfy({ $0.value >= 0x20 }) else {
      throw table.fault("the name is no line of text")
    }
    result.profile = try table.text("profile")?.text
    result.seed = UInt64(try table.number("seed", in: 0...Int64.max) ?? 0)
    result.frames = try table.number("frames", in: Self.frames).map(Int.init)
    result.data = try table.text("data")?.text
    result.replay = try table.text("replay")?.text
    result.fuel = try table.number("fuel", in: 1...Int64.max).map(UInt64.init)
    result.skipReason = try table.text("skip")?.text
    if let settings = table.node("settings") {
      result.settings = try Self.settings(KeyedTable(settings, "settings"))
    }
    if let locale = try table.text("locale") {
      guard let language = LanguageCode(locale.text) else {
        throw TextFault(locale.place, "locale: \(LanguageCode.expectation)")
      }
      result.settings.language = language.code
    }
    for var span in try table.tables("input") { result.input.append(try Self.span(&span)) }
    for var expectation in try table.tables("expect") {
      let next = try ExpectationReader().read(&expectation)
      if let frame = next.frame, let frames = result.frames, frame > frames {
        throw expectation.fault("frame \(frame) comes after the \(frames) frames of the case")
      }
      result.expectations.append(next)
    }
    try table.finish()
    if result.replay != nil {
      guard result.input.isEmpty, result.data == nil else {
        throw table.fault("a case with a replay has neither input nor data of its own")
      }
    }
    // To come through a recording without a crash is something to expect.
    guard !result.expectations.isEmpty || result.replay != nil else {
      throw table.fault("nothing is expected: [[expect]] is missing")
    }
    guard result.lastFrame != nil || result.endsItself || result.replay != nil else {
      throw table.fault("the key 'frames' is missing, and no expectation names a frame")
    }
    return result
  }

  private static func settings(_ table: KeyedTable) throws(TextFault) -> PlayerSettings {
    var settings = PlayerSettings()
    for entry in table.entries { try settings.set(entry) }
    return settings
  }

  // MARK: Input

  private static func span(_ table: inout KeyedTable) throws(TextFault) -> InputSpan {
    var span = InputSpan(frames: try frames(&table))
    let players = Int64(InputSpan.players.lowerBound)...Int64(InputSpan.players.upperBound)
    span.player = Int(try table.number("player", in: players) ?? 1)
    if let press = try table.text("press") {
      for letter in press.text where letter != " " {
        guard let button = buttons[Character(letter.uppercased())] else {
          throw TextFault(press.place, "'\(letter)' is not a button: there are s e w n m")
        }
        span.buttons |= button.rawValue
      }
    }
    span.buttons |= UInt8(try table.number("buttons", in: 0...31) ?? 0)
    if let pad = table.node("pad") {
      let nodes = try pad.array("pad", count: 2)
      span.pad = SIMD2(
        Int16(try nodes[0].number("the pad", in: -1000...1000)),
        Int16(try nodes[1].number("the pad", in: -1000...1000)))
    }
    span.gamepad = UInt8(try table.number("gamepad", in: 0...255) ?? 0)
    if let mouse = table.node("mouse") {
      let nodes = try mouse.array("mouse", count: 3)
      span.mouse = MouseInput(
        x: Int16(try nodes[0].number("the mouse's column", in: -32_768...32_767)),
        y: Int16(try nodes[1].number("the mouse's row", in: -32_768...32_767)),
        buttons: UInt8(try nodes[2].number("the byte of the mouse's buttons", in: 0...255)))
    }
    try table.finish()
    return span
  }

  private static let buttons: [Character: Buttons] = [
    "S": .south, "E": .east, "W": .west, "N": .north, "M": .menu,
  ]

  /// `at = N`, `at = [FIRST, LAST]`, or `at = N` with `for = COUNT`.
  private static func frames(_ table: inout KeyedTable) throws(TextFault) -> ClosedRange<Int> {
    guard let at = table.node("at") else { throw table.fault("the key 'at' is missing") }
    let count = try table.number("for", in: frames)
    if case .array = at.value {
      let nodes = try at.array("at", count: 2)
      let first = Int(try nodes[0].number("the first frame", in: frames))
      let last = Int(try nodes[1].number("the last frame", in: frames))
      guard first <= last else {
        throw TextFault(at.place, "frame \(last) comes before frame \(first)")
      }
      guard count == nil else { throw TextFault(at.place, "'for' goes with one frame in 'at'") }
      return first...last
    }
    let first = Int(try at.number("at", in: frames))
    return first...(first + Int(count ?? 1) - 1)
  }
}
