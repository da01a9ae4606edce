import Console

extension HostModule {
  /// Source: firefly.md section 9.
  static let stats = HostModule(
    "stats", alias: "s",
    [
      HostImport("add_progress", "p", isSilent: true) {
        (_, _: UInt32, _: UInt32, _: Int32) throws(HostCallError) -> UInt32 in 0
      },
      HostImport("add_score", "s", called: "stats.set_score", isSilent: true) {
        (_, _: UInt32, _: UInt32, _: Int32) throws(HostCallError) -> Int32 in 0
      },
    ])
}
