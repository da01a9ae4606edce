import CZlib
import CZstd

/// How an entry of an archive is packed.
///
/// Source: APPNOTE.TXT 4.4.5 of the zip format.
public enum Compression: UInt16, Sendable {
  /// Not at all.
  case stored = 0
  /// As zlib packs, without its header.
  case deflate = 8
  /// One or more Zstandard frames.
  case zstandard = 93

  /// Unpacks `packed`, which must hold `size` bytes and nothing else; nil if it does not.
  ///
  /// Both libraries write straight into a buffer of that size and know where it ends, so that what
  /// the content says about itself costs neither memory nor time.
  func unpacked(_ packed: ArraySlice<UInt8>, size: Int) -> [UInt8]? {
    switch self {
    case .stored: packed.count == size ? Array(packed) : nil
    case .deflate: Self.inflated(packed, size: size)
    case .zstandard: Self.decompressed(packed, size: size)
    }
  }

  private static func decompressed(_ packed: ArraySlice<UInt8>, size: Int) -> [UInt8]? {
    var result = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { target, count in
      packed.withUnsafeBytes { source in
        result = ZSTD_decompress(target.baseAddress, size, source.baseAddress, source.count)
      }
      count = ZSTD_isError(result) == 0 ? result : 0
    }
    return ZSTD_isError(result) == 0 && result == size ? bytes : nil
  }

  private static func inflated(_ packed: ArraySlice<UInt8>, size: Int) -> [UInt8]? {
    guard let availableIn = UInt32(exactly: packed.count), let room = UInt32(exactly: size)
    else { return nil }
    var stream = z_stream()
    // A negative number of window bits means bare deflate.
    guard
      inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return nil }
    defer { inflateEnd(&stream) }
    var status: Int32 = Z_OK
    // zlib wants somewhere to write even if nothing is to be written.
    let bytes = [UInt8](unsafeUninitializedCapacity: max(size, 1)) { target, count in
      packed.withUnsafeBytes { source in
        stream.next_in = UnsafeMutablePointer(
          mutating: source.bindMemory(to: UInt8.self).baseAddress)
        stream.avail_in = availableIn
        stream.next_out = target.baseAddress
        stream.avail_out = room
        status = inflate(&stream, Z_FINISH)
      }
      count = size - Int(stream.avail_out)
    }
    guard status == Z_STREAM_END, stream.avail_in == 0, bytes.count == size else { return nil }
    return bytes
  }

  /// Packs a file as one Zstandard frame; the same bytes always give the same frame, for one
  /// version of the library.
  static func zstandardFrame(_ bytes: [UInt8]) -> [UInt8] {
    let bound = ZSTD_compressBound(bytes.count)
    return [UInt8](unsafeUninitializedCapacity: bound) { target, count in
      let written = bytes.withUnsafeBytes { source in
        ZSTD_compress(target.baseAddress, bound, source.baseAddress, source.count, level)
      }
      // With room for the bound it fails for want of memory only.
      precondition(ZSTD_isError(written) == 0, "Zstandard could not pack \(bytes.count) bytes")
      count = written
    }
  }

  /// The greatest of the ordinary levels: carts are small and packed once.
  private static let level: Int32 = 19
}

/// The checksum of zip entries.
func crc32(of bytes: [UInt8]) -> UInt32 {
  bytes.withUnsafeBytes { buffer in
    UInt32(
      truncatingIfNeeded: crc32_z(
        0, buffer.bindMemory(to: UInt8.self).baseAddress, buffer.count))
  }
}
