import Postmortem
import Shell
import Testing

@Suite("The crash screen")
struct CrashScreenTests {
  /// A window in pixels; those of twice the size are what a display of scale 2 gives.
  struct Size: CustomTestStringConvertible {
    var width: Int
    var height: Int
    var fonts = FontShelf.systemFolder
    var testDescription: String {
      "\(width)x\(height)" + (fonts == FontShelf.systemFolder ? "" : ", own font")
    }
  }

  static let sizes =
    [(480, 320), (960, 640), (1920, 1080), (1280, 720), (640, 1000)]
    .flatMap { [Size(width: $0, height: $1), Size(width: $0, height: $1, fonts: "/nonexistent")] }

  private func grid(_ screen: inout CrashScreen, _ size: Size) -> TextGrid {
    var shelf = FontShelf(folder: size.fonts)
    let choice = shelf.choose(
      windowWidth: size.width, windowHeight: size.height, columns: 80, rows: 24)
    return screen.draw(width: size.width, height: size.height, choice: choice)
  }

  private func rows(_ screen: inout CrashScreen, _ size: Size) -> [String] {
    let grid = grid(&screen, size)
    #expect(grid.lostCount == 0, "characters cut off or drawn over others")
    return (0..<grid.rows).map { grid.text(row: $0) }
  }

  @Test(arguments: sizes + [Size(width: 1920, height: 1280), Size(width: 3840, height: 2160)])
  func `Everything has its place: nothing is cut off or overlaps`(size: Size) {
    var screen = CrashScreen(report: SampleReport.report(frameCount: 40))
    for names in [nil, ButtonNames.xbox, .playStation, .nintendo] {
      screen.buttonNames = names
      let rows = rows(&screen, size)
      let text = rows.joined(separator: "\n")
      #expect(rows[0...4].joined().contains("assertion failed: inventory.count"))
      #expect(text.contains("[unreachable]"))
      #expect(text.contains("Night Catch (night.catch)  update, frame 1234, 20.6 s"))
      #expect(text.contains("Some functions have n"))
      #expect(text.contains("Backtrace, youngest first"))
      #expect(text.contains("math.h:10:5"))
      #expect(rows.suffix(5).joined().contains("core.wasm"))
      for word in ["frame", "scroll", "copy", "save", "source", "restart", "quit"] {
        #expect(rows.suffix(3).joined(separator: " ").contains(" " + word))
      }
      #expect(rows.suffix(3).joined().contains("|LB/RB") == (names == .xbox))
      #expect(rows.suffix(3).joined().contains("R|Cross") == (names == .playStation))
    }
  }

  @Test(arguments: sizes)
  func `A function of the host has a name, and no place in the cart`(size: Size) throws {
    let host = ReportFrame(host: 3, name: "graphics.draw_text")
    var screen = CrashScreen(report: SampleReport.report(frameCount: 4, youngest: [host]))
    screen.moveToTop()
    let row = try #require(rows(&screen, size).first { $0.contains("host: graphics.draw_text") })
    #expect(!row.contains("0x"), "\(row)")
  }

  @Test func `Letters that the font lacks keep their places`() {
    let text = "Zażółć, 夜の蛍"
    let frame = ReportFrame(
      functionIndex: 1, name: nil, offset: 1, functionOffset: 1,
      functions: [
        ReportFunction(
          name: "main", file: "main.c", line: 1,
          variables: [ReportVariable(name: "title", type: "char*", text: text)])
      ])
    for fonts in [FontShelf.systemFolder, "/nonexistent"] {
      var screen = CrashScreen(report: SampleReport.report(frameCount: 0, youngest: [frame]))
      let size = Size(width: 960, height: 640, fonts: fonts)
      #expect(rows(&screen, size).contains { $0.contains(text) })
      var shelf = FontShelf(folder: fonts)
      let font = shelf.choose(
        windowWidth: size.width, windowHeight: size.height, columns: 80, rows: 24
      ).font
      // Each has a drawing: its own or the one for what is missing.
      for scalar in text.unicodeScalars where scalar != " " {
        let pixels = (0..<font.height).flatMap { y in
          (0..<font.width).map { font.isSet(scalar, x: $0, y: y) }
        }
        #expect(pixels.contains(true), "\(scalar) with \(fonts)")
      }
    }
  }

  @Test(arguments: sizes)
  func `Inlined functions are marked and file names stay whole`(size: Size) {
    var screen = CrashScreen(report: SampleReport.report())
    let rows = rows(&screen, size)
    let inlined = rows.filter { $0.contains("clamp (inlined)") }
    #expect(inlined.count >= 1)
    #expect(inlined.allSatisfy { $0.contains("math.h:10:5") })
    #expect(rows.contains { $0.contains("player_movement.cpp:12") && $0.contains("...") })
  }

