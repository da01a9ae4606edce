/// Why a console font file was refused.
public enum PSFError: Error, Equatable, CustomStringConvertible {
  /// The first bytes are those of neither PSF version.
  case notAFont
  /// The file ends before the glyphs that its header announces.
  case truncated(wanted: Int, found: Int)
  /// A header field has a value no font can have.
  case badHeader(field: String, value: UInt32)

  /// One line for a message: what is wrong, with the value found.
  public var description: String {
    switch self {
    case .notAFont: "not a PC screen font: bad magic number"
    case .truncated(let wanted, let found):
      "font is cut off: \(wanted) bytes announced, \(found) found"
    case .badHeader(let field, let value): "font header: \(field) cannot be \(value)"
    }
  }
}

extension BitmapFont {
  /// Reads a Linux console font, PSF version 1 or 2, already decompressed.
  ///
  /// Every field is checked before it is used; a damaged Unicode table only loses characters.
  /// Without a table, glyph numbers are taken for Unicode scalars.
  public init(psf bytes: [UInt8]) throws(PSFError) {
    let header = try PSFHeader(bytes)
    let glyphBytes = header.glyphCount * header.glyphSize
    let tableStart = header.size + glyphBytes
    guard bytes.count >= tableStart else {
      throw .truncated(wanted: tableStart, found: bytes.count)
    }
    let table = bytes[tableStart...]
    let indices =
      switch header.table {
      case .none:
        Dictionary(uniqueKeysWithValues: (0..<header.glyphCount).map { (UInt32($0), $0) })
      case .ucs2: readUCS2Table(table, glyphCount: header.glyphCount)
      case .utf8: readUTF8Table(table, glyphCount: header.glyphCount)
      }
    self.init(
      width: header.width, height: header.height,
      bits: Array(bytes[header.size..<tableStart]), glyphIndices: indices)
  }
}

/// The fields of both header versions that matter, all within safe bounds.
private struct PSFHeader {
  enum Table {
    case none
    case ucs2
    case utf8
  }

  var size: Int
  var glyphCount: Int
  var glyphSize: Int
  var width: Int
  var height: Int
  var table: Table

  init(_ bytes: [UInt8]) throws(PSFError) {
    if bytes.starts(with: [0x36, 0x04]) {
      try self.init(version1: bytes)
    } else if bytes.starts(with: [0x72, 0xB5, 0x4A, 0x86]) {
      try self.init(version2: bytes)
    } else {
      throw .notAFont
    }
  }

  private init(version1 bytes: [UInt8]) throws(PSFError) {
    guard bytes.count >= 4 else { throw .truncated(wanted: 4, found: bytes.count) }
    let mode = bytes[2]
    guard (1...128).contains(bytes[3]) else {
      throw .badHeader(field: "height", value: UInt32(bytes[3]))
    }
    size = 4
    glyphCount = mode & 1 != 0 ? 512 : 256
    glyphSize = Int(bytes[3])
    width = 8
    height = Int(bytes[3])
    table = mode & 6 != 0 ? .ucs2 : .none
  }

  private init(version2 bytes: [UInt8]) throws(PSFError) {
    guard bytes.count >= 32 else { throw .truncated(wanted: 32, found: bytes.count) }
    func field(_ index: Int) -> UInt32 {
      let at = 4 * index
      return UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16
        | UInt32(bytes[at + 3]) << 24
    }
    func checked(_ index: Int, _ name: String, _ range: ClosedRange<UInt32>) throws(PSFError) -> Int
    {
      guard range.contains(field(index)) else { throw .badHeader(field: name, value: field(index)) }
      return Int(field(index))
    }
    size = try checked(2, "header size", 32...4096)
    table = field(3) & 1 != 0 ? .utf8 : .none
    glyphCount = try checked(4, "glyph count", 1...65536)
    height = try checked(6, "height", 1...128)
    width = try checked(7, "width", 1...64)
    let rowBytes = UInt32((width + 7) / 8)
    let whole = UInt32(height) * rowBytes
    glyphSize = try checked(5, "glyph size", whole...whole)
  }
}

/// PSF 1: 16-bit scalars for each glyph, 0xFFFF ends a glyph, 0xFFFE starts combining sequences.
private func readUCS2Table(_ table: ArraySlice<UInt8>, glyphCount: Int) -> [UInt32: Int] {
  var indices: [UInt32: Int] = [:]
  var glyph = 0
  var inSequence = false
  var at = table.startIndex
  while at + 1 < table.endIndex, glyph < glyphCount {
    let value = UInt32(table[at]) | UInt32(table[at + 1]) << 8
    at += 2
    if value == 0xFFFF {
      glyph += 1
      inSequence = false
    } else if value == 0xFFFE {
      inSequence = true
    } else if !inSequence {
      indices[value] = glyph
    }
  }
  return indices
}

/// PSF 2: UTF-8 scalars for each glyph, 0xFF ends a glyph, 0xFE starts combining sequences.
private func readUTF8Table(_ table: ArraySlice<UInt8>, glyphCount: Int) -> [UInt32: Int] {
  var indices: [UInt32: Int] = [:]
  var at = table.startIndex
  for glyph in 0..<glyphCount {
    guard let end = table[at...].firstIndex(of: 0xFF) else { break }
    let entry = table[at..<end]
    let single = entry.firstIndex(of: 0xFE).map { entry[..<$0] } ?? entry
    for scalar in String(decoding: single, as: UTF8.self).unicodeScalars
    where scalar != "\u{FFFD}" || single.elementsEqual([0xEF, 0xBF, 0xBD]) {
      indices[scalar.value] = glyph
    }
    at = end + 1
  }
  return indices
}
