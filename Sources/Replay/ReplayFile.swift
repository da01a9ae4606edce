import Foundation

/// A replay as a file.
///
///     89 47 4A 52 0D 0A 1A 0A   magic
///     u32                       version of the format
///     parts                     header, start, frames ..., end
///
/// A part is its kind in a byte, its size unpacked and its size packed (u32 each), the XXH3 of the
/// packed bytes (u64, seeded with the part's place in the file), then the packed bytes. Header and
/// end are JSON, the others binary: see `SavedStart` and `FrameBlock`. All numbers are
/// little-endian.
public enum ReplayFile {
  /// The version that is written, and the only one that is read.
  public static let version: UInt32 = 1
  /// Bytes of a file that is read.
  public static let largest = 256 << 20
  /// Bytes that all parts together may have after unpacking.
  static let largestUnpacked = 1 << 30
  /// The name of a replay in the folder of a crash.
  public static let nameInBundle = "input.replay"

  private static let magic: [UInt8] = [0x89, 0x47, 0x4A, 0x52, 0x0D, 0x0A, 0x1A, 0x0A]

  /// The bytes of a file.
  public static func encode(_ replay: Replay) throws -> [UInt8] {
    let json = JSONEncoder()
    json.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let parts =
      [
        PackedBlock(.header, packing: Array(try json.encode(replay.header))),
        PackedBlock(.start, packing: replay.start.encoded),
      ] + replay.blocks + [PackedBlock(.end, packing: Array(try json.encode(replay.end)))]
    var writer = ByteWriter()
    writer.raw(magic)
    writer.fixed(version)
    for (place, part) in parts.enumerated() {
      writer.fixed(part.kind.rawValue)
      writer.fixed(UInt32(part.size))
      writer.fixed(UInt32(part.packed.count))
      writer.fixed(check(part.packed, place))
      writer.raw(part.packed)
    }
    return writer.bytes
  }

  /// Reads and checks a whole file; what it holds is then playable.
  public static func decode(_ bytes: [UInt8]) throws(ReplayError) -> Replay {
    guard bytes.count <= largest else { throw .tooLarge("\(bytes.count) bytes") }
    guard bytes.starts(with: magic) else { throw .notAReplay }
    var reader = ByteReader(bytes[magic.count...])
    let version = try reader.fixed(UInt32.self)
    guard version == Self.version else { throw .version(version) }
    let parts = try parts(&reader)
    guard parts.count >= 3, let first = parts.first, let last = parts.last,
      first.kind == .header, parts[1].kind == .start, last.kind == .end
    else { throw .cutOff }
    let blocks = Array(parts[2..<parts.count - 1])
    guard blocks.allSatisfy({ $0.kind == .frames }) else {
      throw .damaged("its parts are in the wrong order")
    }
    let end: ReplayEnd = try json(last)
    try check(blocks, end)
    return Replay(
      header: try json(first), start: try SavedStart(decoding: try parts[1].unpacked()),
      blocks: blocks, end: end)
  }

  private static func parts(_ reader: inout ByteReader) throws(ReplayError) -> [PackedBlock] {
    var parts: [PackedBlock] = []
    var total = 0
    while !reader.isAtEnd {
      let code = try reader.fixed(UInt8.self)
      guard let kind = PackedBlock.Kind(rawValue: code) else {
        throw .damaged("a part of kind \(code)")
      }
      let size = Int(try reader.fixed(UInt32.self))
      let count = Int(try reader.fixed(UInt32.self))
      let hash = try reader.fixed(UInt64.self)
      guard size <= kind.largest else { throw .tooLarge("\(size) bytes of \(kind)") }
      total += size
      guard total <= largestUnpacked else { throw .tooLarge("what it unpacks to") }
      let packed = Array(try reader.raw(count))
      guard hash == check(packed, parts.count) else { throw .damaged("\(kind): wrong checksum") }
      parts.append(PackedBlock(kind: kind, size: size, packed: packed))
    }
    return parts
  }

  /// Reads every block, so that nothing is found wrong in the middle of the play.
  private static func check(_ blocks: [PackedBlock], _ end: ReplayEnd) throws(ReplayError) {
    guard (0...Replay.mostFrames).contains(end.frames) else { throw .tooLarge("frames") }
    var frames = 0
    for (number, block) in blocks.enumerated() {
      let count = try FrameBlock(decoding: block.unpacked(), first: frames + 1).count
      guard count == FrameBlock.size || number == blocks.count - 1 else {
        throw .damaged("a block of \(count) frames")
      }
      frames += count
    }
    guard frames == end.frames else {
      throw .damaged("\(frames) frames, where the end tells of \(end.frames)")
    }
    guard (end.cause == .crashed) == (end.crash != nil) else {
      throw .damaged("its end contradicts itself")
    }
    if let crash = end.crash, ![crash.kind, crash.callback].allSatisfy(isPlain) {
      throw .damaged("a crash with a name that none has")
    }
  }

  /// Whether a name can be shown as it is.
  private static func isPlain(_ name: String) -> Bool {
    (1...64).contains(name.utf8.count)
      && name.utf8.allSatisfy { UInt8(ascii: "!") <= $0 && $0 <= UInt8(ascii: "~") }
  }

  private static func json<T: Decodable>(_ part: PackedBlock) throws(ReplayError) -> T {
    let bytes = try part.unpacked()
    do {
      return try JSONDecoder().decode(T.self, from: Data(bytes))
    } catch {
      throw .damaged("\(part.kind) does not say what it must")
    }
  }

  private static func check(_ packed: [UInt8], _ place: Int) -> UInt64 {
    packed.withUnsafeBytes { Fingerprint.of($0, seed: UInt64(place)) }
  }
}
