/// A zip archive written by hand, in which everything can be wrong.
struct HandMadeZip {
  /// An entry; the fields of the local header are those of the directory unless they are given.
  struct Entry {
    var name: [UInt8]
    var content: [UInt8]
    var method: UInt16 = 0
    var flags: UInt16 = 0
    var checksum: UInt32?
    var size: UInt32?
    var packedSize: UInt32?
    /// Upper half: Unix mode; lower half: attributes of DOS.
    var attributes: UInt32 = 0o100755 << 16
    var extra: [UInt8] = []
    var localName: [UInt8]?
    var localSize: UInt32?
    /// Where the directory says that it is; by default where it is.
    var offset: UInt32?

    init(_ name: String, _ content: [UInt8] = [1, 2, 3]) {
      self.name = Array(name.utf8)
      self.content = content
    }

    /// The entry with something changed.
    func with(_ change: (inout Entry) -> Void) -> Entry {
      var copy = self
      change(&copy)
      return copy
    }
  }

  var entries: [Entry]
  var comment: [UInt8] = []
  /// Number of entries that the end record tells.
  var count: UInt16?
  var directoryOffset: UInt32?

  init(_ entries: [Entry]) { self.entries = entries }

  var bytes: [UInt8] {
    var (content, directory): ([UInt8], [UInt8]) = ([], [])
    for entry in entries {
      let offset = UInt32(content.count)
      let checksum = entry.checksum ?? Self.checksum(entry.content)
      let packed = entry.packedSize ?? UInt32(entry.content.count)
      let size = entry.size ?? UInt32(entry.content.count)
      let localName = entry.localName ?? entry.name
      content += Self.u32(0x0403_4B50) + Self.u16(63) + Self.u16(entry.flags)
      content += Self.u16(entry.method) + Self.u32(0x21_0000) + Self.u32(checksum)
      content += Self.u32(packed) + Self.u32(entry.localSize ?? size)
      content += Self.u16(UInt16(localName.count)) + Self.u16(0) + localName + entry.content
      directory += Self.u32(0x0201_4B50) + Self.u16(0x33F) + Self.u16(63)
      directory += Self.u16(entry.flags) + Self.u16(entry.method) + Self.u32(0x21_0000)
      directory += Self.u32(checksum) + Self.u32(packed) + Self.u32(size)
      directory += Self.u16(UInt16(entry.name.count)) + Self.u16(UInt16(entry.extra.count))
      directory += Self.u16(0) + Self.u16(0) + Self.u16(0) + Self.u32(entry.attributes)
      directory += Self.u32(entry.offset ?? offset) + entry.name + entry.extra
    }
    let count = count ?? UInt16(entries.count)
    let end =
      Self.u32(0x0605_4B50) + Self.u32(0) + Self.u16(count) + Self.u16(count)
      + Self.u32(UInt32(directory.count))
      + Self.u32(directoryOffset ?? UInt32(content.count)) + Self.u16(UInt16(comment.count))
    return content + directory + end + comment
  }

  /// CRC-32 bit by bit: slow, and no code of the reader.
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~UInt32(0)) { register, byte in
      (0..<8).reduce(register ^ UInt32(byte)) { value, _ in
        value >> 1 ^ (value & 1 == 0 ? 0 : 0xEDB8_8320)
      }
    }
  }

  static func u16(_ value: UInt16) -> [UInt8] { [UInt8(value & 0xFF), UInt8(value >> 8)] }
  static func u32(_ value: UInt32) -> [UInt8] {
    u16(UInt16(value & 0xFFFF)) + u16(UInt16(value >> 16))
  }
}
