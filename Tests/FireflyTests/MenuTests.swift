import Console
import Engine
import Testing

@testable import Firefly

@Suite("The menu")
struct MenuTests {
  private static let menu = PlayerInput(buttons: .menu)
  private static let idle = PlayerInput()
  private static let south = PlayerInput(buttons: .south)
  private static func pad(_ x: Int16, _ y: Int16) -> PlayerInput { PlayerInput(pad: SIMD2(x, y)) }

  private func open(_ labels: [String] = []) throws -> CartMenu {
    var menu = CartMenu()
    for (number, label) in labels.enumerated() {
      try menu.add(UInt8(number + 7), label: Array(label.utf8))
    }
    #expect(menu.handle(Self.menu) == nil)
    #expect(menu.isOpen)
    return menu
  }

  /// What is chosen at the end of the inputs, and whether the menu is open then.
  private func play(_ menu: inout CartMenu, _ inputs: PlayerInput...) -> CartMenu.Action? {
    inputs.reduce(nil) { $0 ?? menu.handle($1) }
  }

  @Test("opens when its button goes down and closes when that comes up the second time")
  func opensAndCloses() throws {
    var menu = try open()
    _ = play(&menu, Self.menu, Self.idle)
    #expect(menu.isOpen)
    _ = play(&menu, Self.menu)
    #expect(menu.isOpen)
    _ = play(&menu, Self.idle)
    #expect(!menu.isOpen)
  }

  @Test("takes an item when a button comes up, not before")
  func choosesOnRelease() throws {
    var menu = try open()
    #expect(play(&menu, Self.idle, Self.south, Self.south) == nil)
    #expect(menu.isOpen)
    #expect(play(&menu, Self.idle) == .takeScreenshot)
    #expect(!menu.isOpen)
  }

  @Test("moves one row at a push of the pad, and to the ends with left and right")
  func movesCursor() throws {
    var menu = try open(["one", "two"])
    _ = play(&menu, Self.pad(0, -1000), Self.pad(0, -1000))
    #expect(menu.selected == 1)
    _ = play(&menu, Self.pad(0, 0), Self.pad(300, -301), Self.pad(100, -300))
    #expect(menu.selected == 2)
    _ = play(&menu, Self.pad(1000, 0))
    #expect(menu.selected == 4)
    _ = play(&menu, Self.idle, Self.pad(0, -1000))
    #expect(menu.selected == 4)
    _ = play(&menu, Self.pad(0, 1000))
    #expect(menu.selected == 3)
    _ = play(&menu, Self.pad(-400, 399))
    #expect(menu.selected == 0)
  }

  @Test("gives the cart's items their numbers, and the console's below them")
  func choosesItems() throws {
    let expected: [CartMenu.Action] = [
      .custom(7), .custom(8), .takeScreenshot, .restart, .exit,
    ]
    for (row, action) in expected.enumerated() {
      var menu = try open(["one", "two"])
      for _ in 0..<row { _ = play(&menu, Self.pad(0, -1000), Self.pad(0, 0)) }
      #expect(play(&menu, PlayerInput(buttons: .east), Self.idle) == action)
    }
  }

  @Test("forgets all items of a number, and a cursor below the last row chooses nothing")
  func removesItems() throws {
    var menu = try open(["one"])
    _ = play(&menu, Self.pad(1000, 0))
    menu.remove(7)
    #expect(play(&menu, Self.south, Self.idle) == nil)
    #expect(!menu.isOpen)
    var next = menu
    #expect(play(&next, Self.menu, Self.idle, Self.pad(-1000, 0), Self.south, Self.idle) != nil)
  }

  @Test("has room for many items, not for any number of them")
  func isBounded() throws {
    let bench = try HostBench()
    bench.write(Array("entry".utf8), at: 0)
    for _ in 0..<300 { try bench.call("menu.add_menu_item", 513, 0, 5) }
    #expect(bench.state.menu.customItems.count == CartMenu.largestItemCount)
    #expect(bench.state.menu.customItems.first?.action == .custom(1))
    #expect(Set(bench.log) == ["menu.add_menu_item: the menu has too many items"])
    try bench.call("menu.remove_menu_item", 1)
    #expect(bench.state.menu.customItems.isEmpty)
  }

