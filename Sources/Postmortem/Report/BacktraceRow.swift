/// A row of a backtrace as it is shown: a function of the source, or what stands for some that are
/// not shown.
public struct BacktraceRow: Sendable, Equatable {
  /// What a row is.
  public enum Content: Sendable, Equatable {
    /// A function of the one frame: index in its `functions`.
    case function(Int)
    /// Functions of the panic machinery or a library: so many.
    case runtime(count: Int)
    /// Calls of functions that the rows before show already: so many frames.
    case repeated(count: Int)
  }

  /// Indices of the frames that it stands for.
  public var frames: Range<Int>
  /// What it is.
  public var content: Content
  /// The names of some of the functions that it stands for; each once.
  public var names: [String]

  /// A row of these parts.
  public init(frames: Range<Int>, content: Content, names: [String]) {
    self.frames = frames
    self.content = content
    self.names = names
  }

  /// Most names of functions that a row tells.
  private static let namesShown = 3

  /// The rows for a stack, youngest first.
  ///
  /// Neighbouring functions of the runtime become one row, unless there is nothing else; of a long
  /// recursion the first and the last turns are shown.
  static func rows(of frames: [ReportFrame]) -> [BacktraceRow] {
    let foldsRuntime = frames.contains { $0.functions.contains { $0.origin == .own } }
    var rows: [BacktraceRow] = []
    var index = 0
    while index < frames.count {
      if let recursion = recursion(at: index, in: frames) {
        for frame in index..<recursion.lowerBound {
          add(frame, frames[frame], to: &rows, foldsRuntime: foldsRuntime)
        }
        var row = BacktraceRow(
          frames: recursion, content: .repeated(count: recursion.count), names: [])
        for frame in frames[recursion].prefix(longestPeriod) {
          row.add(frame.functions.last?.name ?? frame.title)
        }
        rows.append(row)
        index = recursion.upperBound
      } else {
        add(index, frames[index], to: &rows, foldsRuntime: foldsRuntime)
        index += 1
      }
    }
    return rows
  }

  private mutating func add(_ name: String) {
    if names.count < Self.namesShown, !names.contains(name) { names.append(name) }
  }

  private static func add(
    _ index: Int, _ frame: ReportFrame, to rows: inout [BacktraceRow], foldsRuntime: Bool
  ) {
    for (number, function) in frame.functions.enumerated() {
      guard foldsRuntime, function.origin == .runtime else {
        rows.append(
          BacktraceRow(
            frames: index..<index + 1, content: .function(number), names: [function.name]))
        continue
      }
      if let last = rows.last, case .runtime(let count) = last.content {
        rows[rows.count - 1].frames = last.frames.lowerBound..<index + 1
        rows[rows.count - 1].content = .runtime(count: count + 1)
        rows[rows.count - 1].add(function.name)
      } else {
        rows.append(
          BacktraceRow(
            frames: index..<index + 1, content: .runtime(count: 1), names: [function.name]))
      }
    }
  }

  /// Most functions that take turns in a recursion that is recognised.
  private static let longestPeriod = 8
  /// Frames shown of a recursion before what is left out.
  private static let shownTurns = 3
  /// Fewer frames are not worth leaving out.
  private static let leastLeftOut = 8

  /// The frames to leave out of the recursion that begins at an index, if one does; a whole number
  /// of turns, the last turn stays.
  private static func recursion(at start: Int, in frames: [ReportFrame]) -> Range<Int>? {
    for period in 1...longestPeriod {
      // Most frames fail here.
      guard start + period * 2 <= frames.count,
        frames[start].functionIndex == frames[start + period].functionIndex
      else { continue }
      var end = start + period
      while end < frames.count, frames[end].functionIndex == frames[end - period].functionIndex {
        end += 1
      }
      let first = start + (shownTurns + period - 1) / period * period
      let last = first + max(0, end - period - first) / period * period
      if last - first >= leastLeftOut { return first..<last }
    }
    return nil
  }
}
