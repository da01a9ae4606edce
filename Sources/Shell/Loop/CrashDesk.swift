import CSDL2
import Postmortem

/// The crash screen with what its keys do outside of it: clipboard, file, editor.
struct CrashDesk {
  /// What is left to the window.
  enum Wish {
    case restart
    case quit
  }

  private(set) var screen: CrashScreen
  /// Whether what there is to tell has been presented.
  private var isShown = false
  private let options: ShellOptions
  /// Gets messages from other threads.
  private let tell: @Sendable (String) -> Void

  /// A desk for a report that may not be complete.
  init(
    _ report: CrashReport, isComplete: Bool, options: ShellOptions,
    tell: @escaping @Sendable (String) -> Void
  ) {
    screen = CrashScreen(report: report)
    screen.isGathering = !isComplete
    self.options = options
    self.tell = tell
  }

  /// Takes over the complete report, once.
  mutating func complete(_ report: CrashReport) {
    guard screen.isGathering else { return }
    screen.isGathering = false
    screen.replace(report: report)
    isShown = false
  }

  /// Notes that the screen has been presented, so many nanoseconds after the callback began that
  /// crashed.
  mutating func presented(after delay: UInt64) {
    guard !isShown else { return }
    isShown = true
    options.onCrashShown?(delay, !screen.isGathering)
  }

  /// Whether the report is not complete yet.
  var isGathering: Bool { screen.isGathering }

  /// Shows what came of an action.
  mutating func show(status: String) { screen.show(status: status) }

  /// Does what a key or button means here.
  mutating func perform(_ action: ShellAction) -> Wish? {
    screen.show(status: nil)
    switch action {
    case .up: screen.move(by: -1)
    case .down: screen.move(by: 1)
    case .pageUp: screen.scroll(byPages: -1)
    case .pageDown: screen.scroll(byPages: 1)
    case .top: screen.scrollToTop()
    case .bottom: screen.scrollToBottom()
    case .otherEnd: screen.scrollToOtherEnd()
    case .lineUp: screen.scroll(by: -1)
    case .lineDown: screen.scroll(by: 1)
    case .listPageUp: screen.move(byPages: -1)
    case .listPageDown: screen.move(byPages: 1)
    case .listTop: screen.moveToTop()
    case .listBottom: screen.moveToBottom()
    case .listOtherEnd: screen.moveToOtherEnd()
    case .unfold: screen.unfold()
    case .fold: screen.fold()
    case .toggleFold: screen.toggleFold()
    case .copy:
      let isCopied = SDL_SetClipboardText(screen.text) == 0
      screen.show(status: isCopied ? "Copied to the clipboard" : "Not copied: \(sdlError())")
    case .save: screen.show(status: options.saveReport(screen.text))
    case .openSource:
      if let source = screen.source {
        options.editor.open(path: source.path, line: source.line, tell: tell)
      } else {
        screen.show(status: "Nothing to open: the source file of this row was not found")
      }
    case .restart: return .restart
    case .quit: return .quit
    case .openMenu, .confirm, .back, .keepReplay, .mute, .louder, .quieter: break
    }
    return nil
  }

  /// Takes a click at a pixel.
  mutating func click(x: Int, y: Int) {
    screen.show(status: nil)
    screen.click(x: x, y: y)
  }

  /// Takes a turn of the wheel at a pixel, downwards for positive numbers.
  mutating func turnWheel(x: Int, y: Int, by steps: Int) {
    screen.turnWheel(x: x, y: y, by: steps)
  }

  /// Draws the screen for a window of this size, which then knows how far it can scroll.
  mutating func draw(
    width: Int, height: Int, fonts: inout FontShelf, buttonNames: ButtonNames?
  ) -> Canvas {
    screen.buttonNames = buttonNames
    let choice = fonts.choose(windowWidth: width, windowHeight: height, columns: 80, rows: 24)
    return screen.draw(width: width, height: height, choice: choice).canvas
  }
}
