// The Firefly Zero host interface for carts in Embedded Swift.
//
// The first part names the console's functions as they are imported; the second gives them Swift types. A cart exports
// its callbacks with `@_expose(wasm, "update") func update()`.

// MARK: The console's functions

@_extern(c)
@_extern(wasm, module: "graphics", name: "clear_screen")
func clear_screen(_ color: Int32)
@_extern(c)
@_extern(wasm, module: "graphics", name: "set_color")
func set_color(_ index: UInt32, _ r: UInt32, _ g: UInt32, _ b: UInt32)
@_extern(c)
@_extern(wasm, module: "graphics", name: "draw_point")
func draw_point(_ x: Int32, _ y: Int32, _ color: Int32)
@_extern(c)
@_extern(wasm, module: "graphics", name: "draw_line")
func draw_line(_ x1: Int32, _ y1: Int32, _ x2: Int32, _ y2: Int32, _ color: Int32, _ width: UInt32)
@_extern(c)
@_extern(wasm, module: "graphics", name: "draw_rect")
func draw_rect(
  _ x: Int32, _ y: Int32, _ w: UInt32, _ h: UInt32, _ fill: Int32, _ stroke: Int32, _ width: UInt32)
@_extern(c)
@_extern(wasm, module: "graphics", name: "draw_rounded_rect")
func draw_rounded_rect(
  _ x: Int32, _ y: Int32, _ w: UInt32, _ h: UInt32, _ cornerW: UInt32, _ cornerH: UInt32,
  _ fill: Int32, _ stroke: Int32, _ width: UInt32)
@_extern(c)
@_extern(wasm, module: "graphics", name: "draw_circle")
func draw_circle(
  _ x: Int32, _ y: Int32, _ diameter: UInt32, _ fill: Int32, _ stroke: Int32, _ width: UInt32)
@_extern(c)
@_extern(wasm, module: "graphics", name: "draw_text")
func draw_text(
  _ text: UnsafePointer<UInt8>?, _ length: UInt32, _ font: UnsafePointer<UInt8>?,
  _ fontSize: UInt32, _ x: Int32, _ y: Int32, _ color: Int32)
@_extern(c)
@_extern(wasm, module: "graphics", name: "draw_image")
func draw_image(_ image: UnsafePointer<UInt8>?, _ size: UInt32, _ x: Int32, _ y: Int32)
@_extern(c)
@_extern(wasm, module: "input", name: "read_pad")
func read_pad(_ peer: UInt32) -> UInt32
@_extern(c)
@_extern(wasm, module: "input", name: "read_buttons")
func read_buttons(_ peer: UInt32) -> UInt32
@_extern(c)
@_extern(wasm, module: "misc", name: "log_debug")
func log_debug(_ text: UnsafePointer<UInt8>?, _ length: UInt32)
@_extern(c)
@_extern(wasm, module: "misc", name: "set_seed")
func set_seed(_ seed: UInt32)
@_extern(c)
@_extern(wasm, module: "misc", name: "get_random")
func get_random() -> UInt32
@_extern(c)
@_extern(wasm, module: "misc", name: "quit")
func quit()

// MARK: Swift types for them

/// A palette index + 1; `none` leaves the pixels alone.
enum Color: Int32 {
  case none, black, purple, red, orange, yellow, lightGreen, green, darkGreen
  case darkBlue, blue, lightBlue, cyan, white, lightGray, gray, darkGray
}

/// A place on the screen in pixels, y down.
struct Point: Equatable {
  var x: Int32
  var y: Int32
}

/// An area of the screen in pixels.
struct Rect {
  var x: Int32
  var y: Int32
  var width: Int32
  var height: Int32
}

/// How a shape is drawn: its fill and its outline.
struct Paint {
  var fill = Color.none
  var stroke = Color.none
  var strokeWidth: UInt32 = 1
}

/// The 240 x 160 screen.
enum Screen {
  static let width: Int32 = 240
  static let height: Int32 = 160

  static func clear(_ color: Color) { clear_screen(color.rawValue) }

