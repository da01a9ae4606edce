/// What the keys and buttons do, in as many rows as it takes.
struct KeyHints {
  private struct Hint {
    var keys: String
    var actions: [ShellAction]
    var word: String
  }

  private static let table = [
    Hint(keys: "Up/Down", actions: [.up, .down], word: "frame"),
    Hint(keys: "PgUp/PgDn", actions: [.pageUp, .pageDown], word: "scroll"),
    Hint(keys: "Shift+Pg", actions: [.listPageUp, .listPageDown], word: "page of frames"),
    Hint(keys: "Left/Right", actions: [.fold, .unfold], word: "fold"),
    Hint(keys: "C", actions: [.copy], word: "copy"),
    Hint(keys: "S", actions: [.save], word: "save"),
    Hint(keys: "O", actions: [.openSource], word: "source"),
    Hint(keys: "R", actions: [.restart], word: "restart"),
    Hint(keys: "Q", actions: [.quit], word: "quit"),
  ]

  /// The rows, each no longer than the width they were made for, if a hint fits at all.
  let rows: [StyledText]

  /// Hints for a screen of this width.
  ///
  /// - Parameters:
  ///   - width: Cells of a row.
  ///   - names: What the buttons of the controller are called; nil if there is none.
  ///   - hasFolds: Whether there is anything to fold.
  ///   - hasPages: Whether there are more frames than can be seen.
  init(width: Int, names: ButtonNames?, hasFolds: Bool, hasPages: Bool) {
    var known: Set<String> = []
    let hints = Self.table.filter {
      ($0.actions != [.fold, .unfold] || hasFolds)
        && ($0.actions != [.listPageUp, .listPageDown] || hasPages)
    }.map { hint in
      var text = StyledText(hint.keys, Theme.accent)
      // A name that stands beside one hint already tells nothing beside another.
      if let button = names?.name(of: hint.actions, focus: .crash), known.insert(button).inserted {
        text.append("|" + button, Theme.good)
      }
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

extension ButtonNames {
  /// The names of the buttons for some actions, each once; nil if no button does them.
  func name(of actions: [ShellAction], focus: Keymap.Focus) -> String? {
    var names: [String] = []
    for action in actions {
      guard let input = Keymap.padInput(for: action, focus: focus) else { return nil }
      let name = name(of: input)
      if !names.contains(name) { names.append(name) }
    }
    return names.joined(separator: "/")
  }
}
