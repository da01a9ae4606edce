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

  /// A row of these parts.
  public init(frames: Range<Int>, content: Content) {
    self.frames = frames
    self.content = content
  }

  /// The rows for a stack, youngest first: neighbours of the runtime folded into one, except where
  /// there is nothing else; of a long recursion the first turns are shown.
  static func rows(of frames: [ReportFrame]) -> [BacktraceRow] {
    var rows: [BacktraceRow] = []
    var index = 0
    while index < frames.count {
      for function in frames[index].functions.indices {
        rows.append(BacktraceRow(frames: index..<index + 1, content: .function(function)))
      }
      index += 1
    }
    return rows
  }
}
