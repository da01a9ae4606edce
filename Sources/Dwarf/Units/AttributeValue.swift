/// The value of an attribute as the form gives it, not yet looked up in other sections.
struct AttributeValue {
  /// What `value` is.
  enum Kind {
    /// A form nobody should need here, such as a type signature.
    case other
    /// A code or data address.
    case address
    /// An index into `.debug_addr`.
    case addressIndex
    /// An unsigned number, or bits of unknown sign.
    case unsigned
    /// A signed number, as its bits.
    case signed
    /// The section offset of a block of `count` bytes in `.debug_info`.
    case block
    /// An offset into `.debug_info` of text of `count` bytes.
    case text
    /// An offset into `.debug_str`.
    case stringOffset
    /// An offset into `.debug_line_str`.
    case lineStringOffset
    /// An index into the string offsets.
    case stringIndex
    /// An offset into `.debug_info`.
    case reference
    /// An offset into another section.
    case sectionOffset
    /// An index into the unit's range or location lists.
    case listIndex
    /// True or false.
    case flag
  }

  var kind: Kind
  var value: UInt64
  var count = 0

  /// The value as a number; nil if it is none.
  var number: UInt64? {
    switch kind {
    case .unsigned, .signed, .flag: value
    default: nil
    }
  }

  /// The value as an offset into another section; DWARF 2 and 3 wrote them as numbers.
  var offset: Int? {
    switch kind {
    case .sectionOffset, .unsigned: Int(clamping: value)
    default: nil
    }
  }

  /// The value as an offset of an entry.
  var reference: Int? { kind == .reference ? Int(clamping: value) : nil }
}

extension Cursor {
  /// Reads the value of an attribute of a unit.
  ///
  /// A form that is not known makes the cursor fail, since its size is unknown.
  mutating func value(
    _ form: UInt16, _ encoding: UnitEncoding, implicit: Int64 = 0
  ) -> AttributeValue {
    switch form {
    case Form.addr:
      return AttributeValue(kind: .address, value: unsigned(size: encoding.addressSize))
    case Form.data1: return AttributeValue(kind: .unsigned, value: UInt64(u8()))
    case Form.data2: return AttributeValue(kind: .unsigned, value: UInt64(u16()))
    case Form.data4: return AttributeValue(kind: .unsigned, value: UInt64(u32()))
    case Form.data8: return AttributeValue(kind: .unsigned, value: u64())
    case Form.udata: return AttributeValue(kind: .unsigned, value: uleb())
    case Form.sdata: return AttributeValue(kind: .signed, value: UInt64(bitPattern: sleb()))
    case Form.implicitConst:
      return AttributeValue(kind: .signed, value: UInt64(bitPattern: implicit))
    case Form.data16: return blockValue(16)
    case Form.flag: return AttributeValue(kind: .flag, value: UInt64(u8()))
    case Form.flagPresent: return AttributeValue(kind: .flag, value: 1)
    case Form.strp: return AttributeValue(kind: .stringOffset, value: UInt64(u32()))
    case Form.lineStrp: return AttributeValue(kind: .lineStringOffset, value: UInt64(u32()))
    case Form.string:
      let start = offset
      let count = text().count
      return AttributeValue(kind: .text, value: UInt64(start), count: count)
    case Form.strx, Form.gnuStrIndex: return AttributeValue(kind: .stringIndex, value: uleb())
    case Form.strx1: return AttributeValue(kind: .stringIndex, value: unsigned(size: 1))
    case Form.strx2: return AttributeValue(kind: .stringIndex, value: unsigned(size: 2))
    case Form.strx3: return AttributeValue(kind: .stringIndex, value: unsigned(size: 3))
    case Form.strx4: return AttributeValue(kind: .stringIndex, value: unsigned(size: 4))
    case Form.addrx, Form.gnuAddrIndex: return AttributeValue(kind: .addressIndex, value: uleb())
    case Form.addrx1: return AttributeValue(kind: .addressIndex, value: unsigned(size: 1))
    case Form.addrx2: return AttributeValue(kind: .addressIndex, value: unsigned(size: 2))
    case Form.addrx3: return AttributeValue(kind: .addressIndex, value: unsigned(size: 3))
    case Form.addrx4: return AttributeValue(kind: .addressIndex, value: unsigned(size: 4))
    case Form.ref1: return reference(UInt64(u8()), encoding)
    case Form.ref2: return reference(UInt64(u16()), encoding)
    case Form.ref4: return reference(UInt64(u32()), encoding)
    case Form.ref8: return reference(u64(), encoding)
    case Form.refUdata: return reference(uleb(), encoding)
    case Form.refAddr:
      // DWARF 2 wrote an address here.
      let size = encoding.version <= 2 ? encoding.addressSize : 4
      return AttributeValue(kind: .reference, value: unsigned(size: size))
    case Form.secOffset: return AttributeValue(kind: .sectionOffset, value: UInt64(u32()))
    case Form.loclistx, Form.rnglistx: return AttributeValue(kind: .listIndex, value: uleb())
    case Form.block1: return blockValue(UInt64(u8()))
    case Form.block2: return blockValue(UInt64(u16()))
    case Form.block4: return blockValue(UInt64(u32()))
    case Form.block, Form.exprloc: return blockValue(uleb())
    case Form.refSig8, Form.refSup8: return AttributeValue(kind: .other, value: u64())
    case Form.refSup4, Form.strpSup: return AttributeValue(kind: .other, value: UInt64(u32()))
    case Form.indirect:
      let actual = uleb()
      // Nested indirection, and a constant that stands nowhere, make no sense.
      guard actual != UInt64(Form.indirect), actual != UInt64(Form.implicitConst) else { break }
      return value(UInt16(clamping: actual), encoding)
    default: break
    }
    fail()
    return AttributeValue(kind: .other, value: 0)
  }

  private func reference(_ value: UInt64, _ encoding: UnitEncoding) -> AttributeValue {
    AttributeValue(kind: .reference, value: value &+ UInt64(encoding.unitOffset))
  }

  private mutating func blockValue(_ count: UInt64) -> AttributeValue {
    let start = offset
    skip(count)
    return AttributeValue(kind: .block, value: UInt64(start), count: offset - start)
  }

  /// Skips the value of an attribute.
  @inline(__always)
  mutating func skipValue(_ form: UInt16, _ encoding: UnitEncoding) {
    let size = Form.size(form, encoding)
    if size >= 0 { skip(size) } else { skipVariable(form, encoding) }
  }

  private mutating func skipVariable(_ form: UInt16, _ encoding: UnitEncoding) {
    switch form {
    case Form.udata, Form.refUdata, Form.strx, Form.addrx, Form.loclistx, Form.rnglistx, Form.sdata,
      Form.gnuAddrIndex, Form.gnuStrIndex:
      while u8() >= 0x80 {}
    default: _ = value(form, encoding)
    }
  }
}

extension Form {
  /// The size in bytes of values of a form; -1 if it differs from value to value.
  static func size(_ form: UInt16, _ encoding: UnitEncoding) -> Int {
    switch form {
    case flagPresent, implicitConst: 0
    case data1, flag, ref1, strx1, addrx1: 1
    case data2, ref2, strx2, addrx2: 2
    case strx3, addrx3: 3
    case data4, ref4, strp, lineStrp, secOffset, strx4, addrx4, refSup4, strpSup: 4
    case data8, ref8, refSig8, refSup8: 8
    case data16: 16
    case addr: encoding.addressSize
    case refAddr: encoding.version <= 2 ? encoding.addressSize : 4
    default: -1
    }
  }
}
