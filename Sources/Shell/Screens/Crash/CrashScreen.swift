import Postmortem

/// The screen after a crash: what happened, the backtrace, and source and variables of the selected
/// function, at window resolution.
///
/// It only draws what it was given: no code of the cart runs for it, and no file is read.
public struct CrashScreen {
  /// The crash that it tells about.
  public private(set) var report: CrashReport
  /// The backtrace with its selected row.
  public private(set) var list: FrameList
  /// What the buttons of the controller are called that is there; nil if none is.
  package var buttonNames: ButtonNames?
  /// Whether more is to come about this crash.
  public var isGathering = false

  private var listScroll = ScrollPosition()
  private var detailScroll = ScrollPosition()
  /// Whether the reader has chosen a row, which then stays selected.
  private var hasMoved = false
  private var status: String?
  private var layout: CrashLayout?
  private var geometry: TextGrid.Geometry?

  /// A screen for this report, with the row selected that it proposes.
  public init(report: CrashReport) {
    self.report = report
    list = FrameList(report)
  }

  /// Shows a report that knows more about the same crash; what the reader looks at stays selected.
  public mutating func replace(report: CrashReport) {
    let row = list.rows.indices.contains(list.selection) ? list.rows[list.selection] : nil
    self.report = report
    list = FrameList(report)
    detailScroll = ScrollPosition()
    if hasMoved, case .function(let frame, _) = row?.content { list.select(frame: frame) }
  }

  /// The whole report as text.
  public var text: String { TextReport(report).text }

  /// The source file of the selected row where it was found, and the line; else nil.
  public var source: (path: String, line: Int)? {
    guard list.rows.indices.contains(list.selection),
      case .function(let frame, let function) = list.rows[list.selection].content,
      let excerpt = report.frames[frame].functions[function].excerpt
    else { return nil }
    return (excerpt.path, excerpt.markedLine)
  }

  // MARK: Actions

  /// Shows a message above the footer; nil takes it away.
  public mutating func show(status: String?) { self.status = status }

  /// Selects another row of the backtrace, downwards for positive numbers.
  public mutating func move(by rows: Int) { changeSelection { $0.move(by: rows) } }

  /// Selects a row of the backtrace that is a screenful less one row away.
  public mutating func move(byPages pages: Int) {
    move(by: pages * max(1, listScroll.visible - 1))
  }

  /// Selects the first row.
  public mutating func moveToTop() { move(by: .min) }

  /// Selects the last row.
  public mutating func moveToBottom() { move(by: .max) }

  /// Selects the last row, or the first if the last is selected.
  public mutating func moveToOtherEnd() {
    move(by: list.selection + 1 < list.rows.count ? .max : .min)
  }

  /// Shows what the selected row stands for.
  public mutating func unfold() { changeSelection { $0.unfold() } }

  /// Folds away what the selected row belongs to.
  public mutating func fold() { changeSelection { $0.fold() } }

  /// Folds or unfolds.
  public mutating func toggleFold() { changeSelection { $0.toggleFold() } }

  /// Moves source and variables by lines, downwards for positive numbers.
  public mutating func scroll(by lines: Int) { detailScroll.scroll(by: lines) }

  /// Moves source and variables by a screenful less one line.
  public mutating func scroll(byPages pages: Int) { detailScroll.scroll(byPages: pages) }

  /// Moves source and variables to the first line.
  public mutating func scrollToTop() { detailScroll.scroll(by: .min) }

  /// Moves source and variables to the last line.
  public mutating func scrollToBottom() { detailScroll.scroll(by: .max) }

  /// Moves source and variables to the last line, or from there to the first.
  public mutating func scrollToOtherEnd() { detailScroll.scrollToOtherEnd() }

