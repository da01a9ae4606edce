/// The sizes that decide how the values of a unit are written.
struct UnitEncoding {
  var version: Int
  var addressSize: Int
  /// Where the unit begins in `.debug_info`: references count from here.
  var unitOffset: Int
}

/// A compilation unit: what its header says, and what was learned since.
final class Unit {
  let encoding: UnitEncoding
  /// Where the first entry is in `.debug_info`.
  let firstEntry: Int
  /// The end of the unit in `.debug_info`.
  let end: Int
  let abbreviationOffset: Int

  // Filled when first asked for.
  var abbreviations: AbbreviationTable?
  var root: UnitRoot?
  var functions: RangeIndex?
  var lines: LineTable?

  var offset: Int { encoding.unitOffset }

  init(encoding: UnitEncoding, firstEntry: Int, end: Int, abbreviationOffset: Int) {
    self.encoding = encoding
    self.firstEntry = firstEntry
    self.end = end
    self.abbreviationOffset = abbreviationOffset
  }

  /// Reads the header at the cursor and moves to the next unit (DWARF 5, 7.5.1).
  ///
  /// Gives nil for units that hold no code of their own (type units) or cannot be read, which
  /// includes 64-bit DWARF, unknown before wasm64. `isDamaged` becomes true where the header makes
  /// no sense.
  init?(header cursor: inout Cursor, isDamaged: inout Bool) {
    let offset = cursor.offset
    let length = cursor.u32()
    guard length < 0xFFFF_FFF0 else {
      // The 64-bit format: skipped, if it is that.
      if length == 0xFFFF_FFFF { cursor.skip(cursor.u64()) } else { cursor.fail() }
      isDamaged = cursor.hasFailed
      return nil
    }
    let end = cursor.offset + Int(length)
    isDamaged = cursor.hasFailed || end > cursor.end
    // A unit that is cut off is read as far as it goes.
    defer { cursor.move(to: min(end, cursor.end)) }
    let version = Int(cursor.u16())
    var addressSize = 0
    switch version {
    case 2...4:
      abbreviationOffset = Int(cursor.u32())
      addressSize = Int(cursor.u8())
    case 5:
      let type = cursor.u8()
      addressSize = Int(cursor.u8())
      abbreviationOffset = Int(cursor.u32())
      switch type {
      case 1, 3: break
      // Skeleton and split units carry the identification of their other half.
      case 4, 5: cursor.skip(8)
      default: return nil
      }
    default:
      isDamaged = true
      return nil
    }
    guard !cursor.hasFailed, addressSize == 4 || addressSize == 8 else {
      isDamaged = true
      return nil
    }
    encoding = UnitEncoding(version: version, addressSize: addressSize, unitOffset: offset)
    firstEntry = cursor.offset
    self.end = min(end, cursor.end)
  }
}

/// What the first entry of a unit says.
struct UnitRoot {
  var name: AttributeValue?
  var compilationFolder: AttributeValue?
  var producer: AttributeValue?
  var language: UInt64 = 0
  var lineProgram: Int?
  var range = RangeAttributes()
  /// Whether most of the unit is in another file.
  var isSkeleton = false
  var stringOffsetsBase: Int
  var addressBase: Int
  var rangeListsBase: Int
  var locationListsBase: Int
  /// The lowest address, to which ranges and locations are relative.
  var baseAddress: UInt64 = 0

  /// The bases a unit has that does not tell: after the header of the first contribution.
  init(_ encoding: UnitEncoding) {
    let isOld = encoding.version < 5
    stringOffsetsBase = isOld ? 0 : 8
    addressBase = isOld ? 0 : 8
    rangeListsBase = isOld ? 0 : 12
    locationListsBase = isOld ? 0 : 12
  }
}

/// The attributes that tell which addresses an entry covers.
struct RangeAttributes {
  var low: AttributeValue?
  var high: AttributeValue?
  var ranges: AttributeValue?

  /// Takes an attribute if it is one of these.
  @inline(__always)
  mutating func take(_ name: UInt16, _ value: AttributeValue) -> Bool {
    switch name {
    case Attribute.lowPC: low = value
    case Attribute.highPC: high = value
    case Attribute.ranges: ranges = value
    default: return false
    }
    return true
  }

  var isEmpty: Bool { ranges == nil && (low == nil || high == nil) }
}
