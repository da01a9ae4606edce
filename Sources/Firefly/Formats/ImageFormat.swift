/// An image as it lies in guest memory: 4 bits a pixel, the left one in the high nibble.
///
/// Source: firefly.md 11.4 and the checks of 3.10. The bytes are borrowed.
struct ImageFormat {
  /// First byte of every image.
  static let magic: UInt8 = 0x22
  /// Bytes before the pixels.
  static let headerSize = 4

  /// Columns, 1...65535.
  let width: Int
  /// Pixels with this index are not drawn; above 15 all are.
  let transparent: UInt8
  let pixels: UnsafeRawBufferPointer

  /// Rows.
  var height: Int { pixels.count * 2 / width }

  /// Reads the header of `bytes`, which the cart said to be at `address`.
  init(_ bytes: UnsafeRawBufferPointer, address: UInt32) throws(HostCallError) {
    if bytes.count < Self.headerSize {
      if address == 0 {
        throw HostCallError("image is a nil pointer: make sure you've loaded it")
      }
      if bytes.isEmpty {
        throw HostCallError("image file is empty: make sure you load it with the correct name")
      }
      throw HostCallError("image file is too small")
    }
    guard bytes[0] == Self.magic else { throw HostCallError("invalid magic number") }
    width = Int(bytes[1]) | Int(bytes[2]) << 8
    guard width != 0 else { throw HostCallError("image has zero width") }
    transparent = bytes[3]
    pixels = UnsafeRawBufferPointer(rebasing: bytes[Self.headerSize...])
    guard (pixels.count * 2).isMultiple(of: width) else { throw .invalidWidth }
  }
}
