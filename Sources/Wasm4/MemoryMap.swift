import Runtime

/// Where the console's registers lie in the cart's memory, and what they hold at the start.
///
/// Source: wasm4.md section 3. All of them are little-endian.
enum MemoryMap {
  /// Bytes of the one memory: a page, which never grows.
  static let size = 65_536
  static let palette: UInt32 = 0x04
  static let drawColors: UInt32 = 0x14
  static let gamepads: UInt32 = 0x16
  static let mouseX: UInt32 = 0x1A
  static let mouseY: UInt32 = 0x1C
  static let mouseButtons: UInt32 = 0x1E
  static let systemFlags: UInt32 = 0x1F
  static let framebuffer: UInt32 = 0xA0

  static let colorCount: UInt32 = 4
  static let gamepadCount: UInt32 = 4
  /// Bit of the system flags: the frame begins with the picture of the last one.
  static let preservesFramebuffer: UInt8 = 1

  private static let initialPalette: [UInt32] = [0xE0F8CF, 0x86C06C, 0x306850, 0x071821]
  private static let initialDrawColors: UInt16 = 0x1203
  private static let unmoved: UInt16 = 0x7FFF

  /// Gives the registers of a zeroed memory the values that carts find.
  static func initialize(_ memory: GuestMemory) {
    for (index, color) in initialPalette.enumerated() {
      _ = memory.write(color, at: palette + 4 * UInt32(index))
    }
    _ = memory.write(initialDrawColors, at: drawColors)
    _ = memory.write(unmoved, at: mouseX)
    _ = memory.write(unmoved, at: mouseY)
  }
}
