import Console

extension HostModule {
  /// Source: firefly.md 10.1; of an item's number the low 8 bits count.
  static let menu = HostModule(
    "menu", alias: nil,
    [
      HostImport("add_menu_item") {
        (console, number: UInt32, label: UInt32, length: UInt32) throws(HostCallError) in
        let label = try console.bytes(label, length)
        guard label.count <= CartMenu.longestLabel else {
          throw HostCallError("the menu item name is too long")
        }
        guard String(validating: label, as: UTF8.self) != nil else { throw .invalidMenuItem }
        try console.menu.add(UInt8(truncatingIfNeeded: number), label: Array(label))
      },
      HostImport("remove_menu_item") { (console, number: UInt32) throws(HostCallError) in
        console.menu.remove(UInt8(truncatingIfNeeded: number))
      },
      HostImport("open_menu") { (console) throws(HostCallError) in console.openMenu() },
    ])
}
