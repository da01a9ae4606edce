import Console

extension HostModule {
  /// Source: firefly.md 2.1 and section 3.
  static let graphics = HostModule(
    "graphics", alias: "g",
    [
      HostImport("clear_screen", "cs") { (console, color: Int32) throws(HostCallError) in
        if let color = paletteIndex(color) { try console.clear(color) }
      },
      HostImport("set_color", "sc") {
        (console, index: UInt32, red: UInt32, green: UInt32, blue: UInt32) throws(HostCallError) in
        try console.setColor(index, red: red, green: green, blue: blue)
      },
      HostImport("set_canvas", "ca") {
        (console, address: UInt32, length: UInt32) throws(HostCallError) in
        try console.setCanvas(address, length)
      },
      HostImport("unset_canvas", "cr", called: "graphics.drop_canvas") {
        (console) throws(HostCallError) in
        console.unsetCanvas()
      },
      HostImport("draw_point", "p") {
        (console, x: Int32, y: Int32, color: Int32) throws(HostCallError) in
        try console.draw(Dot(place: Point(x, y), color: console.color(color)))
      },
      HostImport("draw_line", "l") {
        (console, x1: Int32, y1: Int32, x2: Int32, y2: Int32, color: Int32, width: UInt32)
          throws(HostCallError) in
        try console.drawLine(
          from: Point(x1, y1), to: Point(x2, y2), width: Int(width), color: console.color(color))
      },
      HostImport("draw_rect", "r") {
        (
          console, x: Int32, y: Int32, w: UInt32, h: UInt32, fill: Int32, stroke: Int32,
          width: UInt32
        ) throws(HostCallError) in
        try console.draw(
          RectangleShape(area: Rectangle(x, y, w, h), style: Style(fill, stroke, width)))
      },
      HostImport("draw_rounded_rect", "rr") {
        (
          console, x: Int32, y: Int32, w: UInt32, h: UInt32, cornerW: UInt32, cornerH: UInt32,
          fill: Int32, stroke: Int32, width: UInt32
        ) throws(HostCallError) in
        try console.draw(
          RoundedRectangle(
            area: Rectangle(x, y, w, h), corner: Point(x: Int(cornerW), y: Int(cornerH)),
            style: Style(fill, stroke, width)))
      },
      HostImport("draw_circle", "c") {
        (
          console, x: Int32, y: Int32, diameter: UInt32, fill: Int32, stroke: Int32, width: UInt32
        ) throws(HostCallError) in
        try console.draw(
          Ellipse(area: Rectangle(x, y, diameter, diameter), style: Style(fill, stroke, width)))
      },
      HostImport("draw_ellipse", "e") {
        (
          console, x: Int32, y: Int32, w: UInt32, h: UInt32, fill: Int32, stroke: Int32,
          width: UInt32
        ) throws(HostCallError) in
        try console.draw(Ellipse(area: Rectangle(x, y, w, h), style: Style(fill, stroke, width)))
      },
      HostImport("draw_triangle", "t") {
        (
          console, x1: Int32, y1: Int32, x2: Int32, y2: Int32, x3: Int32, y3: Int32, fill: Int32,
          stroke: Int32, width: UInt32
        ) throws(HostCallError) in
        try console.draw(
          Triangle(
            a: Point(x1, y1), b: Point(x2, y2), c: Point(x3, y3), style: Style(fill, stroke, width))
        )
      },
      HostImport("draw_arc", "a") {
        (
          console, x: Int32, y: Int32, diameter: UInt32, start: Float, sweep: Float, fill: Int32,
          stroke: Int32, width: UInt32
        ) throws(HostCallError) in
        try console.draw(
          Arc(
            area: Rectangle(x, y, diameter, diameter), start: start, sweep: sweep,
            style: Style(fill, stroke, width)))
      },
      HostImport("draw_sector", "s") {
        (
          console, x: Int32, y: Int32, diameter: UInt32, start: Float, sweep: Float, fill: Int32,
          stroke: Int32, width: UInt32
        ) throws(HostCallError) in
        try console.draw(
          Sector(
            area: Rectangle(x, y, diameter, diameter), start: start, sweep: sweep,
            style: Style(fill, stroke, width)))
      },
      HostImport("draw_qr", "q") {
        (console, text: UInt32, length: UInt32, x: Int32, y: Int32, black: Int32, white: Int32)
          throws(HostCallError) in
        let text = try console.bytes(text, length)
        try console.drawOnScreen { (screen) throws(HostCallError) in
          try drawQR(
            text, x: Int(x), y: Int(y), dark: paletteIndex(black), light: paletteIndex(white),
            into: screen)
        }
      },
      HostImport("draw_text", "x") {
        (
          console, text: UInt32, textLength: UInt32, font: UInt32, fontLength: UInt32, x: Int32,
          y: Int32, color: Int32
        ) throws(HostCallError) in
        let text = try console.bytes(text, textLength)
        let font = try FontFormat(console.fontBytes(font, fontLength), address: font)
        let color = try console.color(color)
        try console.drawOnScreen { (screen) throws(HostCallError) in
          try drawText(text, font, x: Int(x), y: Int(y), color: color, into: screen)
        }
      },
      HostImport("draw_image", "i") {
        (console, address: UInt32, length: UInt32, x: Int32, y: Int32) throws(HostCallError) in
        let image = try console.image(address, length)
        try console.drawOnScreen { drawImage(image, x: Int(x), y: Int(y), into: $0) }
      },
      HostImport("draw_sub_image", "si") {
        (
          console, address: UInt32, length: UInt32, x: Int32, y: Int32, subX: Int32, subY: Int32,
          subW: UInt32, subH: UInt32
        ) throws(HostCallError) in
        let image = try console.image(address, length)
        let sub = Rectangle(subX, subY, subW, subH)
        try console.drawOnScreen {
          drawSubImage(image, x: Int(x), y: Int(y), sub: sub, into: $0)
        }
      },
      HostImport("draw_sub_tile", "st", called: "graphics.draw_nine_slice") {
        (
          console, address: UInt32, length: UInt32, x: Int32, y: Int32, w: Int32, h: Int32,
          subX: Int32, subY: Int32, subW: UInt32, subH: UInt32
        ) throws(HostCallError) in
        let image = try console.image(address, length)
        let area = Rectangle(x: Int(x), y: Int(y), width: max(0, Int(w)), height: max(0, Int(h)))
        let sub = Rectangle(subX, subY, subW, subH)
        try console.drawOnScreen { (screen) throws(HostCallError) in
          try drawSubTile(image, area: area, sub: sub, into: screen)
        }
      },
      HostImport("draw_nine_slice") {
        (
          console, address: UInt32, length: UInt32, x: Int32, y: Int32, w: Int32, h: Int32,
          middleX: Int32, middleY: Int32, middleW: UInt32, middleH: UInt32
        ) throws(HostCallError) in
        let image = try console.image(address, length)
        let area = Rectangle(x: Int(x), y: Int(y), width: max(0, Int(w)), height: max(0, Int(h)))
        let middle = Rectangle(middleX, middleY, middleW, middleH)
        try console.drawOnScreen { (screen) throws(HostCallError) in
          try drawNineSlice(image, area: area, middle: middle, into: screen)
        }
      },
    ])
}

