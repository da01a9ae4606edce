/// The byte forms of a coredump's records (Coredump; Spec 5.2.2, 5.3, 5.5).
struct CoredumpEncoder {
  var bytes: [UInt8] = []

  mutating func unsigned(_ value: UInt64) {
    var rest = value
    while rest > 0x7F {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  mutating func unsigned(_ value: UInt32) { unsigned(UInt64(value)) }

  mutating func count(_ value: Int) { unsigned(UInt64(value)) }

  mutating func signed(_ value: Int64) {
    var rest = value
    while true {
      let byte = UInt8(truncatingIfNeeded: rest) & 0x7F
      rest >>= 7
      if rest == (byte & 0x40 != 0 ? -1 : 0) {
        bytes.append(byte)
        return
      }
      bytes.append(byte | 0x80)
    }
  }

  mutating func fixed(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func name(_ text: String) {
    count(text.utf8.count)
    bytes.append(contentsOf: text.utf8)
  }

  mutating func vector<Item>(_ items: [Item], _ encode: (inout Self, Item) -> Void) {
    count(items.count)
    for item in items { encode(&self, item) }
  }

  mutating func section(_ id: UInt8, _ encode: (inout Self) -> Void) {
    var content = Self()
    encode(&content)
    bytes.append(id)
    count(content.bytes.count)
    bytes.append(contentsOf: content.bytes)
  }

  mutating func custom(_ sectionName: String, _ encode: (inout Self) -> Void) {
    section(0) { content in
      content.name(sectionName)
      encode(&content)
    }
  }

  mutating func value(_ value: Coredump.Value) {
    switch value {
    case .missing: bytes.append(0x01)
    case .i32(let bits):
      bytes.append(0x7F)
      signed(Int64(Int32(bitPattern: bits)))
    case .i64(let bits):
      bytes.append(0x7E)
      signed(Int64(bitPattern: bits))
    case .f32(let bits):
      bytes.append(0x7D)
      fixed(bits)
    case .f64(let bits):
      bytes.append(0x7C)
      fixed(bits)
    }
  }

  mutating func frame(_ frame: Coredump.Frame) {
    bytes.append(0)
    unsigned(frame.instance)
    unsigned(frame.function)
    unsigned(frame.codeOffset)
    vector(frame.locals) { $0.value($1) }
    vector(frame.stack) { $0.value($1) }
  }

  mutating func memory(_ memory: Coredump.Memory) {
    bytes.append(memory.maximum == nil ? 0 : 1)
    unsigned(memory.pages)
    if let maximum = memory.maximum { unsigned(maximum) }
  }

  /// A global type and a constant expression that yields the value.
  mutating func global(_ global: Coredump.Global) {
    let mutability: UInt8 = global.isMutable ? 1 : 0
    switch global.value {
    case .i32(let bits):
      bytes += [0x7F, mutability, 0x41]
      signed(Int64(Int32(bitPattern: bits)))
    case .i64(let bits):
      bytes += [0x7E, mutability, 0x42]
      signed(Int64(bitPattern: bits))
    case .f32(let bits):
      bytes += [0x7D, mutability, 0x43]
      fixed(bits)
    case .f64(let bits):
      bytes += [0x7C, mutability, 0x44]
      fixed(bits)
    case .v128(let low, let high):
      bytes += [0x7B, mutability, 0xFD, 0x0C]
      fixed(low)
      fixed(high)
    case .funcref: bytes += [0x70, mutability, 0xD0, 0x70]
    case .externref: bytes += [0x6F, mutability, 0xD0, 0x6F]
    }
    bytes.append(0x0B)
  }
}
