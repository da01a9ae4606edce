import Console

@testable import Firefly

/// Draws the commands of a corpus case directly with the raster, without a cart.
func replay(_ corpusCase: CorpusCase) throws -> [UInt8] {
  let screen = Framebuffer(width: 240, height: 160)
  let blob = UnsafeMutableRawBufferPointer.allocate(
    byteCount: corpusCase.bytes.count + 4, alignment: 8)
  defer { blob.deallocate() }
  blob.copyBytes(from: corpusCase.bytes)
  var canvas: Canvas?
  for command in corpusCase.cmds {
    let arguments = command.dropFirst().map(Int.init)
    switch command[0] {
    case 0:
      if let color = paletteIndex(command[1]) {
        if let canvas { canvas.clear(color) } else { screen.clear(color) }
      }
    case 12, 13, 14:
      try drawBytes(command[0], arguments, blob, into: screen)
    case 15:
      canvas = try Canvas(
        UnsafeMutableRawBufferPointer(rebasing: blob[arguments[0]..<arguments[0] + arguments[1]]))
    case 16:
      canvas = nil
    case 3 where canvas == nil:
      guard let color = paletteIndex(command[5]) else { continue }
      drawLine(
        from: Point(x: arguments[0], y: arguments[1]), to: Point(x: arguments[2], y: arguments[3]),
        width: arguments[5], color: color, into: screen)
    default:
      let shape = shape(command, arguments)
      if let canvas { shape?.draw(into: canvas) } else { shape?.draw(into: screen) }
    }
  }
  return screen.copy
}

private func drawBytes(
  _ operation: Int32, _ a: [Int], _ blob: UnsafeMutableRawBufferPointer, into screen: Framebuffer
) throws {
  func bytes(_ offset: Int, _ length: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(blob)[offset..<offset + length])
  }
  switch operation {
  case 12:
    let font = try FontFormat(bytes(a[2], a[3]), address: 1)
    try drawText(
      bytes(a[0], a[1]), font, x: a[4], y: a[5],
      color: paletteIndex(Int32(truncatingIfNeeded: a[6])) ?? 0, into: screen)
  case 13:
    drawImage(try ImageFormat(bytes(a[0], a[1]), address: 1), x: a[2], y: a[3], into: screen)
  default:
    drawSubImage(
      try ImageFormat(bytes(a[0], a[1]), address: 1), x: a[2], y: a[3],
      sub: Rectangle(x: a[4], y: a[5], width: a[6], height: a[7]), into: screen)
  }
}

private func shape(_ command: [Int32], _ a: [Int]) -> (any Shape)? {
  func style(_ at: Int) -> Style {
    Style(
      fill: paletteIndex(command[at + 1]), stroke: paletteIndex(command[at + 2]),
      strokeWidth: a[at + 2])
  }
  func real(_ at: Int) -> Float { Float(bitPattern: UInt32(bitPattern: command[at + 1])) }
  func area(_ width: Int, _ height: Int) -> Rectangle {
    Rectangle(x: a[0], y: a[1], width: width, height: height)
  }
  func point(_ at: Int) -> Point { Point(x: a[at], y: a[at + 1]) }
  switch command[0] {
  case 2: return paletteIndex(command[3]).map { Dot(place: point(0), color: $0) }
  case 3:
    return paletteIndex(command[5]).map {
      ThickLine(start: point(0), end: point(2), width: a[5], color: $0)
    }
  case 4: return RectangleShape(area: area(a[2], a[3]), style: style(4))
  case 5: return RoundedRectangle(area: area(a[2], a[3]), corner: point(4), style: style(6))
  case 6: return Ellipse(area: area(a[2], a[2]), style: style(3))
  case 7: return Ellipse(area: area(a[2], a[3]), style: style(4))
  case 8: return Triangle(a: point(0), b: point(2), c: point(4), style: style(6))
  case 9: return Arc(area: area(a[2], a[2]), start: real(3), sweep: real(4), style: style(5))
  case 10: return Sector(area: area(a[2], a[2]), start: real(3), sweep: real(4), style: style(5))
  default: return nil
  }
}
