/// How far a made-up module goes; numbers are bounds that are not reached.
public struct RandomStyle: Sendable {
  /// Parameters and results of functions.
  var parameters = 8
  var results = 3
  /// Parameters, and results, of blocks.
  var blockValues = 3
  /// Locals besides parameters and temporaries.
  var locals = 8
  /// Values that are put on the stack at once; 0 for none.
  var pile = 0
  /// Instructions of a body, nearly.
  var budget = 200
  /// Whether the host only listens, as that of the fuzzing oracle does, and no bits of a NaN that
  /// arithmetic has made can be seen, so that any two engines agree.
  var isComparable = false

  /// Functions as compilers write them, with more operands.
  public static let plain = RandomStyle()
  /// More values than registers wherever values can be: on the stack, in locals, over merges, in
  /// arguments and results.
  public static let pressing = RandomStyle(
    parameters: 24, results: 12, blockValues: 10, locals: 30, pile: 30, budget: 500)
  /// The same, for another engine.
  public static let comparable = RandomStyle(
    parameters: 24, results: 12, blockValues: 10, locals: 30, pile: 30, budget: 500,
    isComparable: true)
}
