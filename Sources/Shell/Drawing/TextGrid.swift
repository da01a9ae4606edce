/// A canvas seen as rows and columns of character cells, centred in the window.
public struct TextGrid {
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
  }

  /// Writes one line from a cell on; what reaches beyond the last column is not drawn.
  public mutating func write(_ text: some StringProtocol, column: Int, row: Int, color: UInt32) {
    var at = column
    for scalar in text.unicodeScalars {
      guard at < columns else { return }
      if at >= 0, scalar != " " {
        canvas.draw(
          scalar, font: choice.font, scale: choice.scale,
          x: left + at * cellWidth, y: top + row * cellHeight, color: color)
      }
      at += 1
    }
  }

  /// Fills a block of cells; `bleed` widens it to the window's edges on both sides.
  public mutating func fill(
    column: Int, row: Int, columns: Int, rows: Int, color: UInt32, bleed: Bool = false
  ) {
    canvas.fill(
      x: bleed ? 0 : left + column * cellWidth, y: top + row * cellHeight,
      width: bleed ? canvas.width : columns * cellWidth, height: rows * cellHeight, color: color)
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

  /// Draws a thin line under a row of cells, from one column up to another.
  public mutating func underline(row: Int, from: Int, to: Int, color: UInt32) {
    let thickness = max(1, cellHeight / 16)
    canvas.fill(
      x: left + from * cellWidth, y: top + (row + 1) * cellHeight - thickness,
      width: (to - from) * cellWidth, height: thickness, color: color)
  }
}

/// Breaks a line at spaces so that no part is longer than `width` cells.
///
/// Parts after the first are indented by `indent` cells; a word longer than a line is cut.
public func wrap(_ line: String, width: Int, indent: Int) -> [String] {
  let width = max(8, width)
  let indent = min(indent, width / 2)
  var parts: [String] = []
  var rest = Array(line.unicodeScalars)
  while true {
    let room = parts.isEmpty ? width : width - indent
    let padding = parts.isEmpty ? "" : String(repeating: " ", count: indent)
    var part = String.UnicodeScalarView()
    guard rest.count > room else {
      part.append(contentsOf: rest)
      parts.append(padding + String(part))
      return parts
    }
    // A break in the leading blanks of the line would make an empty part.
    let firstWord = rest.firstIndex { $0 != " " } ?? 0
    let space = rest[...room].lastIndex(of: " ")
    let end = space.flatMap { $0 > firstWord ? $0 : nil } ?? room
    part.append(contentsOf: rest[..<end])
    parts.append(padding + String(part))
    rest.removeFirst(end)
    while rest.first == " " { rest.removeFirst() }
  }
}