  @Test(arguments: [(480, 320), (960, 640), (1320, 330)])
  func `Going down with the keys shows each row as the selected one`(width: Int, height: Int) {
    let size = Size(width: width, height: height, fonts: "/nonexistent")
    var screen = CrashScreen(report: SampleReport.report(frameCount: 16))
    screen.move(by: -1000)
    let count = screen.list.rows.count
    for index in 0..<count {
      #expect(screen.list.selection == index)
      let rows = rows(&screen, size)
      #expect(rows.contains { $0.contains("\(index + 1)/\(count)") })
      defer { screen.move(by: 1) }
      guard case .function(let frame, let function) = screen.list.rows[index].content else {
        #expect(rows.contains { $0.contains("more of the runtime: core::panicking") })
        continue
      }
      let place = screen.report.frames[frame].functions[function].place ?? "(+0x"
      let end = place.split(separator: "/").last.map(String.init) ?? place
      #expect(rows.contains { $0.contains(end) })
    }
  }

  @Test(arguments: sizes)
  func `Scrolling reaches every line of source, variables, calls and hints`(size: Size) {
    var screen = CrashScreen(report: SampleReport.report())
    screen.move(by: 1)
    var all = ""
    for _ in 0..<20 {
      all += rows(&screen, size).joined(separator: "\n") + "\n"
      screen.scroll(byPages: 1)
    }
    for wanted in [
      "int value_3", "_local", "lantern", "instruction", "changed", "item19", "21109",
      "Wasm locals",
      "operand stack",
      "draw_text(16007", "What is missing", "Coredump", "Long values in full", "ultima",
    ] {
      let isThere = all.contains(wanted)
      #expect(isThere, "\(wanted)")
    }
  }

  @Test func `A long value leaves room for the variables behind it`() throws {
    var screen = CrashScreen(report: SampleReport.report())
    screen.move(by: 1)
    let rows = rows(&screen, Size(width: 540, height: 2000))
    let long = try #require(rows.firstIndex { $0.contains("tiles") })
    let next = try #require(rows.firstIndex { $0.contains("speed") })
    #expect(next - long <= 3)
  }

  @Test func `Scrolling stops at both ends`() {
    let size = Size(width: 480, height: 320)
    var screen = CrashScreen(report: SampleReport.report())
    let top = rows(&screen, size)
    screen.scroll(by: -5)
    #expect(rows(&screen, size) == top)
    screen.scroll(by: 1)
    #expect(rows(&screen, size) != top)
    screen.scrollToBottom()
    let bottom = rows(&screen, size)
    screen.scroll(byPages: 3)
    #expect(rows(&screen, size) == bottom)
    screen.scroll(by: .max)
    #expect(rows(&screen, size) == bottom)
    screen.scroll(by: .min)
    #expect(rows(&screen, size) == top)
    screen.scroll(by: 1)
    screen.scrollToTop()
    #expect(rows(&screen, size) == top)
  }

  @Test func `The backtrace is paged, and both parts jump to their ends and back`() {
    let size = Size(width: 480, height: 320)
    var screen = CrashScreen(report: SampleReport.report(frameCount: 2000))
    screen.moveToTop()
    _ = rows(&screen, size)
    screen.move(byPages: 1)
    let page = screen.list.selection
    #expect(page > 2)
    screen.move(byPages: 1)
    #expect(screen.list.selection == 2 * page)
    screen.move(byPages: -3)
    #expect(screen.list.selection == 0)
    screen.moveToOtherEnd()
    #expect(screen.list.selection == screen.list.rows.count - 1)
    #expect(rows(&screen, size).contains { $0.contains("main.cpp:7") })
    screen.moveToOtherEnd()
    #expect(screen.list.selection == 0)
    screen.moveToBottom()
    screen.move(by: -2)
    let top = rows(&screen, size)
    screen.scrollToOtherEnd()
    #expect(rows(&screen, size) != top)
    screen.scrollToOtherEnd()
    #expect(rows(&screen, size) == top)
  }

  @Test func `A window that grows shows what was scrolled away`() {
    var screen = CrashScreen(report: SampleReport.report())
    _ = rows(&screen, Size(width: 480, height: 320))
    screen.scrollToBottom()
    let large = Size(width: 540, height: 2000)
    var fresh = CrashScreen(report: SampleReport.report())
    #expect(rows(&screen, large) == rows(&fresh, large))
  }

  @Test func `Another row begins at the top of its details`() {
    let size = Size(width: 480, height: 320)
    var screen = CrashScreen(report: SampleReport.report(frameCount: 40))
    _ = rows(&screen, size)
    screen.scrollToBottom()
    screen.move(by: 1)
    var fresh = CrashScreen(report: SampleReport.report(frameCount: 40))
    fresh.move(by: 1)
    #expect(rows(&screen, size) == rows(&fresh, size))
  }

