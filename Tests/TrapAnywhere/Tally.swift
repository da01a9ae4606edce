/// What came of many comparisons.
public struct Tally: Sendable {
  /// A moment at which the engines differ.
  public struct Difference: Sendable {
    /// What differs, and where.
    public var text: String
    /// The module to see it with.
    public var bytes: [UInt8]
    /// The seed of the scenario.
    public var scenario: Int
    /// How it was compiled.
    public var mode: Mode
  }

  /// Placements made.
  public var tried = 0
  /// Placements that went off.
  public var reached = 0
  /// Placements by kind that went off.
  public var reachedByKind: [String: Int] = [:]
  /// Comparisons of placements, one a mode, in which all was equal.
  public var equal = 0
  /// Comparisons in modules as they are: traps of their own and host calls.
  public var naturalEqual = 0
  /// Locals and operands compared.
  public var values = 0
  /// Calls left out because they exhaust the stack, whose size is not the same.
  public var exhausted = 0
  /// Instructions that the interpreter carried out.
  public var instructions = 0
  /// Modules that the engine refuses.
  public var refused: [String] = []
  /// What differed.
  public var differences: [Difference] = []
}
