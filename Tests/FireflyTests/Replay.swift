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
      if let canvas {
        drawShape(command, arguments, into: canvas)
      } else {
        drawShape(command, arguments, into: screen)
      }
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

private func drawShape<Target: PixelTarget>(
  _ command: [Int32], _ a: [Int], into target: Target
) {
  func style(_ at: Int) -> Style {
    Style(
      fill: paletteIndex(command[at + 1]), stroke: paletteIndex(command[at + 2]),
      strokeWidth: a[at + 2])
  }
  func real(_ at: Int) -> Float { Float(bitPattern: UInt32(bitPattern: command[at + 1])) }
  switch command[0] {
  case 2:
    if let color = paletteIndex(command[3]) { target.point(a[0], a[1], color) }
  case 3:
    guard let color = paletteIndex(command[5]) else { return }
    drawThickLine(
      from: Point(x: a[0], y: a[1]), to: Point(x: a[2], y: a[3]), width: a[5], color: color,
      into: target)
  case 4:
    drawRectangle(
      Rectangle(x: a[0], y: a[1], width: a[2], height: a[3]), style(4), into: target)
  case 5:
    drawRoundedRectangle(
      Rectangle(x: a[0], y: a[1], width: a[2], height: a[3]), corner: Point(x: a[4], y: a[5]),
      style(6), into: target)
  case 6:
    drawEllipse(Rectangle(x: a[0], y: a[1], width: a[2], height: a[2]), style(3), into: target)
  case 7:
    drawEllipse(Rectangle(x: a[0], y: a[1], width: a[2], height: a[3]), style(4), into: target)
  case 8:
    drawTriangle(
      Point(x: a[0], y: a[1]), Point(x: a[2], y: a[3]), Point(x: a[4], y: a[5]), style(6),
      into: target)
  case 9:
    drawArc(
      x: a[0], y: a[1], diameter: a[2], start: real(3), sweep: real(4), style(5), into: target)
  default:
    drawSector(
      x: a[0], y: a[1], diameter: a[2], start: real(3), sweep: real(4), style(5), into: target)
  }
}
