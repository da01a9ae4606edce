import Runtime

/// What a program said of itself as it gave up: found in the arguments of the functions that give
/// up, which must make sense in every part, or in what it logged; never guessed.
struct ProgramMessage {
  /// The text, without what kind it is.
  private(set) var text: String?
  /// Where the program says that it gave up.
  private(set) var findings: [String] = []
  /// Whether a function that gives up was running.
  private var isPanic = false

  /// The longest text taken from a program.
  private static let longest = 1024
  /// The most frames that panic machinery has before the author's.
  private static let deepest = 32

  /// Looks through the young end of a stack, up to the first function that is the author's own.
  init(_ frames: [ReportFrame], _ stack: [StackReport.Entry], _ programs: [StackReport.Program]) {
    let end = frames.firstIndex { $0.functions.contains { $0.origin == .own } } ?? frames.count
    // Swift puts the sentence into the name of a function inlined into the author's.
    let sentence = frames.prefix(min(end + 1, Self.deepest)).lazy.flatMap(\.functions)
      .first { $0.name.hasPrefix("Swift runtime failure: ") }
    if let sentence {
      text = sentence.name
      return
    }
    // The first called knows most: later ones get what it has made of it.
    for index in (0..<min(end, Self.deepest)).reversed()
    where stack.indices.contains(index) && programs.indices.contains(stack[index].program) {
      guard let instance = programs[stack[index].program].instance else { continue }
      let reader = Reader(frame: stack[index].frame, instance: instance)
      let frame = frames[index]
      read(frame, reader)
      if text == nil { readVariables(of: frame) }
      if text != nil { return }
    }
    // Optimisers put panic functions into the author's.
    if frames.indices.contains(end) { readVariables(of: frames[end]) }
    guard text == nil else { return }
    text =
      frames.prefix(min(end + 1, Self.deepest)).lazy.flatMap(\.functions)
      .compactMap { ZigCheck.message(ofFunction: $0.name) }.first
  }

  // MARK: Arguments of known functions

  private mutating func read(_ frame: ReportFrame, _ reader: Reader) {
    guard let name = frame.functions.last?.name, let raw = frame.name else { return }
    switch raw {
    case "__assert_fail": readAssertion(reader, expression: 0, file: 1, line: 2, function: 3)
    case "__assert_func": readAssertion(reader, expression: 3, file: 0, line: 1, function: 2)
    case "__assert_rtn": readAssertion(reader, expression: 3, file: 1, line: 2, function: 0)
    case let raw where raw.contains("17_assertionFailure__4file4line"): readSwiftFailure(reader)
    default: readRustPanic(name, reader)
    }
  }

  private mutating func readAssertion(
    _ reader: Reader, expression: Int, file: Int, line: Int, function: Int
  ) {
    guard let expression = reader.string(atLocal: expression), !expression.isEmpty,
      let file = reader.string(atLocal: file), !file.isEmpty, let line = reader.local(line),
      (1...10_000_000).contains(line)
    else { return }
    text = "Assertion failed: \(expression)"
    let function = reader.string(atLocal: function).map { " in \($0)" } ?? ""
    findings.append("The assertion is at \(file):\(line)\(function).")
  }

  /// `_assertionFailure(_:_:file:line:flags:)` of Swift: each text is an address, a length and flags.
  private mutating func readSwiftFailure(_ reader: Reader) {
    guard let prefix = reader.text(0, 1), let file = reader.text(6, 7), let line = reader.local(9),
      (1...10_000_000).contains(line), let count = reader.local(4),
      let message = count == 0 ? "" : reader.text(3, 4)
    else { return }
    text = message.isEmpty ? prefix : "\(prefix): \(message)"
    findings.append("The failure is at \(file):\(line).")
  }

  private mutating func readRustPanic(_ name: String, _ reader: Reader) {
    guard name.hasPrefix("core::") || name.hasPrefix("std::") else { return }
    isPanic = isPanic || name.contains("panic")
    let function = name.split(separator: ":").last.map(String.init) ?? ""
    var found: (text: String?, location: Int)?
    switch function {
    case "panic", "expect_failed", "panic_str", "panic_nounwind", "panic_str_nounwind",
      "panic_str_2015", "begin_panic":
      found = (reader.text(0, 1), 2)
    case "unwrap_failed" where name.hasPrefix("core::option"):
      found = ("called `Option::unwrap()` on a `None` value", 0)
    case "unwrap_failed": found = (reader.text(0, 1).map { $0 + ": ..." }, 4)
    case "panic_bounds_check":
      guard let index = reader.local(0), let count = reader.local(1) else { return }
      found = ("index out of bounds: the len is \(count) but the index is \(index)", 2)
    case "panic_fmt": found = (reader.formatted(0), 1)
    default:
      if function.hasPrefix("panic_const_") { found = (Self.words(ofConstant: function), 0) }
    }
    guard let found, let location = reader.location(found.location) else { return }
    if let message = found.text { text = message }
    let finding = "The panic is at \(location)."
    if !findings.contains(finding) { findings.append(finding) }
  }

