import Runtime

extension HostCall {
  /// Source: wasm4.md sections 2.1 and 4.
  static let drawing = [
    HostCall("blit", 6) { (console, a) throws(HostError) in
      try console.blit(
        a[0], x: a.int(1), y: a.int(2), width: a[3], height: a[4], sourceX: 0, sourceY: 0,
        stride: a.int(3), flags: a.bits(5))
    },
    HostCall("blitSub", 9) { (console, a) throws(HostError) in
      try console.blit(
        a[0], x: a.int(1), y: a.int(2), width: a[3], height: a[4], sourceX: a.int(5),
        sourceY: a.int(6), stride: a.int(7), flags: a.bits(8))
    },
    HostCall("line", 4) { (console, a) throws(HostError) in
      console.screen.line(x1: a.int(0), y1: a.int(1), x2: a.int(2), y2: a.int(3))
    },
    HostCall("hline", 3) { (console, a) throws(HostError) in
      console.screen.horizontalLine(x: a.int(0), y: a.int(1), length: a.int(2))
    },
    HostCall("vline", 3) { (console, a) throws(HostError) in
      console.screen.verticalLine(x: a.int(0), y: a.int(1), length: a.int(2))
    },
    HostCall("oval", 4) { (console, a) throws(HostError) in
      console.screen.oval(x: a[0], y: a[1], width: a[2], height: a[3])
    },
    HostCall("rect", 4) { (console, a) throws(HostError) in
      console.screen.rectangle(x: a.int(0), y: a.int(1), width: a.int(2), height: a.int(3))
    },
    HostCall("text", 3) { (console, a) throws(HostError) in
      let text = try console.text(a[0])
      console.screen.text(
        text.lazy.map(UInt16.init), x: a.int(1), y: a.int(2), font: console.font)
    },
    HostCall("textUtf8", 4) { (console, a) throws(HostError) in
      let text = try console.bytes(a[0], a.int(1))
      // Not decoded, whatever the name says: a byte is a glyph.
      console.screen.text(
        text.lazy.map(UInt16.init), x: a.int(2), y: a.int(3), font: console.font)
    },
    HostCall("textUtf16", 4) { (console, a) throws(HostError) in
      let text = try console.bytes(a[0], a.int(1))
      console.screen.text(utf16(text), x: a.int(2), y: a.int(3), font: console.font)
    },
  ]
}

/// Whole little-endian units; the address may be odd.
func utf16(_ bytes: UnsafeRawBufferPointer) -> some Sequence<UInt16> {
  (0..<bytes.count / 2).lazy.map { UInt16(bytes[2 * $0]) | UInt16(bytes[2 * $0 + 1]) << 8 }
}

extension Wasm4State {
  /// Draws a part of a sprite sheet; one of no columns or rows is nothing.
  ///
  /// As in the reference runtime the sprite's own size must lie in memory, while source place and
  /// stride are not looked at; what they reach beyond memory is 0. Source: wasm4.md 4.6.
  fileprivate func blit(
    _ address: Int32, x: Int, y: Int, width: Int32, height: Int32, sourceX: Int, sourceY: Int,
    stride: Int, flags: UInt32
  ) throws(HostError) {
    guard width > 0, height > 0 else { return }
    let flags = Sprite.Flags(rawValue: flags)
    let bits = Int(width) * Int(height) * (flags.contains(.twoBits) ? 2 : 1)
    _ = try bytes(address, bits / 8)
    let memory = try bytes(0, MemoryMap.size)
    screen.draw(
      Sprite(
        bytes: memory, start: Int(UInt32(bitPattern: address)), width: Int(width),
        height: Int(height), sourceX: sourceX, sourceY: sourceY, stride: stride, flags: flags),
      x: x, y: y)
  }
}
