/// A rectangle with a style.
///
/// Source: firefly.md 3.3. Unlike other shapes it is not drawn at all if it starts to the right
/// of or below the screen, even where its stroke would reach in (3.1).
struct RectangleShape: Shape {
  let area: Rectangle
  let style: Style

  func draw<Target: PixelTarget>(into target: Target) {
    guard area.x <= 240, area.y <= 160 else { return }
    let inner = style.fillArea(area)
    if let fill = style.fill { target.fill(inner, fill) }
    guard let stroke = style.stroke else { return }
    let outer = style.strokeArea(area)
    let top = min(style.strokeWidth, outer.height / 2)
    let bottom = min(style.strokeWidth, outer.height - top)
    target.fill(Rectangle(x: outer.x, y: outer.y, width: outer.width, height: top), stroke)
    target.fill(
      Rectangle(x: outer.x, y: outer.bottom - bottom, width: outer.width, height: bottom), stroke)
    guard inner.height > 0 else { return }
    let side = min(2 * style.strokeWidth, outer.width + 1) / 2
    for x in [outer.x, outer.right - side] {
      target.fill(Rectangle(x: x, y: outer.y + top, width: side, height: inner.height), stroke)
    }
  }
}
