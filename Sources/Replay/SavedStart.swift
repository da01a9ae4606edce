import Console

/// What a cart found saved, and what the disk refused it.
struct SavedStart: Sendable, Equatable {
  /// Bytes of all files that are kept: as many as a cart may save.
  static let largestContent = StorageLimits.cart.bytes
  /// Files that are kept, with and without a content.
  static let mostFiles = 1024
  /// Refusals that are kept.
  static let mostRefusals = 4096
  /// Bytes after encoding.
  static let largest = largestContent + (2 << 20)
  private static let longestText = 1024

  /// Content by name, as it was before the cart wrote to it first.
  var files: [String: [UInt8]] = [:]
  /// What the storage refused, by the number of the cart's call of it, from 1.
  var refusals: [Int: StorageError] = [:]

  var encoded: [UInt8] {
    var writer = ByteWriter()
    writer.number(files.count)
    for (name, content) in files.sorted(by: { $0.key < $1.key }) {
      writer.block(Array(name.utf8))
      writer.block(content)
    }
    writer.number(refusals.count)
    for (call, error) in refusals.sorted(by: { $0.key < $1.key }) {
      writer.number(call)
      switch error {
      case .badName: writer.number(0)
      case .quotaExceeded: writer.number(1)
      case .noSpace: writer.number(2)
      case .failed(let reason):
        writer.number(3)
        writer.block(Array(reason.utf8.prefix(Self.longestText)))
      }
    }
    return writer.bytes
  }

  init() {}

  init(decoding bytes: [UInt8]) throws(ReplayError) {
    var reader = ByteReader(bytes[...])
    for _ in 0..<(try reader.number(upTo: Self.mostFiles, "saved files")) {
      let name = try Self.text(&reader)
      let content = try reader.block(upTo: Self.largestContent, "bytes of a saved file")
      guard files.updateValue(content, forKey: name) == nil else {
        throw .damaged("a saved file that is there twice")
      }
    }
    for _ in 0..<(try reader.number(upTo: Self.mostRefusals, "refusals")) {
      let call = try reader.number(upTo: .max, "calls")
      switch try reader.number() {
      case 0: refusals[call] = .badName
      case 1: refusals[call] = .quotaExceeded
      case 2: refusals[call] = .noSpace
      case 3: refusals[call] = .failed(reason: try Self.text(&reader))
      default: throw .damaged("a refusal of an unknown kind")
      }
    }
    guard reader.isAtEnd else { throw .damaged("bytes behind the saved files") }
  }

  private static func text(_ reader: inout ByteReader) throws(ReplayError) -> String {
    // A reason that was cut in the middle of a character is mended.
    String(decoding: try reader.block(upTo: longestText, "bytes of a name"), as: UTF8.self)
  }
}
