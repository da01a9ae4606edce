import CSDL2
import Glibc

/// How SDL's video is set up.
enum Video {
  /// Whether the video driver shows anything, or was asked for by name.
  ///
  /// Where SDL finds no display it takes one that draws into memory.
  static var hasRealDisplay: Bool {
    if getenv("SDL_VIDEODRIVER") != nil { return true }
    let driver = SDL_GetCurrentVideoDriver().map { String(cString: $0) } ?? ""
    return !["", "offscreen", "dummy", "evdev"].contains(driver)
  }

  static func setHints(_ options: ShellOptions) {
    setenv("SDL_VIDEO_X11_WMCLASS", options.applicationID, 0)
    setenv("SDL_VIDEO_WAYLAND_WMCLASS", options.applicationID, 0)
    SDL_SetHint(SDL_HINT_APP_NAME, options.title)
    // Signals are asked for by the loop; SDL's handler would hide which one came.
    SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1")
    SDL_SetHint(SDL_HINT_GAMECONTROLLER_USE_BUTTON_LABELS, "0")
    // Without this folder there is no Wayland, whose library would print a complaint of its own.
    if getenv("SDL_VIDEODRIVER") == nil, getenv("XDG_RUNTIME_DIR") == nil {
      SDL_SetHint(SDL_HINT_VIDEODRIVER, "x11,kmsdrm")
    }
    if options.virtualPad != nil { SDL_SetHint(SDL_HINT_JOYSTICK_ALLOW_BACKGROUND_EVENTS, "1") }
  }
}
