/// What is left of the work that debug information may cause.
///
/// A hostile file can ask for far more than it is long: lists that many entries share, chains,
/// tables read again and again. Every loop pays here, one for a step, more for what is stored, and
/// ends when nothing is left; then answers are incomplete, but memory and time are bounded.
struct Effort {
  /// Steps for building the indices of a module: about a third of a second.
  static let whole = 30_000_000
  /// Steps that each question adds, so that long sessions do not dry up.
  static let question = 20_000
  /// The price of an entry of an index, which stays in memory.
  static let entry = 16
  /// The price of a row of a line table.
  static let row = 8
  /// The price of a unit, whose record is large.
  static let unit = 200

  private(set) var left = whole

  /// Whether something was left out because it would have cost too much.
  private(set) var isExhausted = false

  /// Pays; false if that much is not left.
  @inline(__always)
  mutating func pay(_ steps: Int = 1) -> Bool {
    left -= steps
    if left >= 0 { return true }
    left = 0
    isExhausted = true
    return false
  }

  /// Gives back what was paid beforehand and turned out not to be needed.
  mutating func refund(_ steps: Int) { left += steps }

  mutating func addQuestion() { left = min(left + Self.question, Self.whole) }
}
