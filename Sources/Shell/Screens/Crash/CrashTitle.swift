import Postmortem

/// The headline across the window: what the program said or what kind of crash it was, and the id.
struct CrashTitle {
  private static let largestRowCount = 3

  private let headline: String
  private let id: String
  /// The headline in small characters, where it does not fit in large ones.
  private let parts: [StyledText.Part]
  /// Empty rows above and below.
  private let padding: Int

  /// Rows that it takes.
  var rowCount: Int { (parts.isEmpty ? 2 : parts.count) + 2 * padding }

  /// A headline for this many columns, in a window of so many rows.
  init(_ report: CrashReport, columns: Int, rows: Int) {
    id = "[\(report.kind.id)]"
    padding = rows >= 28 ? 1 : 0
    let title = report.title
    if rows >= 28, 2 * title.unicodeScalars.count + 2 + id.count <= columns {
      headline = title
      parts = []
      return
    }
    let limit = max(8, min(Self.largestRowCount, max(1, rows / 8)) * (columns - 8) - id.count)
    headline = shortened(title, to: limit)
    var line = StyledText(headline, Theme.strong)
    line.append(" " + id, Theme.faintOnAlarm)
    parts = line.broken(to: columns)
  }

  /// Draws the headline on an alarming ground.
  func draw(in grid: inout TextGrid, at block: CrashLayout.Block) {
    grid.fillAbove(row: block.rows.upperBound, color: Theme.alarm)
    let column = block.columns.lowerBound
    let rows = block.rows.dropFirst(padding)
    guard parts.isEmpty else {
      for (row, part) in zip(rows, parts) { grid.write(part, column: column, row: row) }
      return
    }
    guard let row = rows.first else { return }
    grid.write(headline, column: column, row: row, color: Theme.strong, size: 2)
    grid.write(
      id, column: column + 2 * headline.unicodeScalars.count + 2, row: row + 1,
      color: Theme.faintOnAlarm)
  }
}
