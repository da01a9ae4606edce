import Postmortem
import Runtime

extension CrashFolder {
  /// Writes the coredump of a trap, whole or not at all.
  ///
  /// - Parameters:
  ///   - trap: What happened. Nothing may have run in its store since.
  ///   - origin: What the dump tells beside the state of the store.
  ///   - path: Where the file shall be.
  static func writeCoredump(
    of trap: Trap, origin: CoredumpOrigin, to path: String
  ) throws(Failure) {
    try writeFile(path) { sink throws(Failure) in
      let (dump, contents) = Coredump.capture(trap, origin: origin)
      try CoredumpWriter(dump, contents: contents).write(to: sink)
    }
  }
}
