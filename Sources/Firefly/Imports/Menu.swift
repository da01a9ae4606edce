import Console

extension HostModule {
  /// Source: firefly.md 10.1.
  static let menu = HostModule(
    "menu", alias: nil,
    [
      HostImport("add_menu_item", isSilent: true) {
        (_, _: UInt32, _: UInt32, _: UInt32) throws(HostCallError) in
      },
      HostImport("remove_menu_item", isSilent: true) { (_, _: UInt32) throws(HostCallError) in },
      HostImport("open_menu", isSilent: true) { (_) throws(HostCallError) in },
    ])
}
