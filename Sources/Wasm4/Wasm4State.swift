import Console
import Glibc
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
  /// Gets what the cart does, if somebody wants to know.
  var record: RunRecord?
  /// Nanoseconds in host calls, where a clock measures them.
  var hostTime: UInt64 = 0
  /// Where the one memory begins, `MemoryMap.size` bytes that neither grow nor move; behind a
  /// pointer of its own, because reading a property that changes is guarded with every host call.
  private let place: UnsafeMutablePointer<UnsafeMutableRawPointer>
  /// Stands for the memory until there is one.
  private let emptyMemory: UnsafeMutableRawPointer

  init(services: ProfileServices, font: Font) {
    self.services = services
    trace = services.trace
    self.font = font
    disk = Disk(storage: services.options.storage, log: services.log)
    emptyMemory = .allocate(byteCount: MemoryMap.size, alignment: 16)
    emptyMemory.initializeMemory(as: UInt8.self, repeating: 0, count: MemoryMap.size)
    place = .allocate(capacity: 1)
    place.initialize(to: emptyMemory)
  }

  deinit {
    place.deallocate()
    emptyMemory.deallocate()
  }

  /// Takes over a zeroed memory of `MemoryMap.size` bytes and writes the registers.
  func attach(_ memory: GuestMemory) {
    let bytes = memory.mutableBytes(at: 0, count: UInt32(MemoryMap.size))
    guard let base = bytes?.baseAddress else { return }
    MemoryMap.initialize(memory)
    place.pointee = base
  }

  /// The whole memory.
  var memory: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: place.pointee, count: MemoryMap.size)
  }

  /// The framebuffer's first byte.
  @inline(__always) var pixels: UnsafeMutablePointer<UInt8> {
    (place.pointee + Int(MemoryMap.framebuffer)).assumingMemoryBound(to: UInt8.self)
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
      let pixels = pixels
      let target = UnsafeMutableRawBufferPointer(buffer)
      for byte in 0..<Screen.byteCount {
        // Four pixels of two bits, first two and then one in a lane.
        var lanes = UInt32(pixels[byte])
        lanes = (lanes | lanes << 12) & 0x000F_000F
        lanes = (lanes | lanes << 6) & 0x0303_0303
        target.storeBytes(of: lanes.littleEndian, toByteOffset: 4 &* byte, as: UInt32.self)
      }
      filled = count
    }
    return Picture(
      width: Screen.width, height: Screen.height, pixels: indices, palette: palette)
  }

  func clearScreen() { pixels.update(repeating: 0, count: Screen.byteCount) }

  /// Writes gamepads and mouse to where the cart reads them.
  func show(_ input: InputFrame) {
    for player in 0..<Int(MemoryMap.gamepadCount) {
      let byte = player < input.players.count ? gamepadByte(input.players[player]) : 0
      write(byte, MemoryMap.gamepads + UInt32(player))
    }
    write(input.mouse.x, MemoryMap.mouseX)
    write(input.mouse.y, MemoryMap.mouseY)
    write(input.mouse.buttons, MemoryMap.mouseButtons)
  }

  /// A register, by its place in the map.
  @inline(__always) private func read<T: FixedWidthInteger>(_ type: T.Type, _ address: UInt32) -> T
  {
    T(littleEndian: place.pointee.loadUnaligned(fromByteOffset: Int(address), as: type))
  }

  private func write<T: FixedWidthInteger>(_ value: T, _ address: UInt32) {
    place.pointee.storeBytes(of: value.littleEndian, toByteOffset: Int(address), as: T.self)
  }

  // MARK: The cart's pointers

  /// Bytes to read during a host call: the one door for pointers of the cart.
  @inline(__always) func bytes(
    _ address: Int32, _ count: Int
  ) throws(HostError) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(try mutableBytes(address, count))
  }

  /// Bytes to write during a host call.
  @inline(__always) func mutableBytes(
    _ address: Int32, _ count: Int
  ) throws(HostError) -> UnsafeMutableRawBufferPointer {
    let start = Int(UInt32(bitPattern: address))
    // Subtracted, so that no sum can overflow.
    guard count >= 0, start <= MemoryMap.size, count <= MemoryMap.size - start else {
      throw .outOfBounds(address, count)
    }
    return UnsafeMutableRawBufferPointer(start: place.pointee + start, count: count)
  }

  /// Bytes up to a 0, which must come before the memory's end; it is not among them.
  func text(_ address: Int32) throws(HostError) -> UnsafeRawBufferPointer {
    let start = Int(UInt32(bitPattern: address))
    guard start < MemoryMap.size else { throw .outOfBounds(address, 1) }
    let rest = try bytes(address, MemoryMap.size - start)
    guard let base = rest.baseAddress, let end = memchr(base, 0, rest.count) else {
      throw .outOfBounds(address, rest.count + 1)
    }
    return UnsafeRawBufferPointer(start: base, count: UnsafeRawPointer(end) - base)
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
  // Most frames, of most players.
  if input.buttons.isEmpty, input.directions.isEmpty, input.pad == nil { return input.gamepad }
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
  if directions.contains(.left) { byte |= 16 }
  if directions.contains(.right) { byte |= 32 }
  if directions.contains(.up) { byte |= 64 }
  if directions.contains(.down) { byte |= 128 }
  return byte
}
