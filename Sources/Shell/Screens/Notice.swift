/// A line at the window's lower edge that goes away by itself.
struct Notice {
  var text: String
  /// When it goes, in nanoseconds of the monotonic clock.
  var end: UInt64

  /// Shown for three seconds from now.
  init(_ text: String, now: UInt64) {
    self.text = text
    end = now &+ 3_000_000_000
  }

  func draw(width: Int, height: Int, choice: FontShelf.Choice) -> Canvas {
    var grid = TextGrid(width: width, height: height, choice: choice)
    let length = min(grid.columns, text.unicodeScalars.count + 4)
    let column = (grid.columns - length) / 2
    let row = max(0, grid.rows - 2)
    grid.fill(column: column, row: row, columns: length, rows: 1, color: Theme.panel)
    grid.write(text, column: column + 2, row: row, color: Theme.text)
    return grid.canvas
  }
}
