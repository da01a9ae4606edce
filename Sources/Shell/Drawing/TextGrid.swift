/// A canvas seen as rows and columns of character cells, centred in the window.
public struct TextGrid {
  /// Where the cells are, without what stands in them.
  public struct Geometry: Sendable, Equatable {
    /// Left edge of the first column in pixels.
    public var left: Int
    /// Upper edge of the first row in pixels.
    public var top: Int
    /// Width of a cell in pixels.
    public var cellWidth: Int
    /// Height of a cell in pixels.
    public var cellHeight: Int

    /// The cell that a pixel belongs to; nil before the first.
    public func cell(x: Int, y: Int) -> (column: Int, row: Int)? {
      guard x >= left, y >= top else { return nil }
      return ((x - left) / cellWidth, (y - top) / cellHeight)
    }
  }

  /// What is drawn on.
  public var canvas: Canvas
  /// Whole cells side by side.
  public let columns: Int
  /// Whole cells one below the other.
  public let rows: Int
  /// Width of a cell in canvas pixels.
  public let cellWidth: Int
  /// Height of a cell in canvas pixels.
  public let cellHeight: Int
  private let choice: FontShelf.Choice
  private let left: Int
  private let top: Int
  /// What stands in each cell, row by row; nil where nothing does, 0 beside a large character.
  private var cells: [Unicode.Scalar?]
  /// Characters that cannot be seen because they found no room or something was put over them.
  public private(set) var lostCount = 0

  /// A grid over a fresh transparent canvas of the window's size.
  public init(width: Int, height: Int, choice: FontShelf.Choice) {
    canvas = Canvas(width: width, height: height)
    self.choice = choice
    cellWidth = choice.font.width * choice.scale
    cellHeight = choice.font.height * choice.scale
    columns = max(1, canvas.width / cellWidth)
    rows = max(1, canvas.height / cellHeight)
    left = (canvas.width - columns * cellWidth) / 2
    top = (canvas.height - rows * cellHeight) / 2
    cells = [Unicode.Scalar?](repeating: nil, count: columns * rows)
  }

  /// The text that stands in a row, without blanks at its end.
  public func text(row: Int) -> String {
    guard (0..<rows).contains(row) else { return "" }
    let scalars = cells[row * columns..<(row + 1) * columns].filter { $0 != "\0" }
    let end = scalars.lastIndex { $0 != nil }.map { $0 + 1 } ?? 0
    return String(String.UnicodeScalarView(scalars[..<end].map { $0 ?? " " }))
  }

  /// Where the cells are.
  public var geometry: Geometry {
    Geometry(left: left, top: top, cellWidth: cellWidth, cellHeight: cellHeight)
  }

  /// Writes one line from a cell on; what reaches beyond the last column is not drawn.
  ///
  /// - Parameters:
  ///   - text: One line.
  ///   - column: Cell of the first character.
  ///   - row: Cell of the line.
  ///   - color: 0xAARRGGBB.
  ///   - size: Cells that a character takes in both directions.
  public mutating func write(
    _ text: some StringProtocol, column: Int, row: Int, color: UInt32, size: Int = 1
  ) {
    var at = column
    for scalar in text.unicodeScalars {
      defer { at += size }
      if scalar == " " { continue }
      guard at >= 0, at + size <= columns, row >= 0, row + size <= rows else {
        lostCount += 1
        continue
      }
      clear(columns: at..<at + size, rows: row..<row + size)
      for y in row..<row + size {
        for x in at..<at + size { cells[y * columns + x] = "\0" }
      }
      cells[row * columns + at] = scalar
      canvas.draw(
        scalar, font: choice.font, scale: choice.scale * size,
        x: left + at * cellWidth, y: top + row * cellHeight, color: color)
    }
  }

