import Postmortem

/// The visible rows of the backtrace in columns: number, function, place.
struct FrameTable {
  private let report: CrashReport
  private let width: Int
  private let numberWidth: Int
  private let nameWidth: Int
  private let placeWidth: Int
  /// The first visible row of each frame, which carries its number.
  private var numbered: Set<[Int]> = []

  /// Columns for these rows.
  init(_ rows: ArraySlice<FrameList.Row>, of report: CrashReport, width: Int) {
    self.report = report
    self.width = max(1, width)
    var longestName = 0
    var longestPlace = 0
    var longestFile = 0
    var largestNumber = 0
    var lastFrame = -1
    for row in rows {
      guard case .function(let frame, let function) = row.content else {
        lastFrame = -1
        continue
      }
      largestNumber = max(largestNumber, frame)
      longestName = max(longestName, Self.name(report.frames[frame], function).scalars.count)
      let place = Array(Self.place(report.frames[frame], function).unicodeScalars)
      longestPlace = max(longestPlace, place.count)
      longestFile = max(longestFile, place.count - (place.lastIndex(of: "/") ?? 0))
      if frame != lastFrame { numbered.insert([frame, function]) }
      lastFrame = frame
    }
    numberWidth = max(5, String(largestNumber).count + 2)
    let room = max(2, self.width - numberWidth - 2)
    // Places get what names leave, and as much as their file names take if names can spare it.
    let share = max(min(longestPlace, room * 2 / 5), min(longestFile + 3, room * 2 / 3))
    nameWidth = min(longestName, max(room - longestPlace, room - share))
    placeWidth = max(0, room - nameWidth)
  }

  /// A row as a line that is no longer than the width.
  func line(_ row: FrameList.Row, isSelected: Bool) -> StyledText {
    guard case .function(let frame, let function) = row.content else {
      return foldLine(row, isSelected: isSelected)
    }
    let source = report.frames[frame].functions[function]
    let isRuntime = source.origin == .runtime
    let faint = isSelected ? Theme.faintInk : Theme.faint
    let strong = isSelected ? Theme.ink : isRuntime ? Theme.faint : Theme.strong
    var line = StyledText(
      numbered.contains([frame, function]) ? "#\(frame)" : "", faint)
    line.pad(to: numberWidth)
    let name = Self.name(report.frames[frame], function)
    let tag = name.tag
    let text = FrameWords.shortName(name.text, width: max(1, nameWidth - tag.count))
    line.append(text, strong)
    line.append(tag, isSelected ? Theme.faintInk : Theme.hint)
    line.pad(to: numberWidth + nameWidth + 2)
    line.append(
      shortened(Self.place(report.frames[frame], function), to: placeWidth),
      isSelected ? Theme.ink : source.file == nil || isRuntime ? Theme.faint : Theme.text)
    line.isCut = true
    return line
  }

  private func foldLine(_ row: FrameList.Row, isSelected: Bool) -> StyledText {
    guard case .folded(let row) = row.content else { return StyledText() }
    var line = StyledText()
    line.pad(to: numberWidth)
    line.append(FrameWords.title(of: row), isSelected ? Theme.ink : Theme.faint)
    line.isCut = true
    return line
  }

  /// A function's name, and the mark of one that has no frame of its own.
  private static func name(
    _ frame: ReportFrame, _ function: Int
  ) -> (text: String, tag: String, scalars: String.UnicodeScalarView) {
    let source = frame.functions[function]
    let tag = source.isInlined ? " (inlined)" : ""
    return (source.name, tag, (source.name + tag).unicodeScalars)
  }

  /// Where a function stands; nothing for one of the host, which has neither source nor offset.
  private static func place(_ frame: ReportFrame, _ function: Int) -> String {
    if frame.isHost { return "" }
    return frame.functions[function].place
      ?? "at 0x\(String(frame.offset, radix: 16)) (+0x\(String(frame.functionOffset, radix: 16)))"
  }
}
