/// A bounded place in the file.
struct CoredumpCursor {
  let bytes: [UInt8]
  var at = 0
  let end: Int

  init(bytes: [UInt8], at: Int = 0, end: Int) {
    self.bytes = bytes
    self.at = at
    self.end = end
  }

  func failure(_ reason: String) -> CoredumpError { CoredumpError(offset: at, reason: reason) }

  /// The next byte; nil at the end.
  var peek: UInt8? { at < end ? bytes[at] : nil }

  mutating func byte() throws(CoredumpError) -> UInt8 {
    guard at < end else { throw failure("unexpected end") }
    defer { at += 1 }
    return bytes[at]
  }

  mutating func expect(_ wanted: UInt8, _ what: String) throws(CoredumpError) {
    let found = try byte()
    guard found == wanted else {
      at -= 1
      throw failure("\(what) is \(found), not \(wanted)")
    }
  }

  mutating func sub(count: Int) throws(CoredumpError) -> Self {
    guard count <= end - at else { throw failure("section of \(count) bytes is cut off") }
    defer { at += count }
    return Self(bytes: bytes, at: at, end: at + count)
  }

  func finish() throws(CoredumpError) {
    guard at == end else { throw failure("\(end - at) bytes left over in a section") }
  }

  mutating func unsigned32() throws(CoredumpError) -> UInt32 {
    var value: UInt64 = 0
    for shift in stride(from: 0, through: 28, by: 7) {
      let byte = try byte()
      value |= UInt64(byte & 0x7F) << UInt64(shift)
      if byte < 0x80 {
        guard value <= UInt64(UInt32.max) else { throw failure("number above 32 bits") }
        return UInt32(value)
      }
    }
    throw failure("number above 32 bits")
  }

