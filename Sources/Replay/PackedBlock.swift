import CZstd

/// A part of a replay as it lies in the file: one Zstandard frame.
struct PackedBlock: Sendable {
  var kind: Kind
  /// Bytes after unpacking.
  var size: Int
  var packed: [UInt8]

  /// The parts of a file, in this order; only `frames` may be there more or less than once.
  enum Kind: UInt8, Sendable {
    case header = 1
    case start = 2
    case frames = 3
    case end = 4

    /// Bytes after unpacking that such a part may have.
    var largest: Int {
      switch self {
      case .header: ReplayHeader.largest
      case .start: SavedStart.largest
      case .frames: FrameBlock.largest
      case .end: ReplayEnd.largest
      }
    }
  }

  private static let level: Int32 = 9

  /// Packs bytes.
  init(_ kind: Kind, packing bytes: [UInt8]) {
    self.kind = kind
    size = bytes.count
    let bound = ZSTD_compressBound(bytes.count)
    packed = [UInt8](unsafeUninitializedCapacity: bound) { target, count in
      let written = bytes.withUnsafeBytes { source in
        ZSTD_compress(target.baseAddress, bound, source.baseAddress, source.count, Self.level)
      }
      // With room for the bound it fails for want of memory only.
      precondition(ZSTD_isError(written) == 0, "Zstandard could not pack \(bytes.count) bytes")
      count = written
    }
  }

  init(kind: Kind, size: Int, packed: [UInt8]) {
    self.kind = kind
    self.size = size
    self.packed = packed
  }

  /// The bytes; they are as many as was said, or it is an error.
  ///
  /// The library writes into a buffer of that size, which the kind's limit bounds, and knows where
  /// it ends: what the frame says about itself costs neither memory nor time.
  func unpacked() throws(ReplayError) -> [UInt8] {
    guard size <= kind.largest else { throw .tooLarge("\(size) bytes of \(kind)") }
    var result = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { target, count in
      packed.withUnsafeBytes { source in
        result = ZSTD_decompress(target.baseAddress, size, source.baseAddress, source.count)
      }
      count = ZSTD_isError(result) == 0 ? result : 0
    }
    guard ZSTD_isError(result) == 0, result == size else {
      throw .damaged("\(kind) does not unpack")
    }
    return bytes
  }
}