  /// Gives `color` another shade; the components are 0...255.
  static func redefine(_ color: Color, red: UInt32, green: UInt32, blue: UInt32) {
    set_color(UInt32(bitPattern: color.rawValue), red, green, blue)
  }

  static func point(_ at: Point, _ color: Color) { draw_point(at.x, at.y, color.rawValue) }

  static func line(_ from: Point, _ to: Point, _ color: Color, width: UInt32 = 1) {
    draw_line(from.x, from.y, to.x, to.y, color.rawValue, width)
  }

  /// Draws a rectangle, with round corners where `corner` is not 0.
  static func rect(_ area: Rect, _ paint: Paint, corner: UInt32 = 0) {
    let width = UInt32(bitPattern: area.width)
    let height = UInt32(bitPattern: area.height)
    if corner == 0 {
      draw_rect(
        area.x, area.y, width, height, paint.fill.rawValue, paint.stroke.rawValue,
        paint.strokeWidth)
    } else {
      draw_rounded_rect(
        area.x, area.y, width, height, corner, corner, paint.fill.rawValue, paint.stroke.rawValue,
        paint.strokeWidth)
    }
  }

  /// Draws a circle around `center`; an odd diameter has its centre in the middle of a pixel.
  static func circle(_ center: Point, diameter: Int32, _ paint: Paint) {
    draw_circle(
      center.x - diameter / 2, center.y - diameter / 2, UInt32(bitPattern: diameter),
      paint.fill.rawValue, paint.stroke.rawValue, paint.strokeWidth)
  }
}

/// A font in the console's own format.
struct Font {
  let data: UnsafePointer<UInt8>
  let size: UInt32

  var characterWidth: Int32 { Int32(data[2]) }

  /// Draws `text` with its baseline at `at.y`.
  func draw(_ text: StaticString, at: Point, _ color: Color) {
    draw_text(
      text.utf8Start, UInt32(text.utf8CodeUnitCount), data, size, at.x, at.y, color.rawValue)
  }

  /// Draws a number, with zeros in front up to `digits` places.
  func draw(_ number: Int32, digits: Int, at: Point, _ color: Color) {
    var places: [UInt8] = []
    var rest = number
    while rest > 0 || places.count < digits {
      places.append(UInt8(truncatingIfNeeded: 48 + rest % 10))
      rest /= 10
    }
    places.reverse()
    places.withUnsafeBufferPointer {
      draw_text($0.baseAddress, UInt32($0.count), data, size, at.x, at.y, color.rawValue)
    }
  }

  /// Draws `text` in the middle of the screen's width.
  func drawCentered(_ text: StaticString, y: Int32, _ color: Color) {
    let width = Int32(text.utf8CodeUnitCount) * characterWidth
    draw(text, at: Point(x: (Screen.width - width) / 2, y: y), color)
  }
}

/// The touch pad and the buttons of all players together.
enum Input {
  struct Buttons: OptionSet {
    let rawValue: UInt32
    static let south = Buttons(rawValue: 1)
    static let east = Buttons(rawValue: 2)
    static let west = Buttons(rawValue: 4)
    static let north = Buttons(rawValue: 8)
    static let menu = Buttons(rawValue: 16)
  }

  /// A direction that the pad is pushed into, as on a cross of four keys.
  enum Direction {
    case up, down, left, right
  }

  static let everyone: UInt32 = 255

  static var buttons: Buttons { Buttons(rawValue: read_buttons(everyone)) }

  /// Where the pad is touched, -1000...1000 with y up; nil where it is not.
  static var pad: Point? {
    let bits = read_pad(everyone)
    guard bits != 0xFFFF else { return nil }
    let x = Int16(truncatingIfNeeded: bits >> 16)
    let y = Int16(truncatingIfNeeded: bits)
    return Point(x: Int32(x), y: Int32(y))
  }

  /// The pad's main direction, or nil within 300 of the centre.
  static var direction: Direction? {
    guard let pad, max(abs(pad.x), abs(pad.y)) > 300 else { return nil }
    if abs(pad.x) > abs(pad.y) { return pad.x > 0 ? .right : .left }
    return pad.y > 0 ? .up : .down
  }
}
