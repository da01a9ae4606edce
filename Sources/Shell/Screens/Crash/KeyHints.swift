/// What the keys and buttons do, in as many rows as it takes.
struct KeyHints {
  private struct Hint {
    var key: String
    var button: String
    var word: String
  }

  private static let table = [
    Hint(key: "Up/Down", button: "D-pad", word: "frame"),
    Hint(key: "PgUp/PgDn", button: "LB/RB", word: "scroll"),
    Hint(key: "Left/Right", button: "", word: "fold"),
    Hint(key: "C", button: "X", word: "copy"),
    Hint(key: "S", button: "Y", word: "save"),
    Hint(key: "O", button: "Start", word: "source"),
    Hint(key: "R", button: "A", word: "restart"),
    Hint(key: "Q", button: "B", word: "quit"),
  ]

  /// The rows, each no longer than the width they were made for, if a hint fits at all.
  let rows: [StyledText]

  /// Hints for a screen of this width.
  ///
  /// - Parameters:
  ///   - width: Cells of a row.
  ///   - hasController: Whether to name buttons beside the keys.
  ///   - hasFolds: Whether there is anything to fold.
  init(width: Int, hasController: Bool, hasFolds: Bool) {
    let hints = Self.table.filter { $0.word != "fold" || hasFolds }.map { hint in
      var text = StyledText(hint.key, Theme.accent)
      if hasController, !hint.button.isEmpty { text.append("|" + hint.button, Theme.good) }
      text.append(" " + hint.word, Theme.text)
      return text
    }
    var groups: [[StyledText]] = []
    var used = 0
    for hint in hints {
      if groups.isEmpty || used + 2 + hint.scalars.count > width {
        groups.append([])
        used = -2
      }
      groups[groups.count - 1].append(hint)
      used += 2 + hint.scalars.count
    }
    rows = groups.map { group in
      let length = group.reduce(0) { $0 + $1.scalars.count }
      let gap = max(2, min(4, (width - length) / max(1, group.count - 1)))
      return group.reduce(into: StyledText()) { row, hint in
        row.pad(to: 0, gap: gap)
        row.append(hint)
      }
    }
  }
}
