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

  /// Words for a report.
  public init(_ report: CrashReport) {
    add(.title, report.kind.headline, faint: " [\(report.kind.id)]")
    add(.explanation, report.kind.explanation)
    if let fault = report.fault { add(.explanation, sentence(for: fault)) }
    if report.kind.isHostError { add(.explanation, visible(report.message, limit: 1024)) }
    blank()
    addFacts(report)
    heading("Backtrace, youngest first")
    addBacktrace(report.frames)
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
    addFact("callback", "\(visible(report.callback, limit: 64))\(place)\(time)")
    switch report.dump {
    case .none: break
    case .written(let path): addFact("coredump", visible(path))
    case .failed(let reason): addFact("coredump", "not written: \(visible(reason))")
    }
  }

  private mutating func addBacktrace(_ frames: [ReportFrame]) {
    guard !frames.isEmpty else { return add(.aside, "  no function of the cart was running") }
    let whole = frames.count <= Self.shownYoungest + Self.shownOldest + 1
    let youngest = whole ? frames.count : Self.shownYoungest
    for index in 0..<youngest { addFrame(index, frames[index]) }
    guard !whole else { return }
    add(.aside, "  ... \(frames.count - youngest - Self.shownOldest) more ...")
    for index in frames.count - Self.shownOldest..<frames.count { addFrame(index, frames[index]) }
  }

  private mutating func addFrame(_ index: Int, _ frame: ReportFrame) {
    let number = "  #\(index)"
    let label = number + String(repeating: " ", count: max(1, 6 - number.count))
    let offset = String(frame.offset, radix: 16)
    let within = String(frame.functionOffset, radix: 16)
    let index = frame.name?.isEmpty == false ? "  wasm-function[\(frame.functionIndex)]" : ""
    add(.frame, label + frame.title, faint: "\(index)  at 0x\(offset) (+0x\(within))")
    lines[lines.count - 1].faint.append(0..<label.count)
  }
}

/// Where a memory access went, and what there was.
private func sentence(for fault: MemoryFault) -> String {
  let size = fault.accessSize.map { $0 == 1 ? "1 byte" : "\($0) bytes" } ?? "memory"
  let address = "0x" + String(fault.address, radix: 16)
  let memory = "\(fault.memorySize) bytes (0x\(String(fault.memorySize, radix: 16)))"
  return "It accessed \(size) at address \(address); the memory has \(memory)."
}

/// A number with one decimal, the same in every locale.
private func tenths(_ value: Double) -> String {
  guard value.isFinite, value < 1e12 else { return "very many" }
  let tenths = Int((value * 10).rounded())
  return "\(tenths / 10).\(tenths % 10)"
}
