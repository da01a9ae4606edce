import Console

/// The window with what is shown in it: the newest picture, and above it a screen or a notice.
///
/// It draws only what changed, and opens the window with the first thing there is to see.
final class Stage {
  /// A cart that takes longer to load gets an empty window meanwhile.
  private static let loadPatience: UInt64 = 400_000_000

  let window: Window
  private var fonts = FontShelf()
  private var notice: Notice?
  /// What hints call the buttons of the controller.
  private var buttonNames: ButtonNames?
  /// Number of the newest picture that was taken over.
  private(set) var shownPicture = 0
  private var hasShown = false
  private var needsOverlay = false
  private var needsPresent = true
  private let start: UInt64

  /// The stage of a window that is hidden yet.
  init(_ window: Window, now: UInt64) {
    self.window = window
    start = now
  }

  /// Opens the window, if it is hidden.
  func open() {
    window.show()
    hasShown = true
  }

  /// What lies over the picture has changed.
  func redraw() { needsOverlay = true }

  /// The window has to be filled again with what it showed.
  func refresh() { needsPresent = true }

  /// What the window's textures held is lost.
  func restore() {
    shownPicture = 0
    needsOverlay = true
    needsPresent = true
  }

  /// Shows a line for a few seconds, while the cart has the window for itself.
  func show(notice text: String, now: UInt64) {
    notice = Notice(text, now: now)
    needsOverlay = true
  }

  /// Takes away what has been shown long enough.
  func expire(now: UInt64) {
    if let notice, now > notice.end {
      self.notice = nil
      needsOverlay = true
    }
    if !hasShown, now - start > Self.loadPatience { open() }
  }

  /// Takes over a picture with its number.
  func take(_ picture: Picture, number: Int) {
    shownPicture = number
    window.upload(picture)
    needsPresent = true
    if !hasShown { open() }
  }

  /// Draws and shows what changed; says whether it showed anything.
  func present(_ screen: inout ShellScreen, buttonNames: ButtonNames?) -> Bool {
    guard window.isVisible else { return false }
    if self.buttonNames != buttonNames {
      self.buttonNames = buttonNames
      needsOverlay = true
    }
    if needsOverlay {
      window.upload(overlay: draw(&screen))
      needsOverlay = false
      needsPresent = true
    }
    guard needsPresent else { return false }
    needsPresent = false
    window.present(isDimmed: !screen.isGame)
    return true
  }

  private func draw(_ screen: inout ShellScreen) -> Canvas? {
    let (width, height) = window.size
    if screen.isGame {
      let choice = fonts.choose(windowWidth: width, windowHeight: height)
      return notice?.draw(width: width, height: height, choice: choice)
    }
    return screen.draw(width: width, height: height, fonts: &fonts, buttonNames: buttonNames)
  }
}
