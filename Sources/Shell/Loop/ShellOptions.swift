import Console

/// How the shell is to run; everything that comes from a command line, the environment or files.
public struct ShellOptions {
  /// The window's title.
  public var title: String
  /// Identity of the application for the desktop, in reverse DNS form.
  public var applicationID: String
  /// Columns of the cart's picture.
  public var pictureWidth: Int
  /// Rows of the cart's picture.
  public var pictureHeight: Int
  /// What keys and controllers mean to the cart.
  public var controls: ControlMap
  /// Whether to start in fullscreen.
  public var isFullscreen = false
  /// Magnification of the window at the start; nil chooses by the desktop's size.
  public var scale: Int?
  /// How loud the cart is at the start.
  public var volume = Volume(level: 100, isMuted: false)
  /// Gets the samples that the cart plays, interleaved stereo, on the window's thread.
  public var record: ((UnsafeBufferPointer<Int16>) -> Void)?
  /// Gets a line for whoever started the program, such as why there is no sound.
  public var warn: @Sendable (_ line: String) -> Void = { _ in }
  /// Pictures after which the window closes by itself; nil is no limit.
  public var frameLimit: Int?
  /// A file of controller mappings beside those that SDL brings along.
  public var mappingsPath: String?
  /// A controller played from a script, for tests.
  public var virtualPad: VirtualPad?
  /// Saves the text of a crash; gives the message for the player, or nil where it failed.
  public var saveReport: @Sendable (_ text: String) -> String = { _ in "Nowhere to save to" }
  /// Gets how long after the start of the callback that crashed its screen was shown, in
  /// nanoseconds, and whether all was on it by then; called again when it was.
  public var onCrashShown: (@Sendable (_ delay: UInt64, _ isComplete: Bool) -> Void)?
  /// What opens the source file of a crash.
  public var editor = SourceEditor(visual: nil)
  /// Gets the times of the start, once the first picture is on the screen.
  public var onFirstPicture: (@Sendable (StartTimes) -> Void)?

  /// Options for a cart with a picture of this size; the rest as it is for a player.
  public init(
    title: String, applicationID: String, pictureWidth: Int, pictureHeight: Int,
    controls: ControlMap
  ) {
    self.title = title
    self.controls = controls
    self.applicationID = applicationID
    self.pictureWidth = pictureWidth
    self.pictureHeight = pictureHeight
  }
}

/// Moments of a start, in nanoseconds of the system's monotonic clock.
public struct StartTimes: Sendable {
  /// When SDL began to look for a display.
  public var videoStart: UInt64 = 0
  /// When SDL had one.
  public var videoReady: UInt64 = 0
  /// When the hidden window and its renderer were there.
  public var windowReady: UInt64 = 0
  /// When the first picture had been handed to the display.
  public var firstPicture: UInt64 = 0
}

/// How a session in the window ended.
public enum ShellEnding: Sendable {
  /// The player or the cart ended it.
  case quit
  /// The player left from the crash screen.
  case crashed
  /// The system asked for it by a signal of this number.
  case signalled(Int32)
  /// The cart could not be loaded.
  case failed(any Error)
  /// There is no display, for this reason.
  case noDisplay(reason: String)
}
