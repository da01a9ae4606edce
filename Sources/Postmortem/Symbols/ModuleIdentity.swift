import Crypto
import Engine

/// What tells a module's code from all other code, and what the module says about its debug
/// information.
///
/// Any bytes may be asked: the sections are walked up to the first that does not fit the file, so
/// that a file with damage elsewhere can still serve as a twin.
public struct ModuleIdentity: Sendable, Equatable {
  /// SHA-256 of the code section's content; nil without such a section.
  public private(set) var codeHash: [UInt8]?
  /// Content of the custom section `build_id`, which linkers write, at most 1024 bytes of it; empty
  /// without one.
  public private(set) var buildID: [UInt8] = []
  /// Where the debug information was put, as the custom section `external_debug_info` has it: a
  /// path or a URL, anything a cart likes.
  public private(set) var externalDebugInfo: String?
  /// Whether there is debug information: DWARF units.
  public private(set) var hasDebugInfo = false
  /// Whether there is a name section.
  public private(set) var hasNames = false

  /// Greatest number of bytes of a path in `external_debug_info` that is believed.
  private static let longestPath = 4096

  /// Reads the sections' heads, and the code for its hash; nil for what is no module at all.
  public init?(_ file: [UInt8]) {
    guard file.starts(with: [0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00]) else { return nil }
    var reader = ByteReader(file, in: 8..<file.count)
    while let id = try? reader.byte(), let size = try? reader.unsigned32(),
      var content = try? reader.slice(Int(size))
    {
      if id == 10, codeHash == nil {
        codeHash = hash(file, content.offset..<content.end)
      }
      // Other lengths are no names of ours.
      if id == 0, let name = try? content.unsigned32(), (4...19).contains(name),
        let range = try? content.skip(Int(name))
      {
        add(String(decoding: file[range], as: UTF8.self), &content)
      }
    }
  }

  private mutating func add(_ section: String, _ content: inout ByteReader) {
    switch section {
    case "build_id" where buildID.isEmpty:
      buildID = Array(content.bytes[content.offset..<min(content.end, content.offset + 1024)])
    case "external_debug_info" where externalDebugInfo == nil:
      guard let size = try? content.unsigned32(), size <= Self.longestPath,
        let range = try? content.skip(Int(size))
      else { return }
      externalDebugInfo = String(decoding: content.bytes[range], as: UTF8.self)
    case ".debug_info": hasDebugInfo = true
    case "name": hasNames = true
    default: break
    }
  }

}

/// SHA-256 of a part of a file.
private func hash(_ file: [UInt8], _ range: Range<Int>) -> [UInt8] {
  var function = SHA256()
  file.withUnsafeBytes {
    function.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[range]))
  }
  return Array(function.finalize())
}

/// SHA-256 of a whole file, by which a coredump knows its modules.
public func fileHash(_ file: [UInt8]) -> [UInt8] { hash(file, 0..<file.count) }

extension ModuleIdentity {
  /// Why another file's debug information cannot be used for this module; nil if it can.
  ///
  /// Only the code counts: a twin is used if its code section is the same, byte by byte.
  public func refusal(ofTwin twin: ModuleIdentity) -> String? {
    guard let codeHash else { return "the cart has no code to compare" }
    guard let other = twin.codeHash else { return "it has no code to compare" }
    if other == codeHash {
      if twin.hasDebugInfo || (twin.hasNames && !hasNames) { return nil }
      return "it has no debug information either"
    }
    guard !buildID.isEmpty, !twin.buildID.isEmpty else {
      return "its code differs from the cart's: it is of another build"
    }
    return buildID == twin.buildID
      ? "its build_id is the cart's but its code is not: one of them was changed after linking"
      : "its build_id differs from the cart's: it is of another build"
  }
}

/// Bytes as hexadecimal digits, two a byte.
public func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
