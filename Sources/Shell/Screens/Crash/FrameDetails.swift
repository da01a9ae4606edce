import Postmortem

/// The lines beside or below the backtrace: source, variables and values of one row, and what
/// found no room elsewhere on the screen.
struct FrameDetails {
  /// Rows that a value gets among the others; longer ones stand in full behind them.
  private static let valueRows = 3

  private(set) var lines: [StyledText] = []
  private var longValues: [Row] = []

  /// Lines for what a row shows; without a row, those that concern the whole crash.
  ///
  /// - Parameters:
  ///   - content: The selected row.
  ///   - report: The report that it is from.
  ///   - width: Cells of a line, which columns are made for.
  ///   - hasCalls: Whether the last host calls are shown elsewhere.
  init(_ content: FrameList.Content?, of report: CrashReport, width: Int, hasCalls: Bool) {
    switch content {
    case .function(let frame, let function):
      addFunction(report.frames[frame].functions[function], of: report.frames[frame], width: width)
    case .folded(let row):
      lines.append(StyledText(FrameWords.explanation(of: row), Theme.text))
      lines.append(StyledText("Right or Enter shows them, Left hides them again.", Theme.faint))
    case nil: lines.append(StyledText("No function of the cart was running.", Theme.faint))
    }
    if !hasCalls, !report.hostCalls.isEmpty {
      heading("Last host calls, newest first")
      for call in report.hostCalls { lines.append(Self.hostCall(call)) }
    }
    if !report.reasons.isEmpty {
      heading("What is missing")
      for reason in report.reasons { lines.append(StyledText(visible(reason), Theme.hint)) }
    }
    switch report.dump {
    case .none: break
    case .written(let path):
      heading("Coredump")
      lines.append(StyledText(visible(path), Theme.text))
    case .failed(let reason):
      heading("Coredump")
      lines.append(StyledText("not written: \(visible(reason))", Theme.text))
    }
  }

  /// A host call as a line.
  static func hostCall(_ call: String) -> StyledText {
    let text = visible(call, limit: 512)
    let end = text.firstIndex(of: "(") ?? text.endIndex
    var line = StyledText(text[..<end], Theme.strong, indent: 4)
    line.append(text[end...], Theme.text)
    return line
  }

  private mutating func heading(_ text: String) {
    if !lines.isEmpty { lines.append(StyledText()) }
    lines.append(StyledText(text, Theme.accent))
  }

  /// What is looked for most comes first; the names that the backtrace shortens come last.
  private mutating func addFunction(_ function: ReportFunction, of frame: ReportFrame, width: Int) {
    if let excerpt = function.excerpt {
      add(excerpt)
    } else if function.line != nil {
      lines.append(StyledText("The source file was not found.", Theme.faint))
    }
    if !function.variables.isEmpty {
      heading("Variables")
      add(function.variables, width: width)
    }
    if !function.isInlined {
      add(frame.locals, title: "Wasm locals", width: width)
      add(frame.operands, title: "Wasm operand stack, bottom first", width: width)
    }
    addLongValues()
    if frame.isApproximate {
      lines.append(StyledText())
      lines.append(
        StyledText("The values may be those of a neighbouring instruction.", Theme.faint))
    }
    heading("Function")
    lines.append(StyledText(function.name, Theme.strong, indent: 4))
    if let place = function.place { lines.append(StyledText(place, Theme.text, indent: 4)) }
    var code = "wasm-function[\(frame.functionIndex)] at 0x\(String(frame.offset, radix: 16))"
    code += " (+0x\(String(frame.functionOffset, radix: 16)))"
    if function.isInlined { code = "inlined, part of " + code }
    lines.append(StyledText(code, Theme.faint, indent: 4))
  }

  private mutating func add(_ excerpt: SourceExcerpt) {
    let last = excerpt.firstLine + excerpt.lines.count - 1
    let digits = String(last).count
    for (offset, text) in excerpt.lines.enumerated() {
      let number = excerpt.firstLine + offset
      let isMarked = number == excerpt.markedLine
      let label = String(repeating: " ", count: max(0, digits - String(number).count)) + "\(number)"
      var line = StyledText(isMarked ? "> " : "  ", Theme.accent)
      line.append(label + "  ", isMarked ? Theme.accent : Theme.faint)
      line.append(visible(text, limit: 512), isMarked ? Theme.strong : Theme.text)
      // The line that matters is shown whole.
      line.isCut = !isMarked
      line.indent = 2 + digits + 4
      if isMarked { line.background = Theme.marked }
      lines.append(line)
    }
  }

  private mutating func add(_ variables: [ReportVariable], width: Int) {
    add(
      variables.map { variable in
        let note =
          switch (variable.isParameter, variable.isUncertain) {
          case (true, true): "parameter, may have changed since"
          case (true, false): "parameter"
          case (false, true): "may have changed since"
          case (false, false): ""
          }
        return Row(
          name: visible(variable.name, limit: 256), type: visible(variable.type, limit: 256),
          value: variable.text.map { visible($0, limit: 1024) }, reason: variable.reason,
          note: note)
      }, width: width)
  }

  private mutating func add(_ values: [ReportValue], title: String, width: Int) {
    guard !values.isEmpty else { return }
    heading(title)
    add(
      values.map { value in
        let name = value.name.map { " " + visible($0, limit: 256) } ?? ""
        return Row(
          name: "\(value.index)\(name)", type: value.type ?? "", value: value.text, reason: nil,
          note: "")
      }, width: width)
  }

  /// A name with its type and value.
  private struct Row {
    var name: String
    var type: String
    var value: String?
    var reason: String?
    var note: String
  }

  /// Three columns as wide as what stands in them; values have what they need of half the width,
  /// names what types leave.
  private mutating func add(_ rows: [Row], width: Int) {
    func longest(_ text: (Row) -> String) -> Int {
      rows.map { text($0).unicodeScalars.count }.max() ?? 0
    }
    let values = longest { ($0.value ?? $0.reason ?? "") + ($0.note.isEmpty ? "" : "  " + $0.note) }
    let room = max(16, width - 6 - min(values, width / 2))
    let types = longest(\.type)
    let nameWidth = min(longest(\.name), max(room / 2, room - types))
    let typeWidth = min(types, room - nameWidth)
    let valueColumn = 2 + nameWidth + 2 + typeWidth + 2
    for row in rows {
      var line = StyledText("  ", 0, indent: valueColumn)
      line.append(shortened(row.name, to: nameWidth), Theme.strong)
      line.pad(to: 2 + nameWidth + 2)
      line.append(shortened(row.type, to: typeWidth), Theme.faint)
      line.pad(to: valueColumn)
      if let value = row.value {
        let limit = Self.valueRows * max(8, width - valueColumn)
        if value.unicodeScalars.count > limit {
          longValues.append(row)
          line.append(
            String(String.UnicodeScalarView(value.unicodeScalars.prefix(limit * 3 / 4))), Theme.good
          )
          line.append("...", Theme.faint)
        } else {
          line.append(value, Theme.good)
        }
      } else {
        line.append(row.reason ?? "not available", Theme.faint)
      }
      if !row.note.isEmpty { line.append("  " + row.note, Theme.faint) }
      lines.append(line)
    }
  }

  /// What was cut, in the whole width.
  private mutating func addLongValues() {
    guard !longValues.isEmpty else { return }
    heading("Long values in full")
    for row in longValues {
      var line = StyledText("  ", 0, indent: 4)
      line.append(row.name, Theme.strong)
      line.append("  ", 0)
      line.append(row.value ?? "", Theme.good)
      lines.append(line)
    }
  }
}