  /// The message of the panic for an operation, such as `panic_const_div_by_zero`.
  private static func words(ofConstant function: String) -> String? {
    let operation = function.dropFirst("panic_const_".count)
    switch operation {
    case "div_by_zero": return "attempt to divide by zero"
    case "rem_by_zero": return "attempt to calculate the remainder with a divisor of zero"
    case "add_overflow": return "attempt to add with overflow"
    case "sub_overflow": return "attempt to subtract with overflow"
    case "mul_overflow": return "attempt to multiply with overflow"
    case "div_overflow": return "attempt to divide with overflow"
    case "rem_overflow": return "attempt to calculate the remainder with overflow"
    case "neg_overflow": return "attempt to negate with overflow"
    case "shl_overflow": return "attempt to shift left with overflow"
    case "shr_overflow": return "attempt to shift right with overflow"
    default: return nil
    }
  }

  // MARK: Variables of functions that give up

  private mutating func readVariables(of frame: ReportFrame) {
    for function in frame.functions where function.origin == .runtime {
      let name = function.name.lowercased()
      guard ["panic", "assert", "fatal", "abort"].contains(where: { name.contains($0) }) else {
        continue
      }
      isPanic = true
      let message = function.variables.first {
        ["msg", "message", "expr", "expression"].contains($0.name) && !$0.isUncertain
          && $0.text?.contains("\"") == true
      }
      guard let value = message?.text, let start = value.firstIndex(of: "\""),
        let end = value.lastIndex(of: "\""), start < end
      else { continue }
      text = String(value[value.index(after: start)..<end])
      return
    }
  }

  // MARK: The log

  private static let logMarks = ["panicked at ", "Assertion failed", "Fatal error: ", "panic: "]

  /// Takes what the program logged last, if that tells of giving up and nothing better is known.
  mutating func search(_ hostCalls: [String]) {
    guard text == nil else { return }
    for call in hostCalls.prefix(8) {
      let starts = Self.logMarks.compactMap { call.firstRange(of: $0)?.lowerBound }
      guard let start = starts.min() else { continue }
      text = String(call[start...].prefix { $0 != "\"" }.prefix(Self.longest))
      return
    }
  }

  // MARK: Reading

  /// Reads what a frame's locals point to.
  private struct Reader {
    var frame: StoppedFrame
    var instance: any StoppedInstance

    /// A local that is a 32-bit number.
    func local(_ index: Int) -> UInt32? {
      guard !frame.isApproximate, frame.locals.indices.contains(index),
        case .i32(let bits)? = frame.locals[index]
      else { return nil }
      return bits
    }

    func word(_ address: UInt32) -> UInt32? {
      instance.bytes(at: UInt64(address), count: 4).map { bytes in
        bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
      }
    }

    /// Text of known length.
    func text(at address: UInt32, count: UInt32) -> String? {
      guard count <= ProgramMessage.longest,
        let bytes = instance.bytes(at: UInt64(address), count: Int(count))
      else { return nil }
      return plain(bytes)
    }

    /// The text that two locals tell address and length of.
    func text(_ address: Int, _ count: Int) -> String? {
      guard let address = local(address), let count = local(count), count > 0 else { return nil }
      return text(at: address, count: count)
    }

    /// Text that ends at a NUL.
    func string(atLocal index: Int) -> String? {
      guard let address = local(index), address != 0 else { return nil }
      var bytes: [UInt8] = []
      while bytes.count < ProgramMessage.longest {
        guard let next = instance.bytes(at: UInt64(address) + UInt64(bytes.count), count: 1)?.first
        else { return nil }
        if next == 0 { return plain(bytes) }
        bytes.append(next)
      }
      return nil
    }

    /// Text without control characters, or nothing.
    private func plain(_ bytes: [UInt8]) -> String? {
      guard let text = String(validating: bytes, as: UTF8.self),
        text.unicodeScalars.allSatisfy({
          $0.properties.generalCategory != .control || $0 == "\n" || $0 == "\t"
        })
      else { return nil }
      return text
    }

    /// The `core::panic::Location` that a local points to: a file's text, line and column.
    func location(_ index: Int) -> String? {
      guard let address = local(index), address < .max - 16, let file = word(address),
        let count = word(address + 4), (1...1024).contains(count), let line = word(address + 8),
        let column = word(address + 12), (1...10_000_000).contains(line),
        (1...100_000).contains(column), let path = text(at: file, count: count),
        path.hasSuffix(".rs")
      else { return nil }
      return "\(path):\(line):\(column)"
    }

    /// The text of the `core::fmt::Arguments` that a local points to, with `...` for values.
    ///
    /// Its parts are lists, each an address and a length: pieces of text, values, and perhaps
    /// how to format them. The pieces are one more than the values at most.
    func formatted(_ index: Int) -> String? {
      guard let address = local(index), address < .max - 24 else { return nil }
      let words = (0..<6).map { word(address + 4 * $0) }
      for start in [0, 2, 4] {
        guard let list = words[start], let count = words[start + 1], (1...64).contains(count),
          let pieces = pieces(at: list, count: count)
        else { continue }
        let others = [0, 2, 4].filter { $0 != start }.compactMap { words[$0 + 1] }
        guard others.contains(where: { $0 == count || $0 + 1 == count }) else { continue }
        let hasValueAtEnd = !others.contains(count - 1)
        return pieces.joined(separator: "...") + (hasValueAtEnd ? "..." : "")
      }
      return nil
    }

    private func pieces(at list: UInt32, count: UInt32) -> [String]? {
      var pieces: [String] = []
      for number in 0..<count {
        let (place, overflow) = list.addingReportingOverflow(8 * number)
        guard !overflow, place < .max - 8, let start = word(place), let length = word(place + 4),
          let piece = text(at: start, count: length)
        else { return nil }
        pieces.append(piece)
      }
      return pieces
    }
  }
}