  @Test("refuses names that are no text, too long, or not there")
  func refusesNames() throws {
    let bench = try HostBench()
    bench.write([0xFF, 0xFE], at: 0)
    try bench.call("menu.add_menu_item", 1, 0, 2)
    try bench.call("menu.add_menu_item", 1, 0, 0x10000)
    try bench.call("menu.add_menu_item", 1, 0xFFFF_FFFF, 2)
    #expect(
      bench.log == [
        "menu.add_menu_item: menu item name is not valid UTF-8",
        "menu.add_menu_item: the menu item name is too long",
        "menu.add_menu_item: buffer points out of memory",
      ])
  }

  @Test("opens on the cart's wish, unless the cart stands in for the menu")
  func opensByCall() throws {
    let bench = try HostBench()
    try bench.call("menu.open_menu")
    #expect(bench.state.menu.isOpen)
    let launcher = try HostBench()
    launcher.state.isLauncher = true
    try launcher.call("menu.open_menu")
    #expect(!launcher.state.menu.isOpen)
  }

  @Test("looks as it does on the console: panel, separator, cursor and text")
  func looksRight() throws {
    var menu = try open(["Hi"])
    _ = play(&menu, Self.pad(0, -1000))
    let frame = Framebuffer(width: 240, height: 160)
    frame.clear(3)
    let picture = MenuPanel(menu: menu).drawn(over: frame, colors: Palette.sweetie16.colors)
    #expect(picture.palette == Palette.sweetie16.colors)
    let letters: [UInt8: Character] = [0: "#", 12: ".", 3: "~"]
    let rows = (18..<52).map { y in
      String((18..<60).map { x in letters[picture.pixels[y * 240 + x]] ?? "?" })
    }
    #expect(rows.joined(separator: "\n") == Self.corner)
    #expect(picture.pixels[142 * 240 + 100] == 3)
    #expect(picture.pixels[141 * 240 + 100] == 0)
    let edge = Array(picture.pixels[100 * 240 + 219...100 * 240 + 222])
    #expect(edge == [12, 0, 0, 3] as [UInt8])
  }

  @Test("keeps its colours whatever the cart's palette is")
  func keepsColors() throws {
    let menu = try open()
    let frame = Framebuffer(width: 240, height: 160)
    let colors = (0..<16).map { UInt32($0) << 20 }
    let picture = MenuPanel(menu: menu).drawn(over: frame, colors: colors)
    #expect(picture.palette.count == 18)
    #expect(picture.palette[Int(picture.pixels[100 * 240 + 100])] == 0xF0F4F0)
    #expect(picture.palette[Int(picture.pixels[100 * 240 + 19])] == 0x181C28)
  }

  // What firefly.md 10.1 and the official console's runtime 0.12.1 say, drawn by hand from them.
  private static let corner = """
    ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
    ~#########################################
    ~#........................................
    ~#........................................
    ~#........................................
    ~#........................................
    ~#.......#..#...#.........................
    ~#.......#..#.............................
    ~#.......####..##.........................
    ~#.......#..#...#.........................
    ~#.......#..#...#.........................
    ~#.......#..#..###........................
    ~#........................................
    ~#........................................
    ~#........................................
    ~#........................................
    ~#........................................
    ~#........................................
    ~#########################################
    ~#........................................
    ~#.....###################################
    ~#....#...................................
    ~#...#....#..........#....................
    ~#...#....#..........#....................
    ~#...#...###....###..#.#....##..........##
    ~#...#....#....#..#..##....#.##........##.
    ~#...#....#.#..#..#..#.#...##............#
    ~#...#.....#....###..#..#...###........###
    ~#...#....................................
    ~#...#....................................
    ~#....#...................................
    ~#.....###################################
    ~#......##################################
    ~#........................................
    """
}
