extension DebugReader {
  /// Where the expression for the value of an attribute at an address is.
  ///
  /// The attribute holds the expression itself or refers to a list of them.
  func expression(
    _ value: AttributeValue, at address: UInt32, in unit: Unit
  ) throws(Unavailable) -> (section: SectionID, range: Range<Int>) {
    if value.kind == .block {
      let start = Int(clamping: value.value)
      return (.info, start..<start + value.count)
    }
    let id: SectionID = unit.encoding.version < 5 ? .loc : .loclists
    guard let offset = listOffset(value, id, in: unit) else { throw Unavailable(.unsupported) }
    let range =
      id == .loc
      ? oldLocation(at: offset, for: UInt64(address), in: unit)
      : listedLocation(at: offset, for: UInt64(address), in: unit)
    guard let range else { throw Unavailable(.notHere) }
    return (id, range)
  }

  /// `.debug_loc` (DWARF 4, 2.6.2).
  private func oldLocation(at offset: Int, for address: UInt64, in unit: Unit) -> Range<Int>? {
    let size = unit.encoding.addressSize
    let newBase: UInt64 = size == 4 ? 0xFFFF_FFFF : .max
    var base = root(of: unit).baseAddress
    var cursor = Cursor(section(.loc), at: offset)
    while effort.pay() {
      let low = cursor.unsigned(size: size)
      let high = cursor.unsigned(size: size)
      if cursor.hasFailed { damaged.insert(.loc) }
      if cursor.hasFailed || (low == 0 && high == 0) { return nil }
      if low == newBase {
        base = high
        continue
      }
      let count = Int(cursor.u16())
      let start = cursor.offset
      cursor.skip(count)
      // The addresses of removed functions are just below the mark of a new base.
      if !cursor.hasFailed, low < newBase - 1, base &+ low <= address, address < base &+ high {
        return start..<start + count
      }
    }
    return nil
  }

  /// `.debug_loclists` (DWARF 5, 2.6.2).
  private func listedLocation(at offset: Int, for address: UInt64, in unit: Unit) -> Range<Int>? {
    var base: UInt64? = root(of: unit).baseAddress
    var fallback: Range<Int>?
    var cursor = Cursor(section(.loclists), at: offset)
    while effort.pay() {
      // The kinds are those of ranges, with one for a default in between.
      let kind = cursor.u8()
      let isDefault = kind == 5
      var isHere = false
      if !isDefault {
        switch listEntry(kind > 5 ? kind - 1 : kind, &cursor, base: &base, in: unit) {
        case .range(let range):
          isHere = range.map { $0.low <= address && address < $0.high } ?? false
        case .base: continue
        case .end: return fallback
        case nil:
          damaged.insert(.loclists)
          return fallback
        }
      }
      let count = cursor.ulebInt()
      let start = cursor.offset
      cursor.skip(count)
      if cursor.hasFailed {
        damaged.insert(.loclists)
        return fallback
      }
      if isDefault { fallback = start..<start + count }
      if isHere { return start..<start + count }
    }
    return nil
  }
}
