extension DebugReader {
  /// Calls `body` for each range of addresses that an entry covers, until it gives false.
  ///
  /// Ranges of removed functions are left to the receiver, who knows whether 0 is one.
  func forEachRange(
    _ attributes: RangeAttributes, in unit: Unit, _ body: (UInt64, UInt64) -> Bool
  ) {
    if let ranges = attributes.ranges {
      if unit.encoding.version < 5 {
        if let offset = ranges.offset { forEachOldRange(at: offset, in: unit, body) }
      } else if let offset = listOffset(ranges, .rnglists, in: unit) {
        forEachListedRange(at: offset, in: unit, body)
      }
    } else if let low = attributes.low.flatMap({ address($0, in: unit) }),
      let high = attributes.high
    {
      // The end is an address or, commonly, a length.
      if let end = address(high, in: unit) ?? high.number.map({ low &+ $0 }) { _ = body(low, end) }
    }
  }

  /// The offset of a list that is given as such or by number (DWARF 5, 7.28 and 7.29).
  func listOffset(_ value: AttributeValue, _ id: SectionID, in unit: Unit) -> Int? {
    if let offset = value.offset { return offset }
    guard value.kind == .listIndex, value.value < UInt64(UInt32.max) else { return nil }
    let root = root(of: unit)
    let base = id == .rnglists ? root.rangeListsBase : root.locationListsBase
    var cursor = Cursor(section(id), at: base)
    cursor.skip(value.value * 4)
    let offset = cursor.u32()
    return cursor.hasFailed ? nil : base + Int(offset)
  }

  /// `.debug_ranges` (DWARF 4, 2.17.3).
  private func forEachOldRange(at offset: Int, in unit: Unit, _ body: (UInt64, UInt64) -> Bool) {
    let size = unit.encoding.addressSize
    let newBase: UInt64 = size == 4 ? 0xFFFF_FFFF : .max
    var base = root(of: unit).baseAddress
    var cursor = Cursor(section(.ranges), at: offset)
    while effort.pay() {
      let low = cursor.unsigned(size: size)
      let high = cursor.unsigned(size: size)
      if cursor.hasFailed { damaged.insert(.ranges) }
      if cursor.hasFailed || (low == 0 && high == 0) { return }
      if low == newBase {
        base = high
      } else if low < newBase - 1 {
        guard body(base &+ low, base &+ high) else { return }
      }
    }
  }

  /// `.debug_rnglists` (DWARF 5, 2.17.3).
  private func forEachListedRange(at offset: Int, in unit: Unit, _ body: (UInt64, UInt64) -> Bool) {
    var base: UInt64? = root(of: unit).baseAddress
    var cursor = Cursor(section(.rnglists), at: offset)
    while effort.pay() {
      switch listEntry(cursor.u8(), &cursor, base: &base, in: unit) {
      case .range(let range): if let range { guard body(range.low, range.high) else { return } }
      case .base: break
      case .end: return
      case nil:
        damaged.insert(.rnglists)
        return
      }
    }
  }
}

/// An entry of a list of addresses (DWARF 5, 7.25).
enum AddressListEntry {
  case end
  /// The base of the entries after it.
  case base
  /// From the low address to before the high one; nil for code that was removed.
  case range((low: UInt64, high: UInt64)?)
}

extension DebugReader {
  /// Reads what ranges and locations have in common behind an entry's kind, which is one of
  /// `.debug_rnglists`; nil if it makes no sense.
  func listEntry(
    _ kind: UInt8, _ cursor: inout Cursor, base: inout UInt64?, in unit: Unit
  ) -> AddressListEntry? {
    let size = unit.encoding.addressSize
    var low: UInt64?
    var high: UInt64?
    switch kind {
    case 0: return cursor.hasFailed ? nil : .end
    case 1:
      base = address(index: cursor.uleb(), in: unit)
      return .base
    case 2:
      low = address(index: cursor.uleb(), in: unit)
      high = address(index: cursor.uleb(), in: unit)
    case 3:
      low = address(index: cursor.uleb(), in: unit)
      let length = cursor.uleb()
      high = low.map { $0 &+ length }
    case 4:
      let from = cursor.uleb()
      let to = cursor.uleb()
      // A base that is no function's makes all of the list so.
      if let base, base < 0xFFFF_FFFE {
        low = base &+ from
        high = base &+ to
      }
    case 5:
      base = cursor.unsigned(size: size)
      return .base
    case 6:
      low = cursor.unsigned(size: size)
      high = cursor.unsigned(size: size)
    case 7:
      low = cursor.unsigned(size: size)
      let length = cursor.uleb()
      high = low.map { $0 &+ length }
    default: return nil
    }
    if cursor.hasFailed { return nil }
    return .range(low.flatMap { low in high.map { (low, $0) } })
  }
}