  /// Fills a block of cells; `bleed` widens it to the window's edges on both sides.
  public mutating func fill(
    column: Int, row: Int, columns: Int, rows: Int, color: UInt32, bleed: Bool = false
  ) {
    clear(columns: column..<max(column, column + columns), rows: row..<max(row, row + rows))
    canvas.fill(
      x: bleed ? 0 : left + column * cellWidth, y: top + row * cellHeight,
      width: bleed ? canvas.width : columns * cellWidth, height: rows * cellHeight, color: color)
  }

  /// Forgets what stands in some cells.
  private mutating func clear(columns: Range<Int>, rows: Range<Int>) {
    for row in rows.clamped(to: 0..<self.rows) {
      for column in columns.clamped(to: 0..<self.columns) {
        let index = row * self.columns + column
        if let scalar = cells[index], scalar != "\0" { lostCount += 1 }
        cells[index] = nil
      }
    }
  }

  /// Fills from the window's upper edge down to the top of a row of cells.
  public mutating func fillAbove(row: Int, color: UInt32) {
    canvas.fill(x: 0, y: 0, width: canvas.width, height: top + row * cellHeight, color: color)
  }

  /// Fills from the top of a row of cells down to the window's lower edge.
  public mutating func fillBelow(row: Int, color: UInt32) {
    let start = top + row * cellHeight
    canvas.fill(
      x: 0, y: start, width: canvas.width, height: canvas.height - start, color: color)
  }

  /// Draws a scroll bar in a column of cells.
  ///
  /// - Parameters:
  ///   - rows: The rows it stands beside.
  ///   - column: The column.
  ///   - first: First visible line.
  ///   - visible: Count of visible lines.
  ///   - total: Count of all lines.
  ///   - color: 0xAARRGGBB.
  public mutating func scrollBar(
    rows: Range<Int>, column: Int, first: Int, visible: Int, total: Int, color: UInt32
  ) {
    guard total > visible else { return }
    let height = rows.count * cellHeight
    let thumb = max(cellHeight / 2, height * visible / total)
    let y = top + rows.lowerBound * cellHeight + (height - thumb) * first / (total - visible)
    let width = max(2, cellWidth / 3)
    canvas.fill(
      x: left + (column + 1) * cellWidth - width, y: y, width: width, height: thumb, color: color)
  }
}

/// Breaks a line so that no part is longer than `width` cells.
///
/// It breaks at spaces, whose blanks then belong to no part; a word that no line could hold is cut,
/// behind a slash if there is one.
///
/// - Parameters:
///   - line: The scalars of the line.
///   - width: Cells of the first part, at least 8.
///   - indent: Cells that the parts after the first are narrower by.
/// - Returns: The parts as ranges of `line`, at least one.
public func wrap(_ line: [Unicode.Scalar], width: Int, indent: Int) -> [Range<Int>] {
  let width = max(8, width)
  let laterWidth = width - min(indent, width / 2)
  var parts: [Range<Int>] = []
  var start = 0
  while true {
    let room = parts.isEmpty ? width : laterWidth
    guard line.count - start > room else {
      parts.append(start..<line.count)
      return parts
    }
    let end = breakPoint(line, start: start, limit: start + room, laterWidth: laterWidth)
    parts.append(start..<end)
    start = end
    while start < line.count, line[start] == " " { start += 1 }
  }
}

/// Where a part that begins at `start` ends, beyond `start` and not beyond `limit`.
private func breakPoint(
  _ line: [Unicode.Scalar], start: Int, limit: Int, laterWidth: Int
) -> Int {
  // A break in the blanks that lead the part would leave it empty.
  let firstWord = line[start...].firstIndex { $0 != " " } ?? start
  let space = line[start...limit].lastIndex(of: " ") ?? start
  let wordEnd = line[limit...].firstIndex(of: " ") ?? line.count
  if space > firstWord, wordEnd - space - 1 <= laterWidth { return space }
  let slash = line[start..<limit].lastIndex(of: "/") ?? start
  return slash > max(firstWord, space) ? slash + 1 : limit
}