  /// Selects the row at a pixel of the window, or unfolds it if it stands for others.
  public mutating func click(x: Int, y: Int) {
    guard let layout, let cell = geometry?.cell(x: x, y: y),
      layout.frames.body.contains(column: cell.column, row: cell.row)
    else { return }
    let row = listScroll.first + cell.row - layout.frames.body.rows.lowerBound
    guard list.rows.indices.contains(row) else { return }
    changeSelection {
      $0.select(row)
      if case .folded = $0.rows[row].content { $0.unfold() }
    }
  }

  /// Turns the wheel at a pixel of the window: it moves the selection over the backtrace, else
  /// source and variables.
  public mutating func turnWheel(x: Int, y: Int, by steps: Int) {
    if let layout, let cell = geometry?.cell(x: x, y: y),
      layout.frames.contains(column: cell.column, row: cell.row)
    {
      move(by: steps)
    } else {
      scroll(by: 3 * max(-100, min(100, steps)))
    }
  }

  private mutating func changeSelection(_ change: (inout FrameList) -> Void) {
    let before = list.rows.indices.contains(list.selection) ? list.rows[list.selection] : nil
    change(&list)
    hasMoved = true
    guard list.rows.indices.contains(list.selection), list.rows[list.selection] != before else {
      return
    }
    detailScroll = ScrollPosition()
  }

  // MARK: Drawing

  /// Draws the screen for a window of this size.
  public mutating func draw(width: Int, height: Int, choice: FontShelf.Choice) -> TextGrid {
    var grid = TextGrid(width: width, height: height, choice: choice)
    grid.canvas.fill(x: 0, y: 0, width: width, height: height, color: Theme.veil)
    let inner = max(1, grid.columns - 4)
    let title = CrashTitle(report, columns: inner, rows: grid.rows)
    let summary = CrashSummary(report, isGathering: isGathering)
      .rows(width: inner, limit: grid.rows / 4)
    let calls = report.hostCalls.flatMap {
      FrameDetails.hostCall($0).broken(to: CrashLayout.leftWidth(columns: grid.columns))
    }
    func arrange(hasPages: Bool) -> (CrashLayout, KeyHints) {
      let keys = KeyHints(
        width: inner, names: buttonNames, hasFolds: list.hasFolds, hasPages: hasPages)
      let layout = CrashLayout(
        columns: grid.columns, rows: grid.rows,
        wishes: CrashLayout.Wishes(
          title: title.rowCount, summary: summary.count, frames: max(1, list.rows.count),
          calls: calls.count, keys: keys.rows.count))
      return (layout, keys)
    }
    var (layout, keys) = arrange(hasPages: false)
    if layout.frames.body.rows.count < list.rows.count {
      (layout, keys) = arrange(hasPages: true)
    }
    title.draw(in: &grid, at: layout.title)
    for (row, part) in zip(layout.summary.rows, summary) {
      grid.write(part, column: layout.summary.columns.lowerBound, row: row)
    }
    drawFrames(in: &grid, at: layout.frames)
    drawDetails(in: &grid, at: layout.details, hasCalls: layout.calls != nil)
    if let block = layout.calls {
      drawHeading("Last host calls, newest first", note: "", in: &grid, at: block)
      for (call, row) in zip(calls, block.body.rows) {
        grid.write(call, column: block.columns.lowerBound, row: row)
      }
    }
    drawMessage(in: &grid, at: layout.message)
    if let row = layout.keys.rows.first { grid.fillBelow(row: row, color: Theme.bar) }
    for (row, text) in zip(layout.keys.rows, keys.rows) {
      for part in text.broken(to: layout.keys.columns.count).prefix(1) {
        grid.write(part, column: layout.keys.columns.lowerBound, row: row)
      }
    }
    self.layout = layout
    geometry = grid.geometry
    return grid
  }

