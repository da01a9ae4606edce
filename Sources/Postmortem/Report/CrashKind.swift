/// Why a cart stopped, in a player's words and a developer's id.
public struct CrashKind: Sendable, Hashable {
  /// The stable id, such as `memory-out-of-bounds`.
  public let id: String
  /// A headline of a few words.
  public let headline: String
  /// One sentence for somebody who does not know WebAssembly.
  public let explanation: String

  /// Whether a host function stopped the cart, whose message then tells why.
  public var isHostError: Bool { id == "host-error" }

  /// The kind with this id; an id unknown to the table gets general words.
  public init(id: String) {
    self.id = id
    let words = Self.table[id]
    headline = words?.headline ?? "The cart stopped"
    explanation = words?.explanation ?? "The cart cannot go on."
  }

  // swift-format-ignore
  private static let table: [String: (headline: String, explanation: String)] = [
    "unreachable": ("The cart gave up",
      "It reached an `unreachable` instruction: a failed check, a panic or an abort."),
    "memory-out-of-bounds": ("Memory access out of bounds",
      "It used an address outside its memory: a wild pointer or an index too large."),
    "table-out-of-bounds": ("Table access out of bounds",
      "It used a function table entry that does not exist: a damaged function pointer."),
    "indirect-call-to-null": ("Call of a null function pointer",
      "It called through a table entry that holds no function."),
    "indirect-call-type-mismatch": ("Call of a function of the wrong type",
      "It called through a function pointer whose type is not the function's own."),
    "integer-divide-by-zero": ("Integer division by zero",
      "It divided a whole number by zero."),
    "integer-overflow": ("Integer overflow",
      "It divided the smallest whole number by -1, or converted a number that does not fit."),
    "invalid-conversion-to-integer": ("Invalid conversion to integer",
      "It converted a floating-point value that is not a number."),
    "call-stack-exhausted": ("Call stack exhausted",
      "It called functions too deeply: an endless recursion, most likely."),
    "interrupted": ("The cart was stopped",
      "It did not come back from its callback: an endless loop, most likely."),
    "fuel-exhausted": ("All fuel consumed",
      "It used up the steps that it was given for a callback."),
    "uncaught-exception": ("Uncaught exception",
      "It threw an exception that nothing in the cart catches."),
    "null-reference": ("Null reference",
      "It used a reference that leads nowhere."),
    "host-error": ("The console refused a call",
      "It called the console with something that cannot be done, or a function that is not there."),
  ]
}
