import CSDL2
import Console

/// The one window: it shows the picture, integer-scaled and letterboxed, and a canvas above it.
final class Window {
  /// Why there is no window.
  struct Failure: Error {
    var reason: String
  }

  private let window: OpaquePointer
  private let renderer: OpaquePointer
  private var pictureTexture: OpaquePointer?
  private var pictureSize = (width: 0, height: 0)
  private var overlayTexture: OpaquePointer?
  private var overlaySize = (width: 0, height: 0)

  /// Opens a hidden window that has room for the picture at a comfortable scale.
  init(title: String, pictureWidth: Int, pictureHeight: Int, scale: Int?) throws(Window.Failure) {
    let scale = scale ?? Self.comfortableScale(pictureWidth, pictureHeight)
    let flags =
      SDL_WINDOW_HIDDEN.rawValue | SDL_WINDOW_RESIZABLE.rawValue
      | SDL_WINDOW_ALLOW_HIGHDPI.rawValue
    guard
      let window = SDL_CreateWindow(
        title, Int32(SDL_WINDOWPOS_CENTERED_MASK), Int32(SDL_WINDOWPOS_CENTERED_MASK),
        Int32(pictureWidth * scale), Int32(pictureHeight * scale), flags)
    else { throw Failure(reason: sdlError()) }
    SDL_SetWindowMinimumSize(window, Int32(pictureWidth), Int32(pictureHeight))
    SDL_SetHint(SDL_HINT_RENDER_SCALE_QUALITY, "nearest")
    guard let renderer = Self.makeRenderer(window) else {
      SDL_DestroyWindow(window)
      throw Failure(reason: sdlError())
    }
    self.window = window
    self.renderer = renderer
  }

  deinit {
    SDL_DestroyRenderer(renderer)
    SDL_DestroyWindow(window)
  }

  /// Drawing by the processor, unless `SDL_RENDER_DRIVER` asks for another way.
  ///
  /// A small picture with hard edges needs no graphics driver, and to load one takes longer than
  /// the rest of a start: 50...90 ms for OpenGL against less than 1 ms.
  private static func makeRenderer(_ window: OpaquePointer) -> OpaquePointer? {
    // Else SDL shows the processor's drawing through the very driver that is to be avoided.
    SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0")
    let asked = SDL_GetHint(SDL_HINT_RENDER_DRIVER).map { String(cString: $0) } ?? ""
    if !asked.isEmpty, asked != "software",
      let renderer = SDL_CreateRenderer(window, -1, SDL_RENDERER_PRESENTVSYNC.rawValue)
    {
      return renderer
    }
    return SDL_CreateRenderer(window, -1, SDL_RENDERER_SOFTWARE.rawValue)
  }

  /// About 60 % of the desktop, at least twice the picture's size.
  private static func comfortableScale(_ width: Int, _ height: Int) -> Int {
    var bounds = SDL_Rect()
    guard SDL_GetDisplayUsableBounds(0, &bounds) == 0 else { return 3 }
    return max(
      2, min(Int(bounds.w) * 6 / 10 / max(1, width), Int(bounds.h) * 6 / 10 / max(1, height)))
  }

  /// What can be drawn to, in pixels.
  var size: (width: Int, height: Int) {
    var width: Int32 = 0
    var height: Int32 = 0
    SDL_GetRendererOutputSize(renderer, &width, &height)
    return (max(1, Int(width)), max(1, Int(height)))
  }

  /// Where a point of the window, as events tell it, is in pixels.
  func pixel(x: Int, y: Int) -> (x: Int, y: Int) {
    var width: Int32 = 0
    var height: Int32 = 0
    SDL_GetWindowSize(window, &width, &height)
    let size = size
    return (x * size.width / max(1, Int(width)), y * size.height / max(1, Int(height)))
  }

  /// The column and row of the picture at a point of the window, as events tell it.
  ///
  /// Beyond the picture they go on; nil before the first picture.
  func picturePoint(x: Int, y: Int) -> (x: Int, y: Int)? {
    guard pictureTexture != nil else { return nil }
    let point = pixel(x: x, y: y)
    let place = picturePlace
    return place.picturePoint(
      x: point.x, y: point.y, pictureWidth: pictureSize.width, pictureHeight: pictureSize.height)
  }

