import Shell
import Testing

@Suite("The shell's screens")
struct ScreenTests {
  @Test func `The picture keeps whole-number pixels in the middle of any window`() {
    func place(_ width: Int, _ height: Int) -> Placement {
      .integer(pictureWidth: 240, pictureHeight: 160, windowWidth: width, windowHeight: height)
    }
    #expect(place(720, 480) == Placement(x: 0, y: 0, width: 720, height: 480))
    #expect(place(1000, 700) == Placement(x: 20, y: 30, width: 960, height: 640))
    #expect(place(719, 480) == Placement(x: 119, y: 80, width: 480, height: 320))
    #expect(place(100, 100) == Placement(x: -70, y: -30, width: 240, height: 160))
  }

  @Test func `The highlight of a menu goes around both ends`() {
    var menu = Menu.pause()
    #expect(menu.current == .resume)
    menu.move(by: -1)
    #expect(menu.current == .quit)
    menu.move(by: 2)
    #expect(menu.current == .restart)
    #expect(menu.dismissal == .resume)
    #expect(Menu.watchdog.dismissal == .keepWaiting)
  }

  @Test(arguments: [(240, 160), (480, 320), (960, 640), (1280, 1024)])
  func `Menus fit into any window, and say which keys and buttons choose`(
    width: Int, height: Int
  ) {
    var shelf = FontShelf()
    let choice = shelf.choose(windowWidth: width, windowHeight: height, columns: 56, rows: 18)
    for menu in [Menu.pause(notice: "Controller disconnected"), .watchdog] {
      for (names, hint) in [
        (nil, "Enter choose   Esc back"), (ButtonNames.xbox, "Enter|A choose   Esc|B back"),
        (.nintendo, "Enter|B choose   Esc|A back"),
      ] {
        var menu = menu
        let grid = menu.draw(width: width, height: height, choice: choice, buttonNames: names)
        #expect(grid.lostCount == 0 || width == 240)
        let text = (0..<grid.rows).map { grid.text(row: $0) }.joined(separator: "\n")
        #expect(text.contains(hint))
        #expect(text.contains("> "))
        #expect(text.contains("Quit"))
      }
    }
  }
}
