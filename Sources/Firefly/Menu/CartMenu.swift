import Console

/// The console's menu: what the cart put into it, what is always there, and how input moves it.
///
/// Source: firefly.md 10.1. While it is open the cart stands still.
struct CartMenu {
  /// What taking an item does.
  enum Action: Equatable {
    /// The cart's own item of this number.
    case custom(UInt8)
    case takeScreenshot
    case restart
    case exit
  }

  struct Item: Equatable {
    let action: Action
    /// UTF-8, shown as it is.
    let label: [UInt8]
  }

  /// More items are refused; a screen shows eleven.
  static let largestItemCount = 256
  /// Bytes of a label that a cart may add; a line of the screen has room for 36 letters.
  static let longestLabel = 1024

  /// In the order in which the cart added them; numbers may repeat.
  private(set) var customItems: [Item] = []
  /// Below the cart's.
  static let systemItems = [
    Item(action: .takeScreenshot, label: Array("take screenshot".utf8)),
    Item(action: .restart, label: Array("restart app".utf8)),
    Item(action: .exit, label: Array("exit app".utf8)),
  ]

  private(set) var isOpen = false
  /// Row of the cursor; beyond the last one if the cart took items away from under it.
  private(set) var selected = 0
  private var direction: Direction?
  private var holdsMenuButton = false
  private var holdsSelection = false
  /// The menu button has been up since the menu opened.
  private var canClose = false

  private var rowCount: Int { customItems.count + Self.systemItems.count }

  mutating func add(_ number: UInt8, label: [UInt8]) throws(HostCallError) {
    guard customItems.count < Self.largestItemCount else {
      throw HostCallError("the menu has too many items")
    }
    customItems.append(Item(action: .custom(number), label: label))
  }

  /// Takes away all items of this number.
  mutating func remove(_ number: UInt8) {
    customItems.removeAll { $0.action == .custom(number) }
  }

  /// Opens the menu without its button.
  mutating func open() {
    isOpen = true
  }

  /// Takes the input of a tick; returns what was chosen, and the menu is closed then.
  mutating func handle(_ input: PlayerInput) -> Action? {
    followMenuButton(input.buttons.contains(.menu))
    guard isOpen else { return nil }
    moveCursor(Direction(input.pad))
    return followSelection(!input.buttons.isDisjoint(with: [.south, .east]))
  }

  /// The menu opens when the button goes down and closes when it comes up, so that the cart never
  /// sees it held.
  private mutating func followMenuButton(_ isDown: Bool) {
    if isOpen {
      if canClose, holdsMenuButton, !isDown { isOpen = false }
      if !isDown { canClose = true }
    } else if isDown, !holdsMenuButton {
      isOpen = true
      canClose = false
    }
    holdsMenuButton = isDown
  }

  private mutating func moveCursor(_ new: Direction?) {
    defer { direction = new }
    guard new != direction else { return }
    switch new {
    case .up: selected = max(0, selected - 1)
    case .down: selected = max(selected, min(selected + 1, rowCount - 1))
    case .left: selected = 0
    case .right: selected = max(selected, rowCount - 1)
    case nil: break
    }
  }

  private mutating func followSelection(_ isDown: Bool) -> Action? {
    defer { holdsSelection = isDown }
    guard holdsSelection, !isDown else { return nil }
    isOpen = false
    if selected < customItems.count { return customItems[selected].action }
    let row = selected - customItems.count
    return row < Self.systemItems.count ? Self.systemItems[row].action : nil
  }

  /// The pad as four keys: the stronger axis counts, beyond a dead zone.
  private enum Direction {
    case up
    case down
    case left
    case right

    init?(_ pad: SIMD2<Int16>?) {
      guard let pad else { return nil }
      let (x, y) = (Int(pad.x), Int(pad.y))
      if abs(y) > 300, abs(y) > abs(x) {
        self = y > 0 ? .up : .down
      } else if abs(x) > 300, abs(x) > abs(y) {
        self = x > 0 ? .right : .left
      } else {
        return nil
      }
    }
  }
}
