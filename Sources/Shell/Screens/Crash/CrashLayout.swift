/// Which cells the parts of the crash screen get.
///
/// From top to bottom: title, summary, frames, details, a message, the keys. Where there are many
/// columns, frames and the last host calls stand to the left of the details.
public struct CrashLayout: Sendable, Equatable {
  /// A rectangle of cells; empty where there is no room.
  public struct Block: Sendable, Equatable {
    /// Its columns.
    public var columns: Range<Int>
    /// Its rows.
    public var rows: Range<Int>

    /// The part without the first row, which is a heading's.
    var body: Block {
      Block(columns: columns, rows: min(rows.lowerBound + 1, rows.upperBound)..<rows.upperBound)
    }

    /// Whether a cell belongs to it.
    func contains(column: Int, row: Int) -> Bool {
      columns.contains(column) && rows.contains(row)
    }
  }

  /// What each part would like to have.
  public struct Wishes: Sendable {
    /// Rows of the title.
    public var title = 1
    /// Rows of the summary.
    public var summary = 0
    /// Frames.
    public var frames = 0
    /// Rows of the last host calls.
    public var calls = 0
    /// Rows of keys.
    public var keys = 1

    /// Wishes of these numbers of rows.
    public init(title: Int = 1, summary: Int = 0, frames: Int = 0, calls: Int = 0, keys: Int = 1) {
      self.title = title
      self.summary = summary
      self.frames = frames
      self.calls = calls
      self.keys = keys
    }
  }

  /// Columns from which on the details stand beside the frames.
  public static let wide = 110

  /// Columns of the left part of a wide screen.
  static func leftWidth(columns: Int) -> Int { (columns - 6) / 2 }

  /// The crash in a few words, across the window.
  public var title: Block
  /// What happened, where, and what is missing.
  public var summary: Block
  /// The backtrace below its heading.
  public var frames: Block
  /// Source and variables below their heading.
  public var details: Block
  /// The last host calls below their heading, where they have a place of their own.
  public var calls: Block?
  /// A line for messages.
  public var message: Block
  /// What the keys do.
  public var keys: Block

  /// Divides a grid of cells, which may be of any size.
  public init(columns: Int, rows: Int, wishes: Wishes) {
    let margin = columns >= 40 ? 2 : 0
    let inner = margin..<max(margin + 1, columns - margin)
    var top = 0
    var bottom = max(0, rows)
    func take(_ count: Int, fromBottom: Bool = false) -> Range<Int> {
      let count = max(0, min(count, bottom - top))
      if fromBottom {
        bottom -= count
        return bottom..<bottom + count
      }
      top += count
      return top - count..<top
    }
    title = Block(columns: inner, rows: take(min(wishes.title, max(1, rows / 4))))
    keys = Block(columns: inner, rows: take(min(wishes.keys, max(1, rows / 8)), fromBottom: true))
    message = Block(columns: inner, rows: take(rows >= 12 ? 1 : 0, fromBottom: true))
    if rows >= 28 { _ = take(1) }
    summary = Block(columns: inner, rows: take(min(wishes.summary, rows / 4)))
    if rows >= 28 { _ = take(1) }
    let isWide = columns >= Self.wide
    let room = bottom - top
    guard isWide else {
      // Frames get what they need up to two fifths: source and variables take more room.
      let count = min(wishes.frames + 1, max(4, room * 2 / 5))
      frames = Block(columns: inner, rows: take(count))
      if rows >= 28 { _ = take(1) }
      details = Block(columns: inner, rows: take(bottom - top))
      return
    }
    let left = inner.lowerBound..<inner.lowerBound + Self.leftWidth(columns: columns)
    details = Block(columns: left.upperBound + 2..<inner.upperBound, rows: top..<bottom)
    // Calls stand here if all of them can be seen.
    let callRoom = max(room * 2 / 5, room - wishes.frames - 2)
    calls = nil
    if wishes.calls > 0, wishes.calls < callRoom {
      calls = Block(columns: left, rows: take(wishes.calls + 1, fromBottom: true))
      _ = take(1, fromBottom: true)
    }
    frames = Block(columns: left, rows: take(bottom - top))
  }
}
