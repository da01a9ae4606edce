import Console

@testable import Firefly

/// What a shape looks like, as rows of letters: `.` nothing, `f` fill, `s` stroke, without what is
/// empty below and to the right.
func picture(_ shape: any Shape) -> String {
  let screen = Framebuffer(width: 240, height: 160)
  shape.draw(into: screen)
  return letters(screen)
}

/// The screen as rows of letters; index i is letter i of `.fsabcdeghijklmno`.
func letters(_ screen: Framebuffer) -> String {
  let pixels = screen.copy
  let used = pixels.indices.filter { pixels[$0] != 0 }
  guard let last = used.last else { return "" }
  let width = (used.map { $0 % screen.width }.max() ?? 0) + 1
  let alphabet = Array(".fsabcdeghijklmno")
  return (0...last / screen.width).map { row in
    String(pixels[row * screen.width..<row * screen.width + width].map { alphabet[Int($0)] })
  }.joined(separator: "\n")
}

/// Palette indices of fill and stroke in these tests.
private let fill: UInt8 = 1
private let stroke: UInt8 = 2

let filled = Style(fill: fill, stroke: nil, strokeWidth: 0)

func stroked(_ width: Int) -> Style { Style(fill: nil, stroke: stroke, strokeWidth: width) }

func both(_ width: Int) -> Style { Style(fill: fill, stroke: stroke, strokeWidth: width) }

func area(_ x: Int, _ y: Int, _ width: Int, _ height: Int) -> Rectangle {
  Rectangle(x: x, y: y, width: width, height: height)
}

/// A line with the shortcuts that the frame buffer has.
struct ScreenLine: Shape {
  let start: Point
  let end: Point
  let width: Int

  func draw<Target: PixelTarget>(into target: Target) {
    guard let screen = target as? Framebuffer else { return }
    drawLine(from: start, to: end, width: width, color: stroke, into: screen)
  }
}

func line(_ x1: Int, _ y1: Int, _ x2: Int, _ y2: Int, width: Int) -> ScreenLine {
  ScreenLine(start: Point(x: x1, y: y1), end: Point(x: x2, y: y2), width: width)
}
