import Runtime

/// Our own sections (FORMAT.md); one of which nothing is known is left out.
extension CoredumpEncoder {
  mutating func sections(of dump: Coredump) {
    if let stop = dump.stop { own("glowjar.trap", version: 1) { $0.stop(stop) } }
    if let build = dump.build { own("glowjar.build") { $0.build(build) } }
    if !dump.codeHashes.isEmpty {
      own("glowjar.code") { $0.vector(dump.codeHashes) { $0.byteVector($1) } }
    }
    if let callback = dump.callback {
      own("glowjar.callback") {
        $0.name(callback.name)
        $0.unsigned(callback.frame)
      }
    }
    if !dump.hostFrames.isEmpty {
      own("glowjar.hostframes") {
        $0.vector(dump.hostFrames) {
          $0.unsigned($1.position)
          $0.name($1.name)
        }
      }
    }
    if !dump.wideValues.isEmpty {
      own("glowjar.values") {
        $0.vector(dump.wideValues) {
          $0.place($1.place)
          $0.content($1.value)
        }
      }
    }
    if !dump.exceptions.isEmpty {
      own("glowjar.exceptions") { $0.vector(dump.exceptions) { $0.exception($1) } }
    }
    if !dump.tables.isEmpty || !dump.links.isEmpty {
      own("glowjar.tables") {
        $0.vector(dump.tables) { $0.table($1) }
        $0.vector(dump.links) {
          $0.vector($1.tables) { $0.unsigned($1) }
          $0.vector($1.liveDataSegments) { $0.unsigned($1) }
          $0.vector($1.liveElementSegments) { $0.unsigned($1) }
        }
      }
    }
  }

  private mutating func own(
    _ sectionName: String, version: UInt8 = 0, _ encode: (inout Self) -> Void
  ) {
    custom(sectionName) {
      $0.bytes.append(version)
      encode(&$0)
    }
  }

  private mutating func flag(_ isSet: Bool) { bytes.append(isSet ? 1 : 0) }

  private mutating func byteVector(_ content: [UInt8]) {
    count(content.count)
    bytes += content
  }

  private mutating func stop(_ stop: Coredump.Stop) {
    name(stop.kind)
    name(stop.message)
    byteVector(stop.opcode)
    name(stop.mnemonic)
    flag(stop.isApproximate)
    flag(stop.access != nil)
    if let access = stop.access {
      unsigned(access.address)
      unsigned(UInt64(clamping: access.accessSize ?? 0))
      unsigned(access.memorySize)
      count(access.memory)
    }
    count(stop.framesBeforeGap)
    count(stop.framesLeftOut)
    count(stop.framesWithoutValues)
    unsigned(stop.contentsLeftOut)
  }

  private mutating func build(_ build: Coredump.Build) {
    name(build.console)
    name(build.cartID)
    name(build.cartTitle)
    vector(build.cpuFeatures) { $0.name($1) }
    vector(build.modules) {
      $0.bytes += $1.sha256
      $0.unsigned($1.byteCount)
      $0.byteVector($1.buildID)
    }
  }

  private mutating func place(_ place: Coredump.WideValue.Place) {
    switch place {
    case .local(let frame, let index):
      bytes.append(0)
      unsigned(frame)
      unsigned(index)
    case .operand(let frame, let index):
      bytes.append(1)
      unsigned(frame)
      unsigned(index)
    case .global(let index):
      bytes.append(2)
      unsigned(index)
    }
  }

  private mutating func content(_ content: Coredump.WideValue.Content) {
    switch content {
    case .v128(let low, let high):
      bytes.append(0x7B)
      fixed(low)
      fixed(high)
    case .funcref(let target):
      bytes.append(0x70)
      reference(target)
    case .externref(let target):
      bytes.append(0x6F)
      reference(target)
    case .exnref(let target):
      bytes.append(0x69)
      reference(target)
    }
  }

  private mutating func table(_ table: Coredump.Table) {
    bytes.append(table.element.rawValue)
    flag(table.maximum != nil)
    if let maximum = table.maximum { unsigned(maximum) }
    vector(table.runs) {
      $0.unsigned($1.count)
      $0.reference($1.reference)
    }
  }

  private mutating func reference(_ reference: Coredump.Reference) {
    switch reference {
    case .null: bytes.append(0)
    case .missing: bytes.append(1)
    case .function(let instance, let index):
      bytes.append(2)
      unsigned(instance)
      unsigned(index)
    case .hostFunction(let function):
      bytes.append(3)
      name(function)
    case .host(let number):
      bytes.append(4)
      unsigned(number)
    case .exception(let index):
      bytes.append(5)
      unsigned(index)
    }
  }

  private mutating func exception(_ exception: Coredump.Exception) {
    flag(exception.tag != nil)
    if let tag = exception.tag { name(tag) }
    vector(exception.values) {
      switch $1 {
      case .plain(let number): $0.value(number)
      case .wide(let content): $0.content(content)
      }
    }
  }
}