  @Test(arguments: sizes)
  func `A click selects the row under it, and the wheel moves from there`(size: Size) throws {
    var screen = CrashScreen(report: SampleReport.report(frameCount: 40))
    let grid = grid(&screen, size)
    let row = try #require(
      (0..<grid.rows).first { grid.text(row: $0).contains("clamp (inlined)") })
    let x = grid.geometry.left + 5 * grid.cellWidth
    let y = grid.geometry.top + row * grid.cellHeight + grid.cellHeight / 2
    screen.click(x: x, y: y)
    guard case .function(let frame, 0) = screen.list.rows[screen.list.selection].content else {
      Issue.record("no function is selected")
      return
    }
    #expect(screen.report.frames[frame].functions[0].isInlined)
    let before = screen.list.selection
    screen.turnWheel(x: x, y: y, by: 2)
    #expect(screen.list.selection == before + 2)
    // Beside the backtrace it scrolls, and a click does nothing.
    screen.turnWheel(x: size.width - grid.cellWidth * 6, y: size.height * 3 / 4, by: 1)
    screen.click(x: 0, y: 0)
    screen.click(x: -5, y: 99_999)
    #expect(screen.list.selection == before + 2)
  }

  @Test func `A stack without functions still has all else`() {
    let size = Size(width: 480, height: 320)
    var screen = CrashScreen(report: SampleReport.report(frameCount: 0))
    let text = rows(&screen, size).joined()
    #expect(text.contains("No function of the cart was running."))
    #expect(text.contains("Last host calls"))
    #expect(screen.source == nil)
    screen.move(by: 1)
    screen.toggleFold()
    screen.click(x: 100, y: 100)
  }

  @Test func `A report that comes later replaces the first and selects its own row`() {
    let size = Size(width: 480, height: 320)
    var screen = CrashScreen(report: SampleReport.report(frameCount: 0))
    screen.isGathering = true
    #expect(rows(&screen, size).joined().contains("Reading the debug information"))
    screen.isGathering = false
    screen.replace(report: SampleReport.report())
    var fresh = CrashScreen(report: SampleReport.report())
    #expect(rows(&screen, size) == rows(&fresh, size))
  }

  @Test func `A row that was chosen before the whole report came stays selected`() {
    var screen = CrashScreen(report: SampleReport.report())
    screen.isGathering = true
    screen.moveToBottom()
    screen.move(by: -1)
    let chosen = screen.list.rows[screen.list.selection].content
    screen.replace(report: SampleReport.report())
    guard case .function(let frame, _) = chosen,
      case .function(let now, _) = screen.list.rows[screen.list.selection].content
    else {
      Issue.record("no function is selected")
      return
    }
    #expect(now == frame)
  }

  @Test func `The source to open is that of the selected row`() {
    var screen = CrashScreen(report: SampleReport.report())
    screen.move(by: -100)
    #expect(screen.source == nil)
    while screen.source == nil, screen.list.selection + 1 < screen.list.rows.count {
      screen.move(by: 1)
    }
    #expect(screen.source?.path == SampleReport.path)
    #expect(screen.source?.line == 123)
  }

  @Test func `A message takes the line of the coredump until the next`() {
    let size = Size(width: 480, height: 320)
    var screen = CrashScreen(report: SampleReport.report())
    let folder = String(repeating: "deep/", count: 40)
    screen.show(status: "Saved as /somewhere/\(folder)report.txt")
    let text = rows(&screen, size).joined()
    #expect(text.contains("Saved as") && text.contains("report.txt"))
    screen.show(status: nil)
    #expect(!rows(&screen, size).joined().contains("Saved as"))
  }

  @Test(arguments: [(1, 1), (7, 3), (60, 20), (240, 160), (300, 2000), (2000, 30)])
  func `Any window size can be drawn`(width: Int, height: Int) {
    let own = FontShelf.Choice(font: .fallback, scale: 1)
    var screen = CrashScreen(report: SampleReport.report(frameCount: 5000))
    #expect(
      screen.draw(width: width, height: height, choice: own).canvas.pixels.count == width * height)
    screen.scrollToBottom()
    screen.scroll(byPages: -2)
    screen.show(status: "saved")
    screen.move(by: 3)
    _ = screen.draw(width: width, height: height, choice: own)
    screen.click(x: width / 2, y: height / 2)
    var menu = Menu.watchdog
    _ = menu.draw(width: width, height: height, choice: own)
  }

  @Test(arguments: 1...60)
  func `Parts of any grid never overlap`(rows: Int) {
    for columns in [1, 20, 48, 80, 109, 110, 200] {
      let layout = CrashLayout(
        columns: columns, rows: rows,
        wishes: CrashLayout.Wishes(title: 4, summary: 6, frames: 50, calls: 8, keys: 2))
      let blocks =
        [
          layout.title, layout.summary, layout.frames, layout.details, layout.message, layout.keys,
        ] + (layout.calls.map { [$0] } ?? [])
      var owners = [Int](repeating: 0, count: columns * rows)
      for block in blocks {
        #expect(block.rows.lowerBound >= 0 && block.rows.upperBound <= rows)
        #expect(block.columns.lowerBound >= 0 && block.columns.upperBound <= columns)
        for row in block.rows {
          for column in block.columns { owners[row * columns + column] += 1 }
        }
      }
      #expect(owners.allSatisfy { $0 <= 1 })
      if rows >= 20 { #expect(layout.frames.rows.count >= 3 && layout.details.rows.count >= 3) }
    }
  }
}