extension Point {
  fileprivate init(_ x: Int32, _ y: Int32) {
    self.init(x: Int(x), y: Int(y))
  }
}

extension Rectangle {
  fileprivate init(_ x: Int32, _ y: Int32, _ width: UInt32, _ height: UInt32) {
    self.init(x: Int(x), y: Int(y), width: Int(width), height: Int(height))
  }
}

extension Style {
  fileprivate init(_ fill: Int32, _ stroke: Int32, _ width: UInt32) {
    self.init(
      fill: paletteIndex(fill), stroke: paletteIndex(stroke), strokeWidth: Int(width))
  }
}

extension FireflyState {
  /// Source: firefly.md section 4.
  fileprivate func setColor(
    _ index: UInt32, red: UInt32, green: UInt32, blue: UInt32
  ) throws(HostCallError) {
    if index == 0 { throw HostCallError("cannot set color for transparency") }
    if index > 16 { throw HostCallError("color index out of range") }
    palette.set(Int(index) - 1, red: red, green: green, blue: blue)
  }

  /// A null pointer is told apart from other bad ones.
  fileprivate func fontBytes(
    _ address: UInt32, _ length: UInt32
  ) throws(HostCallError) -> UnsafeRawBufferPointer {
    try address == 0 ? UnsafeRawBufferPointer(start: nil, count: 0) : bytes(address, length)
  }
}
