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
    let size = unit.encoding.addressSize
    var base: UInt64? = root(of: unit).baseAddress
    var fallback: Range<Int>?
    var cursor = Cursor(section(.loclists), at: offset)
    while effort.pay() {
      var low: UInt64?
      var high: UInt64?
      let kind = cursor.u8()
      switch kind {
      case 1:
        base = self.address(index: cursor.uleb(), in: unit)
        continue
      case 2:
        low = self.address(index: cursor.uleb(), in: unit)
        high = self.address(index: cursor.uleb(), in: unit)
      case 3:
        low = self.address(index: cursor.uleb(), in: unit)
        let length = cursor.uleb()
        high = low.map { $0 &+ length }
      case 4:
        let from = cursor.uleb()
        let to = cursor.uleb()
        if let base, base < 0xFFFF_FFFE {
          low = base &+ from
          high = base &+ to
        }
      case 5: break
      case 6:
        base = cursor.unsigned(size: size)
        continue
      case 7:
        low = cursor.unsigned(size: size)
        high = cursor.unsigned(size: size)
      case 8:
        low = cursor.unsigned(size: size)
        let length = cursor.uleb()
        high = low.map { $0 &+ length }
      default: return fallback
      }
      let count = cursor.ulebInt()
      let start = cursor.offset
      cursor.skip(count)
      if cursor.hasFailed { return fallback }
      if kind == 5 { fallback = start..<start + count }
      if let low, let high, low <= address, address < high { return start..<start + count }
    }
    return nil
  }
}
