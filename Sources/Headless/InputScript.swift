import Console

/// Input written down: who presses what in which frames.
///
/// One line is `FIRST[-[LAST]] [pN.]pad=X,Y|none [pN.]buttons=LETTERS|- gamepadN=BYTE
/// mouse=X,Y,BUTTONS`; `#` starts a comment.
/// Frame 1 is the first update; a frame that no line names has no input, of several lines the last
/// one counts, and player 1 is meant where no `pN.` stands.
public struct InputScript: Sendable, Equatable {
  /// Players a script can name.
  public static let playerCount = 4

  private struct Line: Sendable, Equatable {
    var frames: ClosedRange<Int>
    var input: InputFrame
  }

  private var lines: [Line] = []

  /// A script without input.
  public init() {}

  /// Reads a script.
  ///
  /// - Throws: `InputScriptError` at the first word that is wrong.
  public init(parsing text: String) throws(InputScriptError) {
    // A CR before the line end is white space, but Swift sees both as one character.
    for (number, line) in text.unicodeScalars.split(
      separator: "\n", omittingEmptySubsequences: false
    )
    .enumerated() {
      if let line = try Self.parse(line, number: number + 1) { lines.append(line) }
    }
  }

  /// What all players do in a frame; frames count from 1.
  public func input(frame: Int) -> InputFrame {
    lines.last { $0.frames.contains(frame) }?.input ?? InputFrame()
  }

  // MARK: Reading

  /// Part of a line, with the column where it starts, from 1.
  private struct Word {
    var text: String
    var column: Int
    var line: Int

    func error(_ reason: String) -> InputScriptError {
      InputScriptError(line: line, column: column, reason: reason)
    }

    /// The part after the first `count` characters, which are ASCII.
    func dropping(_ count: Int) -> Word {
      Word(text: String(text.dropFirst(count)), column: column + count, line: line)
    }
  }

  private static func parse(
    _ line: Substring.UnicodeScalarView, number: Int
  ) throws(InputScriptError) -> Line? {
    var words: [Word] = []
    var column = 0
    var isInside = false
    for scalar in line.prefix(while: { $0 != "#" }) {
      column += 1
      if scalar.properties.isWhitespace {
        isInside = false
      } else if isInside {
        words[words.count - 1].text.unicodeScalars.append(scalar)
      } else {
        words.append(Word(text: String(scalar), column: column, line: number))
        isInside = true
      }
    }
    guard let first = words.first else { return nil }
    var result = Line(frames: try frames(first), input: InputFrame())
    for word in words.dropFirst() { try apply(word, to: &result.input) }
    return result
  }

  private static func frames(_ word: Word) throws(InputScriptError) -> ClosedRange<Int> {
    let parts = word.text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    func number(_ part: Substring, _ column: Int) throws(InputScriptError) -> Int {
      guard !part.isEmpty, part.utf8.allSatisfy({ (48...57).contains($0) }),
        let value = Int(part), value >= 1
      else {
        throw InputScriptError(
          line: word.line, column: column, reason: "'\(part)' is not a frame number from 1")
      }
      return value
    }
    let first = try number(parts[0], word.column)
    guard parts.count == 2 else { return first...first }
    if parts[1].isEmpty { return first...Int.max }
    let last = try number(parts[1], word.column + parts[0].count + 1)
    guard last >= first else { throw word.error("frame \(last) comes before frame \(first)") }
    return first...last
  }

  private static func apply(_ word: Word, to input: inout InputFrame) throws(InputScriptError) {
    if word.text.hasPrefix("mouse=") {
      input.mouse = try mouse(word.dropping(6))
      return
    }
    if word.text.hasPrefix("gamepad"), let sign = word.text.firstIndex(of: "="),
      let number = Int(word.text[word.text.index(word.text.startIndex, offsetBy: 7)..<sign])
    {
      let length = word.text.distance(from: word.text.startIndex, to: sign) + 1
      try withPlayer(number, word, &input) { (player) throws(InputScriptError) in
        player.gamepad = try byte(word.dropping(length))
      }
      return
    }
    var word = word
    var number = 1
    if word.text.hasPrefix("p"), let dot = word.text.firstIndex(of: "."),
      let named = Int(word.text[word.text.index(after: word.text.startIndex)..<dot])
    {
      number = named
      let length = word.text.distance(from: word.text.startIndex, to: dot) + 1
      try withPlayer(number, word, &input) { _ in }
      word = word.dropping(length)
    }
    try withPlayer(number, word, &input) { (player) throws(InputScriptError) in
      if word.text.hasPrefix("pad=") {
        player.pad = try pad(word.dropping(4))
      } else if word.text.hasPrefix("buttons=") {
        player.buttons = try buttons(word.dropping(8))
      } else {
        throw word.error(
          "'\(word.text)' is none of pad=X,Y, buttons=LETTERS, gamepadN=BYTE, mouse=X,Y,BUTTONS")
      }
    }
  }

  private static func withPlayer(
    _ number: Int, _ word: Word, _ input: inout InputFrame,
    _ change: (inout PlayerInput) throws(InputScriptError) -> Void
  ) throws(InputScriptError) {
    guard (1...playerCount).contains(number) else {
      throw word.error("there are players 1 to \(playerCount), not \(number)")
    }
    while input.players.count < number { input.players.append(PlayerInput()) }
    try change(&input.players[number - 1])
  }

  private static func byte(_ word: Word) throws(InputScriptError) -> UInt8 {
    guard let value = UInt8(word.text) else {
      throw word.error("'\(word.text)' is not a byte, 0 to 255")
    }
    return value
  }

  private static func mouse(_ word: Word) throws(InputScriptError) -> MouseInput {
    let parts = word.text.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count == 3, let x = Int16(parts[0]), let y = Int16(parts[1]),
      let buttons = UInt8(parts[2])
    else { throw word.error("'\(word.text)' is not X,Y,BUTTONS") }
    return MouseInput(x: x, y: y, buttons: buttons)
  }

  private static func pad(_ word: Word) throws(InputScriptError) -> SIMD2<Int16>? {
    if word.text == "none" { return nil }
    let parts = word.text.split(separator: ",", omittingEmptySubsequences: false)
    let values = parts.compactMap { Int16($0) }
    guard parts.count == 2, values.count == 2 else {
      throw word.error("'\(word.text)' is neither X,Y nor none")
    }
    guard values.allSatisfy({ (-1000...1000).contains($0) }) else {
      throw word.error("the pad goes from -1000 to 1000")
    }
    return SIMD2(values[0], values[1])
  }

  private static func buttons(_ word: Word) throws(InputScriptError) -> Buttons {
    if word.text == "-" || word.text == "none" { return [] }
    guard !word.text.isEmpty else { throw word.error("buttons are missing; '-' stands for none") }
    var result: Buttons = []
    for (index, letter) in word.text.uppercased().enumerated() {
      guard let button = letters[letter] else {
        throw word.dropping(index).error("'\(letter)' is not a button: there are S E W N M")
      }
      result.insert(button)
    }
    return result
  }

  private static let letters: [Character: Buttons] = [
    "S": .south, "E": .east, "W": .west, "N": .north, "M": .menu,
  ]
}

/// What is wrong with an input script, and where.
public struct InputScriptError: Error, Equatable, Sendable, CustomStringConvertible {
  /// From 1.
  public var line: Int
  /// From 1.
  public var column: Int
  /// Lower case, no full stop.
  public var reason: String

  /// `LINE:COLUMN: REASON`.
  public var description: String { "\(line):\(column): \(reason)" }
}
