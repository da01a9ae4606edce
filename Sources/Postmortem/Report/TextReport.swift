import Runtime

/// A crash report as lines of text: the same for the crash screen, stderr and a saved file.
public struct TextReport: Sendable, Equatable {
  /// What a line is, for those who show it in colour.
  public enum Role: Sendable {
    /// The headline.
    case title
    /// A sentence that says what happened.
    case explanation
    /// The head of a section.
    case heading
    /// A name and its value.
    case fact
    /// A function of the backtrace.
    case frame
    /// A line of source.
    case source
    /// The line of source that matters.
    case markedSource
    /// A line without information of its own, such as a count of what is left out.
    case aside
    /// What is missing, and what would add it.
    case hint
    /// An empty line.
    case blank
  }

  /// One line without a line end.
  public struct Line: Sendable, Equatable {
    /// What the line is.
    public var role: Role
    /// Printable text, of any length.
    public var text: String
    /// The parts that matter less than the rest, in Unicode scalars of `text`.
    public var faint: [Range<Int>]
  }

  /// The lines from top to bottom.
  public private(set) var lines: [Line] = []

  /// Frames shown at either end of a backtrace that is too long to print whole.
  private static let shownYoungest = 24
  private static let shownOldest = 8
  /// Variables or locals shown.
  private static let shownVariables = 40

  /// Words for a report.
  public init(_ report: CrashReport) {
    add(.title, report.title, faint: " [\(report.kind.id)]")
    add(.explanation, report.kind.explanation)
    if let fault = report.fault { add(.explanation, sentence(for: fault)) }
    if report.kind.isHostError { add(.explanation, visible(report.message, limit: 1024)) }
    for finding in report.findings { add(.explanation, visible(finding, limit: 2048)) }
    blank()
    addFacts(report)
    if let (frame, function) = report.selected {
      addSource(function)
      addVariables(function, frame, report.reasons)
    }
    heading("Backtrace, youngest first")
    addBacktrace(report)
    if !report.hostCalls.isEmpty {
      heading("Last host calls, newest first")
      for call in report.hostCalls { add(.fact, "  " + visible(call, limit: 512)) }
    }
    if !report.reasons.isEmpty { blank() }
    for reason in report.reasons { add(.hint, visible(reason)) }
  }

  /// All lines, each with a line end.
  public var text: String { lines.map { $0.text + "\n" }.joined() }

  private mutating func add(_ role: Role, _ text: String) {
    lines.append(Line(role: role, text: text, faint: []))
  }

  private mutating func add(_ role: Role, _ text: String, faint tail: String) {
    let start = text.unicodeScalars.count
    let whole = text + tail
    lines.append(
      Line(role: role, text: whole, faint: [start..<start + tail.unicodeScalars.count]))
  }

  private mutating func addFact(_ name: String, _ value: String) {
    let label = name + String(repeating: " ", count: max(1, 10 - name.count))
    lines.append(Line(role: .fact, text: label + value, faint: [0..<label.count]))
  }

  private mutating func blank() { add(.blank, "") }

  private mutating func heading(_ text: String) {
    blank()
    add(.heading, text)
  }

  private mutating func addFacts(_ report: CrashReport) {
    let id = visible(report.cartID, limit: 128)
    let title = visible(report.cartTitle, limit: 128)
    addFact("cart", title.isEmpty || title == id ? id : "\(title) (\(id))")
    let place =
      report.frameNumber.map { $0 > 0 ? ", frame \($0)" : ", before the first frame" } ?? ""
    let time = report.seconds > 0 ? ", \(tenths(report.seconds)) s after the start" : ""
    if !report.callback.isEmpty {
      addFact("callback", "\(visible(report.callback, limit: 64))\(place)\(time)")
    }
    switch report.dump {
    case .none: break
    case .written(let path): addFact("coredump", visible(path))
    case .failed(let reason): addFact("coredump", "not written: \(visible(reason))")
    }
  }

  // MARK: The selected function

  private mutating func addSource(_ function: ReportFunction) {
    guard let excerpt = function.excerpt else { return }
    heading("\(visible(excerpt.path, limit: 1024)):\(excerpt.markedLine)")
    let width = String(excerpt.firstLine + excerpt.lines.count).count
    for (index, line) in excerpt.lines.enumerated() {
      let number = String(excerpt.firstLine + index)
      let isMarked = excerpt.firstLine + index == excerpt.markedLine
      let label =
        (isMarked ? "> " : "  ") + String(repeating: " ", count: width - number.count) + number
        + " | "
      add(isMarked ? .markedSource : .source, label + visible(line, limit: 256))
      lines[lines.count - 1].faint = [0..<label.count]
    }
  }

