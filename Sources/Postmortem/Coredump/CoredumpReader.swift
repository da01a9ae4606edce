/// Why a file is not a coredump we can read.
public struct CoredumpError: Error, Equatable, CustomStringConvertible {
  /// Byte offset in the file.
  public var offset: Int
  /// What is wrong there.
  public var reason: String

  /// An error of these parts.
  public init(offset: Int, reason: String) {
    self.offset = offset
    self.reason = reason
  }

  /// The reason with its offset.
  public var description: String { "\(reason) at offset 0x\(String(offset, radix: 16))" }
}

/// A coredump decoded back from its bytes, which may be anybody's.
public struct CoredumpReader {
  /// One piece of memory contents.
  public struct Segment: Equatable {
    /// Index in the dump's memories.
    public var memory: Int
    /// First address.
    public var address: UInt64
    /// The bytes, as a range of the file.
    public var range: Range<Int>
  }

  /// Everything but the contents.
  public let dump: Coredump
  /// Memory contents in file order; addresses that no segment covers hold zeros.
  public let segments: [Segment]

  /// Decodes a whole file.
  ///
  /// Unknown sections are passed over. Counts are believed only as far as bytes are there to back
  /// them.
  public init(_ bytes: [UInt8]) throws(CoredumpError) {
    var cursor = CoredumpCursor(bytes: bytes, end: bytes.count)
    guard bytes.starts(with: [0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00]) else {
      throw CoredumpError(offset: 0, reason: "not a WebAssembly module")
    }
    cursor.at = 8
    var dump = Coredump(
      executableName: "", moduleNames: [], instances: [], threads: [], memories: [], globals: [])
    var segments: [Segment] = []
    var hasCore = false
    while cursor.at < cursor.end {
      let id = try cursor.byte()
      let size = try cursor.unsigned32()
      var section = try cursor.sub(count: Int(size))
      switch id {
      case 0: try section.custom(into: &dump, hasCore: &hasCore)
      case 5:
        dump.memories = try section.vector { c throws(CoredumpError) in try c.memory() }
        try section.finish()
      case 6:
        dump.globals = try section.vector { c throws(CoredumpError) in try c.global() }
        try section.finish()
      case 11:
        segments = try section.vector { c throws(CoredumpError) in try c.segment() }
        try section.finish()
      default: break
      }
    }
    guard hasCore else {
      throw CoredumpError(offset: bytes.count, reason: "no core section: not a coredump")
    }
    for segment in segments {
      guard dump.memories.indices.contains(segment.memory) else {
        throw CoredumpError(
          offset: segment.range.lowerBound,
          reason: "contents of memory \(segment.memory), but the dump has \(dump.memories.count)")
      }
      let size = dump.memories[segment.memory].pages << 16
      guard segment.address + UInt64(segment.range.count) <= size else {
        throw CoredumpError(
          offset: segment.range.lowerBound,
          reason: "contents at \(segment.address) of a memory of \(size) bytes")
      }
    }
    self.dump = dump
    self.segments = segments
  }
}
