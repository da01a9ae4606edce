/// Why a file is not a coredump we can read.
public struct CoredumpError: Error, Equatable, CustomStringConvertible {
  /// Byte offset in the file.
  public var offset: Int
  /// What is wrong there.
  public var reason: String

  /// An error of these parts.
  public init(offset: Int, reason: String) {
    self.offset = offset
    self.reason = reason
  }

  /// The reason with its offset.
  public var description: String { "\(reason) at offset 0x\(String(offset, radix: 16))" }
}

/// A coredump decoded back from its bytes, which may be anybody's.
public struct CoredumpReader {
  /// One piece of memory contents.
  public struct Segment: Equatable {
    /// Index in the dump's memories.
    public var memory: Int
    /// First address.
    public var address: UInt64
    /// The bytes, as a range of the file.
    public var range: Range<Int>
  }

  /// Everything but the contents.
  public let dump: Coredump
  /// Memory contents in file order; addresses that no segment covers hold zeros.
  public let segments: [Segment]

  /// Decodes a whole file.
  ///
  /// Unknown sections are passed over. Counts are believed only as far as bytes are there to back
  /// them.
  public init(_ bytes: [UInt8]) throws(CoredumpError) {
    var cursor = Cursor(bytes: bytes, end: bytes.count)
    guard bytes.starts(with: [0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00]) else {
      throw CoredumpError(offset: 0, reason: "not a WebAssembly module")
    }
    cursor.at = 8
    var dump = Coredump(
      executableName: "", moduleNames: [], instances: [], threads: [], memories: [], globals: [])
    var segments: [Segment] = []
    var hasCore = false
    while cursor.at < cursor.end {
      let id = try cursor.byte()
      let size = try cursor.unsigned32()
      var section = try cursor.sub(count: Int(size))
      switch id {
      case 0: try section.custom(into: &dump, hasCore: &hasCore)
      case 5:
        dump.memories = try section.vector { c throws(CoredumpError) in try c.memory() }
        try section.finish()
      case 6:
        dump.globals = try section.vector { c throws(CoredumpError) in try c.global() }
        try section.finish()
      case 11:
        segments = try section.vector { c throws(CoredumpError) in try c.segment() }
        try section.finish()
      default: break
      }
    }
    guard hasCore else {
      throw CoredumpError(offset: bytes.count, reason: "no core section: not a coredump")
    }
    for segment in segments where segment.memory >= dump.memories.count {
      throw CoredumpError(
        offset: segment.range.lowerBound,
        reason: "contents of memory \(segment.memory), "
          + "but the dump has \(dump.memories.count)")
    }
    self.dump = dump
    self.segments = segments
  }
}

/// A bounded place in the file.
private struct Cursor {
  let bytes: [UInt8]
  var at = 0
  let end: Int

  init(bytes: [UInt8], at: Int = 0, end: Int) {
    self.bytes = bytes
    self.at = at
    self.end = end
  }

  func failure(_ reason: String) -> CoredumpError { CoredumpError(offset: at, reason: reason) }

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

  mutating func sub(count: Int) throws(CoredumpError) -> Cursor {
    guard count <= end - at else { throw failure("section of \(count) bytes is cut off") }
    defer { at += count }
    return Cursor(bytes: bytes, at: at, end: at + count)
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

  mutating func name() throws(CoredumpError) -> String {
    let count = Int(try unsigned32())
    guard count <= end - at else { throw failure("name of \(count) bytes is cut off") }
    defer { at += count }
    return String(decoding: bytes[at..<at + count], as: UTF8.self)
  }

  mutating func vector<Item>(
    _ decode: (inout Cursor) throws(CoredumpError) -> Item
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
