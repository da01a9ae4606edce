/// Writes a coredump in the layout of the tool conventions as wasmtime and wasm-tools read it, with
/// sections of our own.
///
/// Memory is streamed: beside the file's small sections only a list of what is not zero is kept.
public struct CoredumpWriter {
  /// Most bytes of the data section's content; a section's size is a 32-bit number.
  private static let sectionLimit = Int(UInt32.max)

  private var dump: Coredump
  private let contents: [UnsafeRawBufferPointer]
  private var extents: [NonzeroExtents.Extent]
  /// Bytes of the data section's content.
  private var dataSize: Int

  /// Bytes of contents that found no room; not 0 only for nearly 4 GiB without zeros.
  public private(set) var contentsLeftOut: UInt64 = 0

  /// Prepares a dump: scans the memories for what is not zero.
  ///
  /// - Parameters:
  ///   - dump: Everything but the contents.
  ///   - contents: The bytes of each memory of `dump`, in the same order; they must stay as they
  ///     are until `write` returns.
  public init(_ dump: Coredump, contents: [UnsafeRawBufferPointer]) {
    self.init(dump, NonzeroExtents(contents), contents, sectionLimit: Self.sectionLimit)
  }

  /// The same with the limits of a smaller file format, for tests.
  package init(
    _ dump: Coredump, contents: [UnsafeRawBufferPointer], segmentLimit: Int, sectionLimit: Int
  ) {
    self.init(
      dump, NonzeroExtents(contents, limit: segmentLimit), contents, sectionLimit: sectionLimit)
  }

  private init(
    _ dump: Coredump, _ found: NonzeroExtents, _ contents: [UnsafeRawBufferPointer],
    sectionLimit: Int
  ) {
    self.dump = dump
    self.contents = contents
    extents = found.list
    contentsLeftOut = found.leftOut
    dataSize = CoredumpEncoder.lengthOfUnsigned(extents.count)
    for (index, extent) in extents.enumerated() {
      let size = Self.segmentHead(extent).count + extent.count
      guard dataSize + size <= sectionLimit else {
        // The last extent that has some room is cut, a head that only gets shorter allowed for.
        cut(after: index, room: sectionLimit - dataSize - (size - extent.count))
        break
      }
      dataSize += size
    }
    self.dump.stop?.contentsLeftOut = contentsLeftOut
  }

  /// Keeps `room` bytes of an extent and all extents before it.
  private mutating func cut(after index: Int, room: Int) {
    let kept = max(0, room)
    contentsLeftOut += UInt64(extents[index...].reduce(0) { $0 + $1.count } - kept)
    extents[index].end = extents[index].start + kept
    extents.removeSubrange((kept > 0 ? index + 1 : index)...)
    // The number of extents is smaller now, and so may its length be.
    dataSize = extents.reduce(CoredumpEncoder.lengthOfUnsigned(extents.count)) {
      $0 + Self.segmentHead($1).count + $1.count
    }
  }

  /// Writes the whole dump, in file order, in pieces.
  public func write<Failure>(
    to sink: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    try emit(to: sink) {
      $0.bytes = [0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00]
      $0.processSections(of: dump)
    }
    for thread in dump.threads {
      try emit(to: sink) { $0.stack(thread) }
    }
    try emit(to: sink) {
      $0.sections(of: dump)
      if !dump.memories.isEmpty {
        $0.section(5) { $0.vector(dump.memories) { $0.memory($1) } }
      }
      if !dump.globals.isEmpty {
        $0.section(6) { $0.vector(dump.globals) { $0.global($1) } }
      }
      if !extents.isEmpty {
        $0.bytes.append(11)
        $0.count(dataSize)
        $0.count(extents.count)
      }
    }
    for extent in extents {
      try emit(to: sink) { $0.bytes = Self.segmentHead(extent) }
      try sink(UnsafeRawBufferPointer(rebasing: contents[extent.memory][extent.start..<extent.end]))
    }
  }

  private func emit<Failure>(
    to sink: (UnsafeRawBufferPointer) throws(Failure) -> Void,
    _ encode: (inout CoredumpEncoder) -> Void
  ) throws(Failure) {
    var encoder = CoredumpEncoder()
    encode(&encoder)
    try encoder.bytes.span.withUnsafeBytes { buffer throws(Failure) in try sink(buffer) }
  }

  /// An active segment's mode, memory, offset expression and length (Spec 5.5.14).
  private static func segmentHead(_ extent: NonzeroExtents.Extent) -> [UInt8] {
    var encoder = CoredumpEncoder()
    if extent.memory == 0 {
      encoder.bytes.append(0)
    } else {
      encoder.bytes.append(2)
      encoder.count(extent.memory)
    }
    encoder.bytes.append(0x41)
    encoder.signed(Int64(Int32(truncatingIfNeeded: extent.start)))
    encoder.bytes.append(0x0B)
    encoder.count(extent.count)
    return encoder.bytes
  }
}

extension CoredumpEncoder {
  fileprivate static func lengthOfUnsigned(_ value: Int) -> Int {
    var encoder = CoredumpEncoder()
    encoder.count(value)
    return encoder.bytes.count
  }

  /// The sections `core`, `coremodules` and `coreinstances`.
  fileprivate mutating func processSections(of dump: Coredump) {
    custom("core") {
      $0.bytes.append(0)
      $0.name(dump.executableName)
    }
    custom("coremodules") {
      $0.vector(dump.moduleNames) {
        $0.bytes.append(0)
        $0.name($1)
      }
    }
    custom("coreinstances") {
      $0.vector(dump.instances) {
        $0.bytes.append(0)
        $0.unsigned($1.module)
        $0.vector($1.memories) { $0.unsigned($1) }
        $0.vector($1.globals) { $0.unsigned($1) }
      }
    }
  }

  /// A section `corestack`.
  fileprivate mutating func stack(_ thread: Coredump.Thread) {
    custom("corestack") {
      $0.bytes.append(0)
      $0.name(thread.name)
      $0.vector(thread.frames) { $0.frame($1) }
    }
  }
}
