import Console

extension HostModule {
  /// Source: firefly.md section 8, single player.
  static let net = HostModule(
    "net", alias: "n",
    [
      HostImport("get_me", "m") { (_) throws(HostCallError) -> UInt32 in 0 },
      HostImport("get_peers", "p") { (_) throws(HostCallError) -> UInt32 in 1 },
      HostImport("save_stash", "s", isSilent: true) {
        (_, _: UInt32, _: UInt32, _: UInt32) throws(HostCallError) in
      },
      HostImport("load_stash", "l", isSilent: true) {
        (_, _: UInt32, _: UInt32, _: UInt32) throws(HostCallError) -> UInt32 in 0
      },
    ])
}