  /// Where the picture stands.
  var picturePlace: Placement {
    Placement.integer(
      pictureWidth: pictureSize.width, pictureHeight: pictureSize.height,
      windowWidth: size.width, windowHeight: size.height)
  }

  func show() { SDL_ShowWindow(window) }

  func hide() { SDL_HideWindow(window) }

  func set(title: String) { SDL_SetWindowTitle(window, title) }

  var isFullscreen: Bool {
    get { SDL_GetWindowFlags(window) & SDL_WINDOW_FULLSCREEN.rawValue != 0 }
    set {
      SDL_SetWindowFullscreen(window, newValue ? SDL_WINDOW_FULLSCREEN_DESKTOP.rawValue : 0)
    }
  }

  /// Whether the mouse's pointer is drawn.
  var showsCursor = true {
    didSet { SDL_ShowCursor(showsCursor ? SDL_ENABLE : SDL_DISABLE) }
  }

  /// Whether there is anything to be seen of the window.
  var isVisible: Bool {
    let hidden = SDL_WINDOW_HIDDEN.rawValue | SDL_WINDOW_MINIMIZED.rawValue
    return SDL_GetWindowFlags(window) & hidden == 0
  }

  /// Takes over a new picture.
  func upload(_ picture: Picture) {
    guard picture.width > 0, picture.height > 0,
      picture.pixels.count >= picture.width * picture.height
    else { return }
    if pictureTexture == nil || pictureSize != (picture.width, picture.height) {
      SDL_DestroyTexture(pictureTexture)
      pictureTexture = makeTexture(picture.width, picture.height)
      pictureSize = (picture.width, picture.height)
    }
    var colors = [UInt32](repeating: 0, count: 256)
    for (index, color) in picture.palette.prefix(256).enumerated() { colors[index] = color }
    var target: UnsafeMutableRawPointer?
    var pitch: Int32 = 0
    guard SDL_LockTexture(pictureTexture, nil, &target, &pitch) == 0, let target else { return }
    for y in 0..<picture.height {
      let row = target.advanced(by: y * Int(pitch)).assumingMemoryBound(to: UInt32.self)
      for x in 0..<picture.width {
        row[x] = 0xFF00_0000 | colors[Int(picture.pixels[y * picture.width + x])]
      }
    }
    SDL_UnlockTexture(pictureTexture)
  }

  /// Takes over what is drawn above the picture; nil for nothing.
  func upload(overlay: Canvas?) {
    guard let overlay else {
      SDL_DestroyTexture(overlayTexture)
      overlayTexture = nil
      return
    }
    if overlayTexture == nil || overlaySize != (overlay.width, overlay.height) {
      SDL_DestroyTexture(overlayTexture)
      overlayTexture = makeTexture(overlay.width, overlay.height)
      overlaySize = (overlay.width, overlay.height)
      SDL_SetTextureBlendMode(overlayTexture, SDL_BLENDMODE_BLEND)
    }
    SDL_UpdateTexture(overlayTexture, nil, overlay.pixels, Int32(4 * overlay.width))
  }

  /// Shows picture and overlay; a dimmed picture has 60 % of its brightness.
  func present(isDimmed: Bool) {
    SDL_SetRenderDrawColor(renderer, 0, 0, 0, 255)
    SDL_RenderClear(renderer)
    if let pictureTexture {
      let place = picturePlace
      var rectangle = SDL_Rect(
        x: Int32(place.x), y: Int32(place.y), w: Int32(place.width), h: Int32(place.height))
      let level: UInt8 = isDimmed ? 153 : 255
      SDL_SetTextureColorMod(pictureTexture, level, level, level)
      SDL_RenderCopy(renderer, pictureTexture, nil, &rectangle)
    }
    if let overlayTexture { SDL_RenderCopy(renderer, overlayTexture, nil, nil) }
    SDL_RenderPresent(renderer)
  }

  private func makeTexture(_ width: Int, _ height: Int) -> OpaquePointer? {
    SDL_CreateTexture(
      renderer, SDL_PIXELFORMAT_ARGB8888.rawValue, Int32(SDL_TEXTUREACCESS_STREAMING.rawValue),
      Int32(width), Int32(height))
  }
}

/// What SDL says about its last failure.
func sdlError() -> String { String(cString: SDL_GetError()) }
