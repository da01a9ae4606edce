import Runtime

/// What a coredump tells beside the state of the store.
public struct CoredumpOrigin: Sendable {
  /// What the dump calls program and modules that have no name of their own; a cart's id.
  public var name: String
  /// What a player calls the cart; empty without a console.
  public var title: String
  /// Version of the console.
  public var consoleVersion: String
  /// The call into the cart, if there is a console.
  public var callback: Coredump.Callback?

  /// An origin of these parts.
  public init(
    name: String, title: String = "", consoleVersion: String = "",
    callback: Coredump.Callback? = nil
  ) {
    self.name = name
    self.title = title
    self.consoleVersion = consoleVersion
    self.callback = callback
  }
}

/// How much of a stack and of tables a dump holds at most, so that no cart makes it large.
public struct CoredumpLimits: Sendable {
  /// Most frames; of more the youngest and the oldest half are kept.
  public var frames = 10_000
  /// Most locals and operands of all frames together; the youngest frames come first.
  public var values = 1 << 20
  /// Most runs of equal elements of all tables together.
  public var tableRuns = 1 << 20
  /// Most exceptions.
  public var exceptions = 1 << 16

  /// The usual limits.
  public init() {}
}

extension Coredump {
  /// The state of all instances of a trap's store, and the stack at the trap.
  ///
  /// A memory or table that several instances share stands once.
  ///
  /// - Parameters:
  ///   - trap: What stopped the cart. Nothing may have run in its store since.
  ///   - origin: What is not to be learned from the trap.
  ///   - limits: How much is kept of a stack without end and of large tables.
  /// - Returns: The dump, and the contents of its memories for `CoredumpWriter`, which are valid
  ///   while the trap lives and nothing runs in its store.
  public static func capture(
    _ trap: Trap, origin: CoredumpOrigin, limits: CoredumpLimits = CoredumpLimits()
  ) -> (dump: Coredump, contents: [UnsafeRawBufferPointer]) {
    var capture = Capture(trap, origin, limits)
    for instance in trap.store.instances { capture.add(instance) }
    capture.addStop()
    capture.addStack()
    capture.addExceptions()
    return (capture.dump, capture.contents)
  }
}
