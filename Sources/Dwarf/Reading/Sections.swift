/// The debug sections a module may have, and the two others this target asks for.
enum SectionID: Int, CaseIterable {
  case abbrev
  case addr
  case info
  case line
  case lineStr
  case loc
  case loclists
  case ranges
  case rnglists
  case str
  case strOffsets

  /// The name of the custom section.
  var name: StaticString {
    switch self {
    case .abbrev: ".debug_abbrev"
    case .addr: ".debug_addr"
    case .info: ".debug_info"
    case .line: ".debug_line"
    case .lineStr: ".debug_line_str"
    case .loc: ".debug_loc"
    case .loclists: ".debug_loclists"
    case .ranges: ".debug_ranges"
    case .rnglists: ".debug_rnglists"
    case .str: ".debug_str"
    case .strOffsets: ".debug_str_offsets"
    }
  }
}

/// Where the debug sections of a module are; nothing is copied.
///
/// The walk stops at the first section that does not fit the file and keeps what was found.
struct Sections {
  /// By `SectionID.rawValue`; empty where the module has no such section.
  private var ranges = [Range<Int>](repeating: 0..<0, count: SectionID.allCases.count)
  /// The file offset of the code section's content, from which code addresses count.
  private(set) var codeOffset: Int?

  init(of module: UnsafeRawBufferPointer) {
    var cursor = Cursor(module, at: 8)
    while !cursor.isAtEnd {
      let id = cursor.u8()
      let size = cursor.ulebInt()
      let start = cursor.offset
      cursor.skip(size)
      guard !cursor.hasFailed else { break }
      if id == 10, codeOffset == nil { codeOffset = start }
      guard id == 0 else { continue }
      var content = Cursor(module, at: start, end: start + size)
      let name = content.bytes(content.ulebInt())
      // Hostile files have millions of sections.
      guard !content.hasFailed, name.count > 8 else { continue }
      for section in SectionID.allCases where section.name.matches(name) {
        if self[section].isEmpty { ranges[section.rawValue] = content.offset..<content.end }
      }
    }
  }

  /// The place of a section in the file.
  subscript(_ id: SectionID) -> Range<Int> { ranges[id.rawValue] }
}

extension StaticString {
  fileprivate func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
    withUTF8Buffer { bytes.elementsEqual($0) }
  }
}
