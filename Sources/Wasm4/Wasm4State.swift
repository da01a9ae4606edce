import Console
import Runtime

/// What a WASM-4 cart sees of the console, and what its host calls change.
///
/// Only the cart's thread uses it, which the compiler cannot see: host functions are `Sendable`.
final class Wasm4State: @unchecked Sendable {
  let services: ProfileServices
  let trace: HostTrace
  let disk: Disk
  let apu = APU()
  let font: Font
  /// The one memory, which the console gives to the cart.
  private(set) var memory: GuestMemory?
  /// Gets what the cart does, if somebody wants to know.
  var record: RunRecord?
  /// Nanoseconds in host calls, where a clock measures them.
  var hostTime: UInt64 = 0
  /// The memory can neither grow nor move, so its framebuffer is looked up once.
  private(set) var pixels: UnsafeMutablePointer<UInt8>
  private let noPixels: UnsafeMutablePointer<UInt8>

  init(services: ProfileServices, font: Font) {
    self.services = services
    trace = services.trace
    self.font = font
    disk = Disk(storage: services.options.storage, log: services.log)
    noPixels = .allocate(capacity: Screen.byteCount)
    noPixels.initialize(repeating: 0, count: Screen.byteCount)
    pixels = noPixels
  }

  deinit { noPixels.deallocate() }

  /// Takes over a zeroed memory of `MemoryMap.size` bytes and writes the registers.
  func attach(_ memory: GuestMemory) {
    MemoryMap.initialize(memory)
    let bytes = memory.mutableBytes(at: MemoryMap.framebuffer, count: UInt32(Screen.byteCount))
    guard let base = bytes?.baseAddress else { return }
    pixels = base.assumingMemoryBound(to: UInt8.self)
    self.memory = memory
  }

  /// The screen with the colours of this moment.
  @inline(__always) var screen: Screen {
    Screen(pixels: pixels, drawColors: read(UInt16.self, MemoryMap.drawColors))
  }

  /// The colours of this moment, 0xRRGGBB each.
  var palette: [UInt32] {
    (0..<MemoryMap.colorCount).map {
      read(UInt32.self, MemoryMap.palette + 4 * $0) & 0xFF_FFFF
    }
  }

  var systemFlags: UInt8 { read(UInt8.self, MemoryMap.systemFlags) }

  /// What the screen shows, one byte a pixel.
  var picture: Picture {
    let count = Screen.width * Screen.height
    let indices = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      for byte in 0..<Screen.byteCount {
        let four = pixels[byte]
        for k in 0..<4 { buffer[4 * byte + k] = four >> UInt8(2 * k) & 3 }
      }
      filled = count
    }
    return Picture(
      width: Screen.width, height: Screen.height, pixels: indices, palette: palette)
  }

  func clearScreen() { pixels.update(repeating: 0, count: Screen.byteCount) }

  /// Writes gamepads and mouse to where the cart reads them.
  func show(_ input: InputFrame) {
    guard let memory else { return }
    for player in 0..<Int(MemoryMap.gamepadCount) {
      let byte = player < input.players.count ? gamepadByte(input.players[player]) : 0
      _ = memory.write(byte, at: MemoryMap.gamepads + UInt32(player))
    }
    _ = memory.write(UInt16(bitPattern: input.mouse.x), at: MemoryMap.mouseX)
    _ = memory.write(UInt16(bitPattern: input.mouse.y), at: MemoryMap.mouseY)
    _ = memory.write(input.mouse.buttons, at: MemoryMap.mouseButtons)
  }

  /// A register; 0 before there is a memory.
  @inline(__always) private func read<T: FixedWidthInteger>(_ type: T.Type, _ address: UInt32) -> T
  {
    memory?.read(type, at: address) ?? 0
  }

  // MARK: The cart's memory

  /// Bytes to read during a host call.
  func bytes(_ address: Int32, _ count: Int) throws(HostError) -> UnsafeRawBufferPointer {
    guard let count = UInt32(exactly: count),
      let bytes = memory?.bytes(at: UInt32(bitPattern: address), count: count)
    else { throw .outOfBounds(address, count) }
    return bytes
  }

  /// Bytes to write during a host call.
  func mutableBytes(
    _ address: Int32, _ count: Int
  ) throws(HostError) -> UnsafeMutableRawBufferPointer {
    guard let count = UInt32(exactly: count),
      let bytes = memory?.mutableBytes(at: UInt32(bitPattern: address), count: count)
    else { throw .outOfBounds(address, count) }
    return bytes
  }

  /// Bytes up to a 0, which must come before the memory's end; it is not among them.
  func text(_ address: Int32) throws(HostError) -> UnsafeRawBufferPointer {
    let start = Int(UInt32(bitPattern: address))
    guard start < MemoryMap.size else { throw .outOfBounds(address, 1) }
    let rest = try bytes(address, MemoryMap.size - start)
    guard let end = rest.firstIndex(of: 0) else { throw .outOfBounds(address, rest.count + 1) }
    return UnsafeRawBufferPointer(rebasing: rest[..<end])
  }
}

extension HostError {
  /// A pointer of the cart leads out of its memory.
  static func outOfBounds(_ address: Int32, _ count: Int) -> HostError {
    let place = String(UInt32(bitPattern: address), radix: 16)
    return HostError(
      "out of bounds memory access: \(count) bytes at 0x\(place) of a memory of 65536")
  }
}

/// Bit 0 X, 1 Z, 4 left, 5 right, 6 up, 7 down; controllers lay X and Z on their two axes of
/// buttons, and a stick that is pushed more than half is a direction.
///
/// Source: wasm4.md sections 3 and 10.
func gamepadByte(_ input: PlayerInput) -> UInt8 {
  var byte = input.gamepad
  if !input.buttons.isDisjoint(with: [.south, .north]) { byte |= 1 }
  if !input.buttons.isDisjoint(with: [.east, .west]) { byte |= 2 }
  var directions = input.directions
  if directions.isEmpty, let pad = input.pad {
    if pad.x < -500 { directions.insert(.left) }
    if pad.x > 500 { directions.insert(.right) }
    if pad.y > 500 { directions.insert(.up) }
    if pad.y < -500 { directions.insert(.down) }
  }
  for (direction, bit) in [(Controls.left, UInt8(16)), (.right, 32), (.up, 64), (.down, 128)]
  where directions.contains(direction) { byte |= bit }
  return byte
}
