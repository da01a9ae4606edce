import Postmortem

/// One line that the cart or the console said.
public struct LogLine: Sendable, Equatable {
  /// Who speaks, and how loudly.
  public enum Level: String, Sendable {
    /// The cart, for its developer.
    case debug
    /// The cart, or the console about a call that it refused.
    case error
    /// The console, for the player.
    case warning
    /// The console about the log itself.
    case notice
  }

  /// Who speaks.
  public var level: Level
  /// Number of the frame, 0 before the first.
  public var frame: Int
  /// Printable: control characters of the cart are shown as escapes.
  public var text: String

  /// A line of these parts.
  public init(level: Level, frame: Int, text: String) {
    self.level = level
    self.frame = frame
    self.text = text
  }
}

/// What a cart says, with a budget a frame: a flood costs neither time nor memory.
///
/// Source: reliability plan K9.
public final class ConsoleLog {
  /// Lines a frame.
  public static let linesPerFrame = 64
  /// Characters of a line.
  public static let lineLength = 1000
  /// Lines that wait to be drained.
  public static let largestBacklog = 4096

  private var lines: [LogLine] = []
  private var linesInFrame = 0
  private var droppedLines = 0
  /// Number of the current frame.
  public private(set) var frame = 0

  /// An empty log.
  public init() {}

  /// Whether a line would still be kept; callers may then spare themselves the work.
  public var hasRoom: Bool {
    linesInFrame < Self.linesPerFrame && lines.count < Self.largestBacklog
  }

  /// Adds a line, or counts it as dropped.
  public func add(_ level: LogLine.Level, _ text: @autoclosure () -> String) {
    guard hasRoom else {
      droppedLines += 1
      return
    }
    linesInFrame += 1
    lines.append(
      LogLine(level: level, frame: frame, text: visible(text(), limit: Self.lineLength)))
  }

  /// Starts the next frame's budget.
  public func beginFrame(_ number: Int) {
    noteDroppedLines()
    frame = number
    linesInFrame = 0
  }

  /// Takes all lines out.
  public func drain() -> [LogLine] {
    noteDroppedLines()
    defer { lines.removeAll() }
    return lines
  }

  private func noteDroppedLines() {
    guard droppedLines > 0, lines.count < Self.largestBacklog else { return }
    let plural = droppedLines == 1 ? "line" : "lines"
    lines.append(
      LogLine(level: .notice, frame: frame, text: "\(droppedLines) \(plural) dropped"))
    droppedLines = 0
  }
}