  private mutating func drawFrames(in grid: inout TextGrid, at block: CrashLayout.Block) {
    let count = list.rows.count
    drawHeading(
      "Backtrace, youngest first", note: count > 1 ? "\(list.selection + 1)/\(count)" : "",
      in: &grid, at: block)
    let body = block.body
    listScroll.fit(visible: body.rows.count, total: count)
    listScroll.reveal(list.selection)
    let table = FrameTable(
      list.rows[listScroll.range], of: report, width: body.columns.count - 1)
    for (offset, row) in zip(listScroll.range, body.rows) {
      let isSelected = offset == list.selection
      if isSelected {
        grid.fill(
          column: max(0, body.columns.lowerBound - 1), row: row, columns: body.columns.count + 1,
          rows: 1, color: Theme.accent)
      }
      let line = table.line(list.rows[offset], isSelected: isSelected)
      for part in line.broken(to: body.columns.count) {
        grid.write(part, column: body.columns.lowerBound, row: row)
      }
    }
    grid.scrollBar(
      beside: body, first: listScroll.first, visible: listScroll.visible, total: count)
  }

  private mutating func drawDetails(
    in grid: inout TextGrid, at block: CrashLayout.Block, hasCalls: Bool
  ) {
    let body = block.body
    // The last column is the scroll bar's.
    let width = max(1, body.columns.count - 1)
    let row = list.rows.indices.contains(list.selection) ? list.rows[list.selection] : nil
    let details = FrameDetails(row?.content, of: report, width: width, hasCalls: hasCalls)
    let parts = details.lines.flatMap { $0.broken(to: width) }
    detailScroll.fit(visible: body.rows.count, total: parts.count)
    let range = detailScroll.range
    let isWhole = range.count == parts.count
    drawHeading(
      heading(of: row?.content),
      note: isWhole ? "" : "\(range.lowerBound + 1)-\(range.upperBound)/\(parts.count)",
      in: &grid, at: block)
    for (part, row) in zip(parts[range], body.rows) {
      if let background = part.text.background {
        grid.fill(
          column: body.columns.lowerBound, row: row, columns: width, rows: 1, color: background)
      }
      grid.write(part, column: body.columns.lowerBound, row: row)
    }
    grid.scrollBar(
      beside: body, first: range.lowerBound, visible: detailScroll.visible, total: parts.count)
  }

  private func heading(of row: FrameList.Content?) -> String {
    guard case .function(let frame, let function) = row else { return "Details" }
    return report.frames[frame].functions[function].place ?? "Values"
  }

  private func drawMessage(in grid: inout TextGrid, at block: CrashLayout.Block) {
    guard let row = block.rows.first else { return }
    let width = block.columns.count
    if let status {
      grid.write(
        shortened(visible(status), to: width), column: block.columns.lowerBound, row: row,
        color: Theme.good)
    } else if case .written(let path) = report.dump {
      grid.write(
        shortened("coredump " + visible(path), to: width), column: block.columns.lowerBound,
        row: row, color: Theme.faint)
    }
  }

  private func drawHeading(
    _ text: String, note: String, in grid: inout TextGrid, at block: CrashLayout.Block
  ) {
    guard let row = block.rows.first else { return }
    let width = block.columns.count
    grid.fill(
      column: max(0, block.columns.lowerBound - 1), row: row, columns: width + 1, rows: 1,
      color: Theme.bar)
    let room = width - (note.isEmpty ? 0 : note.count + 1)
    grid.write(
      shortened(text, to: max(0, room)), column: block.columns.lowerBound, row: row,
      color: Theme.accent)
    guard room > 4 else { return }
    grid.write(
      note, column: block.columns.upperBound - note.count, row: row, color: Theme.faint)
  }
}

extension TextGrid {
  /// Draws a scroll bar in the last column of a block, if there is more than can be seen.
  fileprivate mutating func scrollBar(
    beside block: CrashLayout.Block, first: Int, visible: Int, total: Int
  ) {
    scrollBar(
      rows: block.rows, column: block.columns.upperBound - 1, first: first, visible: visible,
      total: total, color: Theme.faint)
  }
}