  /// Variables, or where none are known the wasm locals.
  private mutating func addVariables(
    _ function: ReportFunction, _ frame: ReportFrame, _ reasons: [String]
  ) {
    let name = visible(function.name, limit: 256)
    if !function.variables.isEmpty {
      heading("Variables of \(name)")
      for variable in function.variables.prefix(Self.shownVariables) {
        let text = variable.text.map { " = " + visible($0, limit: 512) }
        let doubt = variable.isUncertain && text != nil ? "  (perhaps changed since)" : ""
        add(
          .fact, "  \(visible(variable.name, limit: 128))" + (text ?? ""),
          faint: text == nil
            ? "  \(variable.reason ?? "not available")" : "  \(variable.type)\(doubt)")
      }
      addRest(function.variables.count)
    } else if !frame.locals.isEmpty, function.file == nil || !reasons.isEmpty {
      heading("Wasm locals of \(name)")
      for local in frame.locals.prefix(Self.shownVariables) {
        let name = local.name.map { visible($0, limit: 128) } ?? "local\(local.index)"
        let text = local.text.map { " = " + $0 } ?? ""
        add(.fact, "  \(name)\(text)", faint: "  \(local.type ?? "not available")")
      }
      addRest(frame.locals.count)
    }
  }

  private mutating func addRest(_ count: Int) {
    if count > Self.shownVariables { add(.aside, "  ... \(count - Self.shownVariables) more ...") }
  }

  // MARK: The backtrace

  private mutating func addBacktrace(_ report: CrashReport) {
    let rows = report.rows
    guard !rows.isEmpty else { return add(.aside, "  no function of the cart was running") }
    let whole = rows.count <= Self.shownYoungest + Self.shownOldest + 1
    let youngest = whole ? rows.count : Self.shownYoungest
    for index in 0..<youngest { addRow(index, report) }
    guard !whole else { return }
    add(.aside, "  ... \(grouped(rows.count - youngest - Self.shownOldest)) more ...")
    for index in rows.count - Self.shownOldest..<rows.count { addRow(index, report) }
  }

  private mutating func addRow(_ index: Int, _ report: CrashReport) {
    let row = report.rows[index]
    switch row.content {
    case .function(let function):
      addFunction(
        report.frames[row.frames.lowerBound], function, number: row.frames.lowerBound,
        isSelected: index == report.selection && report.rows.count > 1)
    case .runtime(let count):
      let names = row.names.map { visible($0, limit: 80) }
      let more = count > names.count ? " and \(count - names.count) more" : ""
      add(.aside, "  ... runtime: \(names.joined(separator: ", "))\(more) ...")
    case .repeated(let count):
      let names = row.names.map { visible($0, limit: 80) }
      add(.aside, "  ... \(grouped(count)) more calls of \(names.joined(separator: ", ")) ...")
    }
  }

  private mutating func addFunction(
    _ frame: ReportFrame, _ index: Int, number: Int, isSelected: Bool
  ) {
    let function = frame.functions[index]
    let head = (isSelected ? "> #" : "  #") + String(number)
    let label = head + String(repeating: " ", count: max(1, 6 - head.count))
    let within = "+0x" + String(frame.functionOffset, radix: 16)
    // In a dump whose module was not found there is only the offset in the function.
    let offset = frame.offset > 0 ? "0x\(String(frame.offset, radix: 16)) (\(within))" : within
    let isNumbered = frame.name?.isEmpty == false && function.file == nil
    let code = isNumbered ? "  wasm-function[\(frame.functionIndex)]" : ""
    let place = function.place.map { "  " + $0 } ?? ""
    let tail = function.isInlined ? "  inlined" : frame.isHost ? "" : "\(code)  at \(offset)"
    add(.frame, label + visible(function.name, limit: 512) + place, faint: tail)
    lines[lines.count - 1].faint.append(0..<label.count)
  }
}

/// A number with commas between groups of three digits.
private func grouped(_ number: Int) -> String {
  let digits = String(number)
  return String(
    digits.enumerated().flatMap { index, digit in
      index > 0 && (digits.count - index) % 3 == 0 ? [",", digit] : [digit]
    })
}

/// Where a memory access went, and what there was.
private func sentence(for fault: MemoryFault) -> String {
  let size = fault.accessSize.map { $0 == 1 ? "1 byte" : "\($0) bytes" } ?? "memory"
  let address = "0x" + String(fault.address, radix: 16)
  let room = "\(fault.memorySize) bytes (0x\(String(fault.memorySize, radix: 16)))"
  // Most modules have one memory, which needs no number.
  let memory = fault.memory == 0 ? "the memory" : "memory \(fault.memory)"
  return "It accessed \(size) at address \(address); \(memory) has \(room)."
}

/// A number with one decimal, the same in every locale.
private func tenths(_ value: Double) -> String {
  guard value.isFinite, value < 1e12 else { return "very many" }
  let tenths = Int((value * 10).rounded())
  return "\(tenths / 10).\(tenths % 10)"
}