  mutating func unsigned64() throws(CoredumpError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: 0, through: 63, by: 7) {
      let byte = try byte()
      value |= UInt64(byte & 0x7F) << UInt64(shift)
      if byte < 0x80 {
        guard shift < 63 || byte <= 1 else { throw failure("number above 64 bits") }
        return value
      }
    }
    throw failure("number above 64 bits")
  }

  mutating func signed(bits: Int) throws(CoredumpError) -> Int64 {
    var value: Int64 = 0
    var shift: Int64 = 0
    while shift < bits {
      let byte = try byte()
      value |= Int64(byte & 0x7F) << shift
      shift += 7
      if byte < 0x80 {
        if shift < 64, byte & 0x40 != 0 { value |= -1 << shift }
        guard bits == 64 || value == Int64(Int32(truncatingIfNeeded: value)) else {
          throw failure("number above \(bits) bits")
        }
        return value
      }
    }
    throw failure("number above \(bits) bits")
  }

  mutating func fixed<Number: FixedWidthInteger>(
    _ type: Number.Type
  ) throws(CoredumpError) -> Number {
    var value: Number = 0
    for shift in stride(from: 0, to: Number.bitWidth, by: 8) {
      value |= Number(truncatingIfNeeded: try byte()) << Number(shift)
    }
    return value
  }

  mutating func bytes(_ count: Int) throws(CoredumpError) -> [UInt8] {
    guard count <= end - at else { throw failure("\(count) bytes are cut off") }
    defer { at += count }
    return Array(bytes[at..<at + count])
  }

  mutating func name() throws(CoredumpError) -> String {
    let count = Int(try unsigned32())
    guard count <= end - at else { throw failure("name of \(count) bytes is cut off") }
    defer { at += count }
    return String(decoding: bytes[at..<at + count], as: UTF8.self)
  }

  mutating func vector<Item>(
    _ decode: (inout Self) throws(CoredumpError) -> Item
  ) throws(CoredumpError) -> [Item] {
    let count = Int(try unsigned32())
    // Every item takes a byte or more, so that a lying count cannot ask for memory.
    guard count <= end - at else { throw failure("\(count) items in \(end - at) bytes") }
    var items: [Item] = []
    for _ in 0..<count { items.append(try decode(&self)) }
    return items
  }

  mutating func custom(into dump: inout Coredump, hasCore: inout Bool) throws(CoredumpError) {
    switch try name() {
    case "core":
      guard !hasCore else { throw failure("a second core section") }
      hasCore = true
      try expect(0, "process info version")
      dump.executableName = try name()
    case "coremodules":
      dump.moduleNames = try vector { c throws(CoredumpError) in
        try c.expect(0, "module record version")
        return try c.name()
      }
    case "coreinstances":
      dump.instances = try vector { c throws(CoredumpError) in
        try c.expect(0, "instance record version")
        return Coredump.Instance(
          module: try c.unsigned32(),
          memories: try c.vector { c throws(CoredumpError) in try c.unsigned32() },
          globals: try c.vector { c throws(CoredumpError) in try c.unsigned32() })
      }
    case "corestack":
      try expect(0, "thread version")
      dump.threads.append(
        Coredump.Thread(
          name: try name(),
          frames: try vector { c throws(CoredumpError) in try c.frame() }))
    case "glowjar.trap": dump.stop = try stop()
    case "glowjar.build": dump.build = try build()
    case "glowjar.code": dump.codeHashes = try codeHashes()
    case "glowjar.callback": dump.callback = try callback()
    case "glowjar.hostframes": dump.hostFrames = try hostFrames()
    case "glowjar.values": dump.wideValues = try wideValues()
    case "glowjar.exceptions": dump.exceptions = try exceptions()
    case "glowjar.tables": try tables(into: &dump)
    default: return
    }
    try finish()
  }

  mutating func frame() throws(CoredumpError) -> Coredump.Frame {
    try expect(0, "frame version")
    return Coredump.Frame(
      instance: try unsigned32(), function: try unsigned32(), codeOffset: try unsigned32(),
      locals: try vector { c throws(CoredumpError) in try c.value() },
      stack: try vector { c throws(CoredumpError) in try c.value() })
  }

  mutating func value() throws(CoredumpError) -> Coredump.Value {
    switch try byte() {
    case 0x01: .missing
    case 0x7F: .i32(UInt32(truncatingIfNeeded: try signed(bits: 32)))
    case 0x7E: .i64(UInt64(bitPattern: try signed(bits: 64)))
    case 0x7D: .f32(try fixed(UInt32.self))
    case 0x7C: .f64(try fixed(UInt64.self))
    case let tag: throw failure("unknown value tag \(tag)")
    }
  }

  mutating func memory() throws(CoredumpError) -> Coredump.Memory {
    let flags = try byte()
    guard flags <= 1 else { throw failure("unknown memory flags \(flags)") }
    let pages = UInt64(try unsigned32())
    return Coredump.Memory(pages: pages, maximum: flags == 1 ? UInt64(try unsigned32()) : nil)
  }

  mutating func global() throws(CoredumpError) -> Coredump.Global {
    let type = try byte()
    let isMutable = try byte() != 0
    let value: Coredump.GlobalValue
    switch (type, try byte()) {
    case (0x7F, 0x41): value = .i32(UInt32(truncatingIfNeeded: try signed(bits: 32)))
    case (0x7E, 0x42): value = .i64(UInt64(bitPattern: try signed(bits: 64)))
    case (0x7D, 0x43): value = .f32(try fixed(UInt32.self))
    case (0x7C, 0x44): value = .f64(try fixed(UInt64.self))
    case (0x7B, 0xFD):
      try expect(0x0C, "vector instruction")
      value = .v128(low: try fixed(UInt64.self), high: try fixed(UInt64.self))
    case (0x70, 0xD0):
      // The top type's name, or the abstract heap type that some writers use.
      _ = try byte()
      value = .funcref
    case (0x6F, 0xD0):
      _ = try byte()
      value = .externref
    case (let type, let opcode):
      throw failure("global of type \(type) with initialiser \(opcode)")
    }
    try expect(0x0B, "end of the initialiser")
    return Coredump.Global(isMutable: isMutable, value: value)
  }

  mutating func segment() throws(CoredumpError) -> CoredumpReader.Segment {
    let mode = try byte()
    guard mode == 0 || mode == 2 else { throw failure("data segment of mode \(mode)") }
    let memory = mode == 2 ? Int(try unsigned32()) : 0
    try expect(0x41, "offset instruction")
    let address = UInt64(UInt32(truncatingIfNeeded: try signed(bits: 32)))
    try expect(0x0B, "end of the offset")
    let count = Int(try unsigned32())
    guard count <= end - at else { throw failure("data of \(count) bytes is cut off") }
    defer { at += count }
    return CoredumpReader.Segment(memory: memory, address: address, range: at..<at + count)
  }
}
