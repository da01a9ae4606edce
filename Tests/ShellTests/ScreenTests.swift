import Postmortem
import Shell
import Testing

@Suite("The shell's screens")
struct ScreenTests {
  private let own = FontShelf.Choice(font: .fallback, scale: 1)

  private func report(frameCount: Int) -> TextReport {
    TextReport(
      CrashReport(
        cartID: "a.b", cartTitle: "T", kind: CrashKind(id: "unreachable"), message: "",
        callback: "update", frameNumber: 1, seconds: 0,
        frames: (0..<frameCount).map {
          ReportFrame(functionIndex: $0, name: nil, offset: 0, functionOffset: 0)
        }))
  }

  @Test func `The picture keeps whole-number pixels in the middle of any window`() {
    func place(_ width: Int, _ height: Int) -> Placement {
      .integer(pictureWidth: 240, pictureHeight: 160, windowWidth: width, windowHeight: height)
    }
    #expect(place(720, 480) == Placement(x: 0, y: 0, width: 720, height: 480))
    #expect(place(1000, 700) == Placement(x: 20, y: 30, width: 960, height: 640))
    #expect(place(719, 480) == Placement(x: 119, y: 80, width: 480, height: 320))
    #expect(place(100, 100) == Placement(x: -70, y: -30, width: 240, height: 160))
  }

  @Test func `Scrolling stops at both ends`() {
    var screen = CrashScreen(report: report(frameCount: 30))
    func pixels() -> [UInt32] { screen.draw(width: 540, height: 300, choice: own).pixels }
    let top = pixels()
    screen.scroll(by: -5)
    #expect(pixels() == top)
    screen.scroll(by: 1)
    #expect(pixels() != top)
    screen.scrollToBottom()
    let bottom = pixels()
    screen.scroll(byPages: 3)
    #expect(pixels() == bottom)
    screen.scroll(by: .max)
    #expect(pixels() == bottom)
    screen.scroll(by: .min)
    #expect(pixels() == top)
  }

  @Test func `A window that grows shows what was scrolled away`() {
    var screen = CrashScreen(report: report(frameCount: 30))
    _ = screen.draw(width: 540, height: 300, choice: own)
    screen.scrollToBottom()
    _ = screen.draw(width: 540, height: 300, choice: own)
    let grown = screen.draw(width: 540, height: 2000, choice: own).pixels
    var fresh = CrashScreen(report: report(frameCount: 30))
    #expect(fresh.draw(width: 540, height: 2000, choice: own).pixels == grown)
  }

  @Test(arguments: [(1, 1), (7, 3), (60, 20), (240, 160), (300, 2000)])
  func `Any window size can be drawn`(width: Int, height: Int) {
    var screen = CrashScreen(report: report(frameCount: 5000))
    #expect(screen.draw(width: width, height: height, choice: own).pixels.count == width * height)
    screen.scrollToBottom()
    screen.scroll(byPages: -2)
    screen.show(status: "saved")
    _ = screen.draw(width: width, height: height, choice: own)
    _ = Menu.watchdog.draw(width: width, height: height, choice: own)
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
