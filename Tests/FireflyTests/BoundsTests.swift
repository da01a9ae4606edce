import Console
import Testing

@testable import Firefly

@Suite("A drawing with absurd numbers")
struct BoundsTests {
  /// Numbers at and beyond every limit that a cart can pass.
  static let numbers = [Int(Int32.min), -16_385, -1, 239, 16_384, 65_535, Int(Int32.max)]
  static let sizes = [0, 100, 16_384, 1 << 31, Int(UInt32.max)]

  @Test("ends soon and does not stop the host", arguments: numbers)
  func endsSoon(number: Int) {
    let screen = Framebuffer(width: 240, height: 160)
    let clock = ContinuousClock()
    for other in Self.numbers {
      for size in Self.sizes {
        for width in [6, Int(UInt32.max)] {
          let style = both(width)
          let (a, b) = (Point(x: number, y: other), Point(x: size, y: number))
          let square = Rectangle(x: number, y: other, width: size, height: size)
          let oblong = Rectangle(x: other, y: number, width: size, height: 77)
          let shapes: [any Shape] = [
            line(number, other, size, 80, width: width),
            line(number, other, number, size, width: width),
            RectangleShape(area: square, style: style), Ellipse(area: square, style: style),
            Ellipse(area: oblong, style: style),
            RoundedRectangle(area: oblong, corner: Point(x: size, y: 99), style: style),
            Arc(area: square, start: .infinity, sweep: Float(number), style: style),
            Sector(area: square, start: Float(other), sweep: .nan, style: style),
            Triangle(a: a, b: b, c: Point(x: 100, y: 100), style: style),
            Triangle(a: a, b: Point(x: other, y: size), c: b, style: style),
          ]
          for shape in shapes {
            let time = clock.measure { shape.draw(into: screen) }
            // The goal of 5 ms is for release builds; this may be a debug build on a busy machine.
            #expect(time < .seconds(1), "\(shape)")
          }
        }
      }
    }
  }

  @Test("shows the visible part of a line that begins far away")
  func showsVisiblePart() {
    let screen = Framebuffer(width: 240, height: 160)
    line(-2_000_000_000, -2_000_000_000, 2_000_000_000, 2_000_000_000, width: 1).draw(into: screen)
    for i in 0..<160 { #expect(screen.copy[i * 240 + i] == 2) }
  }
}
