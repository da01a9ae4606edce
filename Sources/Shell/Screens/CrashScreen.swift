import Postmortem

/// The screen after a crash: the report at window resolution, scrolled and acted upon.
///
/// It only draws what it was given: no code of the cart runs for it.
public struct CrashScreen {
  private let report: TextReport
  private var first = 0
  private var visibleCount = 1
  private var totalCount = 1
  private var status: String?

  /// Whether the footer speaks of controller buttons rather than keys.
  public var usesController = false

  /// A screen for this report, scrolled to the top.
  public init(report: TextReport) { self.report = report }

  /// The whole report as text.
  public var text: String { report.text }

  /// Shows a message above the footer; nil takes it away.
  public mutating func show(status: String?) { self.status = status }

  /// Moves by lines, downwards for positive numbers; it stops at both ends.
  public mutating func scroll(by lines: Int) {
    let target = first.addingReportingOverflow(lines)
    let wanted = target.overflow ? totalCount : target.partialValue
    first = max(0, min(totalCount - visibleCount, wanted))
  }

  /// Moves by a screenful less one line.
  public mutating func scroll(byPages pages: Int) { scroll(by: pages * max(1, visibleCount - 1)) }

  /// Moves to the first line.
  public mutating func scrollToTop() { first = 0 }

  /// Moves to the last line.
  public mutating func scrollToBottom() { first = max(0, totalCount - visibleCount) }

  /// Draws the screen for a window of this size.
  public mutating func draw(width: Int, height: Int, choice: FontShelf.Choice) -> Canvas {
    var grid = TextGrid(width: width, height: height, choice: choice)
    grid.canvas.fill(x: 0, y: 0, width: width, height: height, color: Theme.veil)
    let bodyTop = drawTitle(in: &grid)
    let body = bodyTop..<max(bodyTop + 1, grid.rows - 2)
    drawBody(in: &grid, rows: body)
    drawFooter(in: &grid)
    return grid.canvas
  }

  /// Draws the title bar; returns the first row below it and its gap.
  private func drawTitle(in grid: inout TextGrid) -> Int {
    guard let line = report.lines.first else { return 0 }
    let (headline, id) = split(line)
    let size = grid.rows >= 24 && headline.count * 2 + 4 <= grid.columns ? 2 : 1
    let fitsBeside = size * headline.count + id.count + 6 <= grid.columns
    let barRows = (size == 2 ? 4 : 1) + (fitsBeside ? 0 : 1)
    grid.fillAbove(row: barRows, color: Theme.alarm)
    let row = size == 2 ? 1 : 0
    grid.write(headline, column: 2, row: row, color: Theme.strong, size: size)
    grid.write(
      id, column: fitsBeside ? 2 + size * (headline.unicodeScalars.count + 1) : 2,
      row: fitsBeside ? row + size - 1 : row + size, color: Theme.faintOnAlarm)
    return barRows + 1
  }

  private mutating func drawBody(in grid: inout TextGrid, rows: Range<Int>) {
    struct Part {
      var line: TextReport.Line
      var scalars: [Unicode.Scalar]
      var range: Range<Int>
      var indent: Int
    }
    let margin = 2
    var parts: [Part] = []
    for line in report.lines.dropFirst() {
      let scalars = Array(line.text.unicodeScalars)
      let indent = Self.indent(of: line)
      for range in wrap(scalars, width: grid.columns - 2 * margin, indent: indent) {
        let isFirst = range.lowerBound == 0
        parts.append(
          Part(line: line, scalars: scalars, range: range, indent: isFirst ? 0 : indent))
      }
    }
    totalCount = parts.count
    visibleCount = min(rows.count, totalCount)
    scroll(by: 0)
    for (offset, part) in parts[first..<first + visibleCount].enumerated() {
      let color = Self.color(of: part.line.role)
      for (column, index) in part.range.enumerated() {
        let isFaint = part.line.faint.contains { $0.contains(index) }
        grid.write(
          String(part.scalars[index]), column: margin + part.indent + column,
          row: rows.lowerBound + offset, color: isFaint ? Theme.faint : color)
      }
    }
    grid.scrollBar(
      rows: rows, first: first, visible: visibleCount, total: totalCount, color: Theme.faint)
  }

  private func drawFooter(in grid: inout TextGrid) {
    let row = grid.rows - 1
    grid.fillBelow(row: row, color: Theme.bar)
    if let status { grid.write(status, column: 2, row: row - 1, color: Theme.good) }
    let hints = usesController ? Self.controllerHints : Self.keyHints
    let length = hints.reduce(0) { $0 + $1.key.count + $1.word.count + 1 }
    let room = grid.columns - 4 - length
    let gap = max(1, min(4, room / (hints.count - 1)))
    var column = 2
    for hint in hints {
      grid.write(hint.key, column: column, row: row, color: Theme.accent)
      grid.write(hint.word, column: column + hint.key.count + 1, row: row, color: Theme.text)
      column += hint.key.count + hint.word.count + 1 + gap
    }
  }

  private static let keyHints: [(key: String, word: String)] = [
    ("R", "restart"), ("C", "copy"), ("S", "save"), ("Up/Down PgUp/PgDn", "scroll"),
    ("Q", "quit"),
  ]

  private static let controllerHints: [(key: String, word: String)] = [
    ("A", "restart"), ("X", "copy"), ("Y", "save"), ("Up/Down LB/RB", "scroll"),
    ("B", "quit"),
  ]

  private func split(_ line: TextReport.Line) -> (main: String, faint: String) {
    let scalars = Array(line.text.unicodeScalars)
    let start = min(scalars.count, line.faint.first?.lowerBound ?? scalars.count)
    let tail = scalars[start...].drop { $0 == " " }
    return (
      String(String.UnicodeScalarView(scalars[..<start])), String(String.UnicodeScalarView(tail))
    )
  }

  private static func indent(of line: TextReport.Line) -> Int {
    switch line.role {
    case .fact: line.faint.isEmpty ? 4 : 10
    case .frame: 8
    case .source, .markedSource: 8
    case .title, .explanation, .heading, .aside, .hint, .blank: 0
    }
  }

  private static func color(of role: TextReport.Role) -> UInt32 {
    switch role {
    case .title, .frame, .markedSource: Theme.strong
    case .explanation, .fact, .source: Theme.text
    case .heading: Theme.accent
    case .aside, .blank: Theme.faint
    case .hint: Theme.hint
    }
  }
}
