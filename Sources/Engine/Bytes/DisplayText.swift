extension String {
  /// Text from an untrusted source, made fit for a terminal or a window.
  ///
  /// Invalid UTF-8, control characters, line separators and characters that change the writing
  /// direction become U+FFFD; text over `limit` bytes is cut off with an ellipsis.
  public init(displaying bytes: some Collection<UInt8>, limit: Int = 512) {
    let isCut = bytes.count > limit
    // Nearly all text is this.
    if !isCut, bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) {
      self = String(decoding: bytes, as: UTF8.self)
      return
    }
    var text = ""
    for scalar in String(decoding: bytes.prefix(limit), as: UTF8.self).unicodeScalars {
      text.unicodeScalars.append(scalar.isSafeToDisplay ? scalar : "\u{FFFD}")
    }
    if isCut {
      // The cut may have split a character, which decoding made U+FFFD.
      if text.unicodeScalars.last == "\u{FFFD}" { text.unicodeScalars.removeLast() }
      text += "…"
    }
    self = text
  }
}

extension Unicode.Scalar {
  /// Whether printing this scalar leaves the cursor's line and direction alone.
  fileprivate var isSafeToDisplay: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
      .unassigned:
      false
    default: true
    }
  }
}
