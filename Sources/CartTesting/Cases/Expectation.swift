import Postmortem
import TOML

/// Something that is to be so after a frame, or at the end of a run.
public struct Expectation: Sendable, Codable {
  /// What is looked at.
  public enum Kind: Sendable, Codable {
    /// The picture is that of a file.
    case snapshot(String)
    /// A pixel has a colour.
    case pixel(x: Int, y: Int, PixelColor)
    /// A part of the picture has a pattern.
    case region(x: Int, y: Int, LetterPattern)
    /// A line has been said.
    case log(TextMatch)
    /// The cart crashes, with a trap of this name.
    case trap(String)
    /// The cart ends itself.
    case exit
    /// The sound so far has this SHA-256.
    case audio(String)
    /// The cart's memory holds bytes.
    case memory(MemoryMatch)
    /// A file has been saved.
    case save(SaveMatch)

    /// Whether the end of a run is looked at after the cart has been told of it.
    var isAfterEnd: Bool {
      switch self {
      case .snapshot, .pixel, .region, .memory: false
      case .log, .trap, .exit, .audio, .save: true
      }
    }
  }

  /// After which frame; nil is the last one.
  public var frame: Int?
  /// Where it stands in the case file.
  public var place: TextPlace
  /// What is looked at.
  public var kind: Kind
}

/// A text to be found.
public enum TextMatch: Sendable, Codable {
  /// Anywhere in a line.
  case contains(String)
  /// A regular expression that matches anywhere in a line.
  case matches(String)

  func isFound(in line: String) -> Bool {
    switch self {
    case .contains(let text): line.contains(text)
    case .matches(let pattern): (try? Regex(pattern).firstMatch(in: line)) ?? nil != nil
    }
  }

  var description: String {
    switch self {
    case .contains(let text): "'\(text)'"
    case .matches(let pattern): "anything that matches '\(pattern)'"
    }
  }
}

/// Bytes at a place of the cart's memory.
public struct MemoryMatch: Sendable, Codable {
  /// The exported global that holds the address; nil for an address from 0.
  public var symbol: String?
  /// Added to it.
  public var offset: UInt32 = 0
  /// What is to be there.
  public var bytes: [UInt8]
  /// How it is shown.
  public var type: MemoryValueType
}

/// Content of a saved file.
public struct SaveMatch: Sendable, Codable {
  /// What is to be in it.
  public enum Content: Sendable, Codable {
    /// Nothing but these bytes.
    case bytes([UInt8])
    /// Bytes with this SHA-256, in hexadecimal.
    case sha256(String)
  }

  /// Its name in the cart's folder, such as `etc/score`.
  public var file: String
  /// What is in it.
  public var content: Content
}

/// How bytes in memory are written down; all little end first.
public enum MemoryValueType: String, Sendable, Codable, CaseIterable {
  /// Two hexadecimal digits a byte.
  case bytes
  /// An integer without sign.
  case u8, u16, u32, u64
  /// An integer with sign.
  case i8, i16, i32, i64
  /// A float.
  case f32, f64

  /// The bytes of an integer; nil if it does not fit, or the type has no integers.
  func bytes(of number: Int64) -> [UInt8]? {
    switch self {
    case .bytes: nil
    case .u8: UInt8(exactly: number).map(Self.bytes)
    case .u16: UInt16(exactly: number).map(Self.bytes)
    case .u32: UInt32(exactly: number).map(Self.bytes)
    case .u64: UInt64(exactly: number).map(Self.bytes)
    case .i8: Int8(exactly: number).map(Self.bytes)
    case .i16: Int16(exactly: number).map(Self.bytes)
    case .i32: Int32(exactly: number).map(Self.bytes)
    case .i64: Self.bytes(number)
    case .f32, .f64: bytes(of: Double(number))
    }
  }

  /// The bytes of a float; nil for other types.
  func bytes(of number: Double) -> [UInt8]? {
    switch self {
    case .f32: Self.bytes(Float(number).bitPattern)
    case .f64: Self.bytes(number.bitPattern)
    default: nil
    }
  }

  private static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }

  /// The value that bytes of this type's size stand for.
  func description(of bytes: [UInt8]) -> String {
    let bits = bytes.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return switch self {
    case .bytes: hexadecimal(bytes)
    case .u8, .u16, .u32, .u64: "\(bits)"
    case .i8: "\(Int8(truncatingIfNeeded: bits))"
    case .i16: "\(Int16(truncatingIfNeeded: bits))"
    case .i32: "\(Int32(truncatingIfNeeded: bits))"
    case .i64: "\(Int64(truncatingIfNeeded: bits))"
    case .f32: "\(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))"
    case .f64: "\(Double(bitPattern: bits))"
    }
  }
}
