import Postmortem
import Runtime

extension CrashFolder {
  /// Writes the coredump of a trap, whole or not at all.
  ///
  /// - Parameters:
  ///   - trap: What happened. Nothing may have run in its store since.
  ///   - name: What the dump calls program and modules without a name.
  ///   - path: Where the file shall be.
  static func writeCoredump(of trap: Trap, name: String, to path: String) throws(Failure) {
    try writeFile(path) { sink throws(Failure) in
      let (dump, contents) = Coredump.capture(trap, name: name)
      try CoredumpWriter(dump, contents: contents).write(to: sink)
    }
  }
}
