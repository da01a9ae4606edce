/// Bytes of a text that are written in one mode.
///
/// Source: ISO/IEC 18004 section 7.4; how a text is divided: firefly.md 3.12.
struct QRSegment: Equatable {
  /// From the narrowest to the widest; Kanji stands beside.
  enum Mode: Equatable {
    case numeric
    case alphanumeric
    case byte
    case kanji

    /// Four bits that begin a segment.
    var indicator: Int {
      switch self {
      case .numeric: 1
      case .alphanumeric: 2
      case .byte: 4
      case .kanji: 8
      }
    }

    /// Bits of the length of a segment.
    func lengthBits(_ version: QRVersion) -> Int {
      let step = version.number < 10 ? 0 : version.number < 27 ? 1 : 2
      return switch self {
      case .numeric: 10 + 2 * step
      case .alphanumeric: 9 + 2 * step
      case .byte: step == 0 ? 8 : 16
      case .kanji: 8 + 2 * step
      }
    }

    /// The narrowest mode that can hold what either can.
    func covering(_ other: Mode) -> Mode {
      if self == other { return self }
      if self == .kanji || other == .kanji || self == .byte || other == .byte { return .byte }
      return .alphanumeric
    }
  }

  var mode: Mode
  /// Of the text's bytes.
  var range: Range<Int>

  /// Bits that the segment takes in a code.
  func bits(_ version: QRVersion) -> Int {
    let count = range.count
    let data =
      switch mode {
      case .numeric: count / 3 * 10 + [0, 4, 7][count % 3]
      case .alphanumeric: count / 2 * 11 + count % 2 * 6
      case .byte: 8 * count
      case .kanji: count / 2 * 13
      }
    return 4 + mode.lengthBits(version) + data
  }

  /// The text in runs of one mode each, as long as they can be.
  static func runs(_ text: UnsafeRawBufferPointer) -> [QRSegment] {
    var runs: [QRSegment] = []
    var start = 0
    while start < text.count {
      let kind = Kind(text, at: start)
      var end = start + kind.size
      while kind.joins, end < text.count, Kind(text, at: end) == kind { end += kind.size }
      runs.append(QRSegment(mode: kind.mode, range: start..<end))
      start = end
    }
    return runs
  }

  /// Joins neighbours from left to right as long as that makes nothing longer.
  static func merged(_ runs: [QRSegment], _ version: QRVersion) -> [QRSegment] {
    var result: [QRSegment] = []
    for run in runs {
      if let last = result.last {
        let joined = QRSegment(
          mode: last.mode.covering(run.mode),
          range: last.range.lowerBound..<run.range.upperBound)
        if last.bits(version) + run.bits(version) >= joined.bits(version) {
          result[result.count - 1] = joined
          continue
        }
      }
      result.append(run)
    }
    return result
  }
}

/// What stands at a place of a text.
private enum Kind: Equatable {
  case digit
  case letter
  case byte
  /// Two bytes of Shift JIS.
  case pair
  /// The first byte of a pair without a second one; a run of its own.
  case half

  init(_ text: UnsafeRawBufferPointer, at place: Int) {
    let next = place + 1 < text.count ? text[place + 1] : 0
    switch text[place] {
    case 0x30...0x39: self = .digit
    case 0x41...0x5A, 0x20, 0x24, 0x25, 0x2A, 0x2B, 0x2D...0x2F, 0x3A: self = .letter
    case 0x81...0x9F, 0xE0...0xEA:
      self = 0x40...0x7E ~= next || 0x80...0xFC ~= next ? .pair : .half
    case 0xEB: self = 0x40...0x7E ~= next || 0x80...0xBF ~= next ? .pair : .half
    default: self = .byte
    }
  }

  var size: Int { self == .pair ? 2 : 1 }
  var joins: Bool { self != .half }

  var mode: QRSegment.Mode {
    switch self {
    case .digit: .numeric
    case .letter: .alphanumeric
    case .byte, .half: .byte
    case .pair: .kanji
    }
  }
}
