import Postmortem

/// The rows of a backtrace on the crash screen: which are folded away, and which one is selected.
public struct FrameList: Sendable {
  /// What a row shows.
  public enum Content: Sendable, Equatable {
    /// A function: indices of the frame, and of the function in it.
    case function(frame: Int, function: Int)
    /// Functions that are not shown: a runtime's, or turns of a recursion.
    case folded(BacktraceRow)
  }

  /// A row.
  public struct Row: Sendable, Equatable {
    /// What it shows.
    public var content: Content
    /// The row of the report that it comes from.
    fileprivate var origin: Int
    /// Whether it can be folded away again.
    public var isUnfolded: Bool
  }

  /// The rows from top to bottom.
  public private(set) var rows: [Row] = []
  /// The selected row; 0 if there is none.
  public private(set) var selection = 0
  /// Whether anything can be folded or unfolded.
  public var hasFolds: Bool { !folds.isEmpty }

  /// A place in a stack: a frame and a function in it.
  private struct Place {
    var frame: Int
    var function: Int
  }

  private let originals: [BacktraceRow]
  /// Functions in each frame.
  private let depths: [Int]
  /// The rows that stand for others.
  private let folds: Set<Int>
  private var unfolded: Set<Int> = []

  /// The rows as a report folds them, with the one it selects.
  public init(_ report: CrashReport) {
    self.init(
      report.rows, functionCounts: report.frames.map(\.functions.count),
      selection: report.selection)
  }

  /// Rows over frames with so many functions each.
  public init(_ rows: [BacktraceRow], functionCounts: [Int], selection: Int) {
    originals = rows
    depths = functionCounts
    folds = Set(
      rows.indices.filter {
        if case .function = rows[$0].content { false } else { true }
      })
    arrange()
    self.selection = self.rows.firstIndex { $0.origin == selection } ?? 0
  }

  /// Selects another row, downwards for positive numbers; it stops at both ends.
  public mutating func move(by steps: Int) {
    let (target, isTooFar) = selection.addingReportingOverflow(steps)
    select(isTooFar ? (steps < 0 ? 0 : rows.count) : target)
  }

  /// Selects a row, or the nearest there is.
  public mutating func select(_ row: Int) { selection = max(0, min(rows.count - 1, row)) }

  /// Selects the last row of a frame, or the row that it is folded into.
  mutating func select(frame: Int) {
    let row = rows.lastIndex {
      switch $0.content {
      case .function(let other, _): other == frame
      case .folded(let row): row.frames.contains(frame)
      }
    }
    if let row { select(row) }
  }

  /// Shows what the selected row stands for; its first function is selected then.
  public mutating func unfold() {
    guard rows.indices.contains(selection), case .folded = rows[selection].content else { return }
    unfolded.insert(rows[selection].origin)
    arrange()
  }

  /// Folds away what the selected row belongs to; the row that stands for it is selected then.
  public mutating func fold() {
    guard rows.indices.contains(selection), rows[selection].isUnfolded else { return }
    let origin = rows[selection].origin
    unfolded.remove(origin)
    arrange()
    selection = rows.firstIndex { $0.origin == origin } ?? 0
  }

  /// Folds or unfolds what the selected row stands for or belongs to.
  public mutating func toggleFold() {
    guard rows.indices.contains(selection) else { return }
    if rows[selection].isUnfolded { fold() } else { unfold() }
  }

  private mutating func arrange() {
    rows.removeAll(keepingCapacity: true)
    for (index, original) in originals.enumerated() {
      switch original.content {
      case .function(let function):
        let content = Content.function(frame: original.frames.lowerBound, function: function)
        rows.append(Row(content: content, origin: index, isUnfolded: false))
      case .runtime, .repeated:
        if unfolded.contains(index) {
          addFunctions(of: index)
        } else {
          rows.append(Row(content: .folded(original), origin: index, isUnfolded: false))
        }
      }
    }
    select(selection)
  }

  /// Rows for all functions between the row before and the row after one that stands for them.
  private mutating func addFunctions(of index: Int) {
    var place = index == 0 ? Place(frame: 0, function: 0) : end(of: originals[index - 1])
    let next = index + 1 < originals.count ? originals[index + 1] : nil
    let limit: Place =
      switch next?.content {
      case .function(let function): Place(frame: next?.frames.lowerBound ?? 0, function: function)
      default: Place(frame: originals[index].frames.upperBound, function: 0)
      }
    let first = rows.count
    while place.frame < min(limit.frame + 1, depths.count) {
      let count = place.frame == limit.frame ? limit.function : depths[place.frame]
      for function in place.function..<max(place.function, count) {
        rows.append(
          Row(
            content: .function(frame: place.frame, function: function), origin: index,
            isUnfolded: true))
      }
      place = Place(frame: place.frame + 1, function: 0)
    }
    if rows.count == first {
      rows.append(Row(content: .folded(originals[index]), origin: index, isUnfolded: false))
    }
  }

  /// The place behind a row.
  private func end(of row: BacktraceRow) -> Place {
    guard case .function(let function) = row.content else {
      return Place(frame: row.frames.upperBound, function: 0)
    }
    let frame = row.frames.lowerBound
    return function + 1 < depths[frame]
      ? Place(frame: frame, function: function + 1) : Place(frame: frame + 1, function: 0)
  }
}
