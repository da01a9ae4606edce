/// A small panel with a few choices, over the game.
public struct Menu: Sendable {
  /// What a choice does.
  public enum Choice: Sendable, Equatable {
    /// Back to the game.
    case resume
    /// The cart begins anew.
    case restart
    /// The window closes.
    case quit
    /// The watchdog gives the cart more time.
    case keepWaiting
    /// The watchdog stops the cart.
    case breakCart
  }

  private let title: String
  private let lines: [String]
  private let items: [(label: String, choice: Choice)]
  private var selected = 0
  private var geometry: TextGrid.Geometry?
  private var itemRows = 0..<0
  private var itemColumns = 0..<0
  /// Lines below the choices.
  private var footer: [String] = []

  /// The pause menu; the footer tells what else there is to be changed.
  public static func pause(notice: String? = nil, footer: [String] = []) -> Menu {
    var menu = Menu(
      title: "Paused", lines: notice.map { [$0] } ?? [],
      items: [("Resume", .resume), ("Restart", .restart), ("Quit", .quit)])
    menu.footer = footer
    return menu
  }

  /// The question of the watchdog.
  public static let watchdog = Menu(
    title: "The cart does not answer",
    lines: ["It has not come back from its callback", "for more than two seconds."],
    items: [("Keep waiting", .keepWaiting), ("Break", .breakCart), ("Quit", .quit)])

  /// Changes the lines below the choices.
  mutating func show(footer: [String]) { self.footer = footer }

  /// The choice that stands highlighted.
  public var current: Choice { items[selected].choice }

  /// What leaving the panel without a choice means: its first one.
  public var dismissal: Choice { items[0].choice }

  /// Moves the highlight, around the ends.
  public mutating func move(by steps: Int) {
    let count = items.count
    selected = ((selected + steps) % count + count) % count
  }

  /// Does what a key or button means here; gives the choice that it made.
  mutating func perform(_ action: ShellAction) -> Choice? {
    switch action {
    case .up: move(by: -1)
    case .down: move(by: 1)
    case .top: selected = 0
    case .bottom: selected = items.count - 1
    case .confirm: return current
    case .back: return dismissal
    default: break
    }
    return nil
  }

  /// Takes a click at a pixel of the window, which makes the choice under it.
  mutating func click(x: Int, y: Int) -> Choice? {
    guard let cell = geometry?.cell(x: x, y: y), itemColumns.contains(cell.column),
      itemRows.contains(cell.row)
    else { return nil }
    selected = cell.row - itemRows.lowerBound
    return current
  }

  /// Draws the panel for a window of this size.
  mutating func draw(
    width: Int, height: Int, fonts: inout FontShelf, buttonNames: ButtonNames?
  ) -> Canvas {
    let choice = fonts.choose(windowWidth: width, windowHeight: height, columns: 56, rows: 18)
    return draw(width: width, height: height, choice: choice, buttonNames: buttonNames).canvas
  }

  /// Draws the panel for a window of this size, with the hints for a controller if there is one.
  package mutating func draw(
    width: Int, height: Int, choice: FontShelf.Choice, buttonNames: ButtonNames? = nil
  ) -> TextGrid {
    var grid = TextGrid(width: width, height: height, choice: choice)
    grid.canvas.fill(x: 0, y: 0, width: width, height: height, color: Theme.lightVeil)
    let below = footer.isEmpty ? [] : [""] + footer
    let hint = Self.hint(buttonNames)
    let inner =
      max(
        hint.scalars.count,
        ([title] + lines + below + items.map { "> " + $0.label }).map(\.unicodeScalars.count).max()
          ?? 0)
    let panelWidth = min(grid.columns, inner + 6)
    let panelHeight = 2 + (lines.isEmpty ? 0 : lines.count + 1) + items.count + below.count + 3
    let column = (grid.columns - panelWidth) / 2
    let text = column + min(3, max(0, panelWidth - inner))
    var row = max(0, (grid.rows - panelHeight) / 2)
    grid.fill(
      column: column, row: row, columns: panelWidth, rows: panelHeight, color: Theme.panel)
    grid.fill(column: column, row: row, columns: panelWidth, rows: 1, color: Theme.bar)
    grid.write(title, column: text, row: row, color: Theme.accent)
    row += 2
    for line in lines {
      grid.write(line, column: text, row: row, color: Theme.text)
      row += 1
    }
    if !lines.isEmpty { row += 1 }
    geometry = grid.geometry
    itemRows = row..<row + items.count
    itemColumns = column..<column + panelWidth
    for (index, item) in items.enumerated() {
      let isSelected = index == selected
      if isSelected {
        grid.fill(column: column, row: row, columns: panelWidth, rows: 1, color: Theme.accent)
      }
      grid.write(
        (isSelected ? "> " : "  ") + item.label, column: text, row: row,
        color: isSelected ? Theme.ink : Theme.text)
      row += 1
    }
    for line in below {
      grid.write(line, column: text, row: row, color: Theme.text)
      row += 1
    }
    for part in hint.broken(to: panelWidth).prefix(1) {
      grid.write(part, column: text, row: row + 1)
    }
    return grid
  }

  /// Which keys and buttons choose and leave.
  private static func hint(_ names: ButtonNames?) -> StyledText {
    var hint = StyledText()
    for (key, action, word) in [
      ("Enter", ShellAction.confirm, "choose"), ("Esc", .back, "back"),
    ] {
      hint.pad(to: 0, gap: 3)
      hint.append(key, Theme.accent)
      if let button = names?.name(of: [action], focus: .menu) {
        hint.append("|" + button, Theme.good)
      }
      hint.append(" " + word, Theme.faint)
    }
    return hint
  }
}
