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
}
