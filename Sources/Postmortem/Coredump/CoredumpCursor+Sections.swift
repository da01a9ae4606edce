import Runtime

/// Our own sections (FORMAT.md).
extension CoredumpCursor {
  mutating func stop() throws(CoredumpError) -> Coredump.Stop {
    let version = try byte()
    guard version <= 1 else { throw failure("section version \(version)") }
    var stop = Coredump.Stop(kind: try name(), message: try name())
    stop.opcode = try bytes(Int(try unsigned32()))
    stop.mnemonic = try name()
    stop.isApproximate = try flag()
    if try flag() {
      let address = try unsigned64()
      let size = try unsigned64()
      stop.access = MemoryFault(
        address: address, accessSize: size == 0 ? nil : Int(clamping: size),
        memorySize: try unsigned64(), memory: version > 0 ? Int(try unsigned32()) : 0)
    }
    stop.framesBeforeGap = Int(try unsigned32())
    stop.framesLeftOut = Int(try unsigned32())
    stop.framesWithoutValues = Int(try unsigned32())
    stop.contentsLeftOut = try unsigned64()
    return stop
  }

  mutating func build() throws(CoredumpError) -> Coredump.Build {
    try version()
    return Coredump.Build(
      console: try name(), cartID: try name(), cartTitle: try name(),
      cpuFeatures: try vector { c throws(CoredumpError) in try c.name() },
      modules: try vector { c throws(CoredumpError) in
        Coredump.Build.Module(
          sha256: try c.bytes(32), byteCount: try c.unsigned64(),
          buildID: try c.bytes(Int(try c.unsigned32())))
      })
  }

  mutating func codeHashes() throws(CoredumpError) -> [[UInt8]] {
    try version()
    return try vector { c throws(CoredumpError) in try c.bytes(Int(try c.unsigned32())) }
  }

  mutating func callback() throws(CoredumpError) -> Coredump.Callback {
    try version()
    return Coredump.Callback(name: try name(), frame: try unsigned64())
  }

  mutating func hostFrames() throws(CoredumpError) -> [Coredump.HostFrame] {
    try version()
    return try vector { c throws(CoredumpError) in
      Coredump.HostFrame(position: try c.unsigned32(), name: try c.name())
    }
  }

  mutating func wideValues() throws(CoredumpError) -> [Coredump.WideValue] {
    try version()
    return try vector { c throws(CoredumpError) in
      Coredump.WideValue(place: try c.place(), value: try c.wideContent())
    }
  }

  mutating func exceptions() throws(CoredumpError) -> [Coredump.Exception] {
    try version()
    return try vector { c throws(CoredumpError) in
      Coredump.Exception(
        tag: try c.flag() ? try c.name() : nil,
        values: try c.vector { c throws(CoredumpError) in
          switch c.peek {
          case 0x7B, 0x70, 0x6F, 0x69: .wide(try c.wideContent())
          default: .plain(try c.value())
          }
        })
    }
  }

  mutating func tables(into dump: inout Coredump) throws(CoredumpError) {
    try version()
    dump.tables = try vector { c throws(CoredumpError) in try c.table() }
    dump.links = try vector { c throws(CoredumpError) in
      Coredump.Links(
        tables: try c.indices(), liveDataSegments: try c.indices(),
        liveElementSegments: try c.indices())
    }
  }

  private mutating func table() throws(CoredumpError) -> Coredump.Table {
    let type = try byte()
    guard let element = Coredump.Table.Element(rawValue: type) else {
      throw failure("table of type \(type)")
    }
    let maximum = try flag() ? try unsigned64() : nil
    let runs = try vector { c throws(CoredumpError) in
      Coredump.Table.Run(count: try c.unsigned64(), reference: try c.reference())
    }
    var size: UInt64 = 0
    for run in runs {
      let (sum, overflow) = size.addingReportingOverflow(run.count)
      guard !overflow else { throw failure("table of more than 2^64 elements") }
      size = sum
    }
    return Coredump.Table(element: element, maximum: maximum, runs: runs)
  }

  private mutating func place() throws(CoredumpError) -> Coredump.WideValue.Place {
    switch try byte() {
    case 0: .local(frame: try unsigned32(), index: try unsigned32())
    case 1: .operand(frame: try unsigned32(), index: try unsigned32())
    case 2: .global(try unsigned32())
    case let kind: throw failure("value at a place of kind \(kind)")
    }
  }

  private mutating func wideContent() throws(CoredumpError) -> Coredump.WideValue.Content {
    switch try byte() {
    case 0x7B: .v128(low: try fixed(UInt64.self), high: try fixed(UInt64.self))
    case 0x70: .funcref(try reference())
    case 0x6F: .externref(try reference())
    case 0x69: .exnref(try reference())
    case let type: throw failure("wide value of type \(type)")
    }
  }

  private mutating func reference() throws(CoredumpError) -> Coredump.Reference {
    switch try byte() {
    case 0: .null
    case 1: .missing
    case 2: .function(instance: try unsigned32(), index: try unsigned32())
    case 3: .hostFunction(try name())
    case 4: .host(try unsigned64())
    case 5: .exception(try unsigned32())
    case let kind: throw failure("reference of kind \(kind)")
    }
  }

  private mutating func version() throws(CoredumpError) { try expect(0, "section version") }

  private mutating func flag() throws(CoredumpError) -> Bool {
    switch try byte() {
    case 0: return false
    case 1: return true
    case let value: throw failure("\(value) is neither yes nor no")
    }
  }

  private mutating func indices() throws(CoredumpError) -> [UInt32] {
    try vector { c throws(CoredumpError) in try c.unsigned32() }
  }
}
