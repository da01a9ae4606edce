/// Writes a coredump in the layout of the tool conventions as wasmtime and wasm-tools read it.
///
/// Memory is streamed: beside the file's small sections only a list of the chunks to write is kept.
public struct CoredumpWriter {
  /// The part of a memory that one data segment holds.
  private struct Extent {
    var memory: Int
    var start: Int
    var count: Int
  }

  /// Most data segments in a dump; readers refuse modules with more than 100,000.
  static let segmentLimit = 65_536
  /// Most bytes of memory contents; a section's size is a 32-bit number.
  static let contentLimit = 1 << 30

  private let dump: Coredump
  private let contents: [UnsafeRawBufferPointer]
  private var extents: [Extent] = []

  /// Whether contents beyond 1 GiB were left out.
  public private(set) var isPartial = false

  /// Prepares a dump: scans the memories for what is not zero.
  ///
  /// - Parameters:
  ///   - dump: Everything but the contents.
  ///   - contents: The bytes of each memory of `dump`, in the same order; they must stay as they
  ///     are until `write` returns.
  public init(_ dump: Coredump, contents: [UnsafeRawBufferPointer]) {
    self.dump = dump
    self.contents = contents
    let total = contents.reduce(0) { $0 + $1.count }
    // 4 KiB a segment, more only where a memory of hundreds of MiB would give too many segments.
    var chunk = 4096
    while total / chunk + contents.count > Self.segmentLimit { chunk *= 2 }
    var size = 0
    for (memory, bytes) in contents.enumerated() {
      for start in stride(from: 0, to: bytes.count, by: chunk) {
        let piece = UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + chunk, bytes.count)])
        guard let used = extentWithoutZeros(piece) else { continue }
        guard size + used.count <= Self.contentLimit else {
          isPartial = true
          return
        }
        size += used.count
        extents.append(
          Extent(memory: memory, start: start + used.lowerBound, count: used.count))
      }
    }
  }

  /// Writes the whole dump, in file order, in pieces.
  public func write<Failure>(
    to sink: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    try emit(head(), to: sink)
    guard !extents.isEmpty else { return }
    var size = CoredumpEncoder.lengthOfUnsigned(UInt64(extents.count))
    for extent in extents { size += segmentHead(extent).count + extent.count }
    var section = CoredumpEncoder(bytes: [11])
    section.count(size)
    section.count(extents.count)
    try emit(section.bytes, to: sink)
    for extent in extents {
      try emit(segmentHead(extent), to: sink)
      let range = extent.start..<extent.start + extent.count
      try sink(UnsafeRawBufferPointer(rebasing: contents[extent.memory][range]))
    }
  }

  private func emit<Failure>(
    _ bytes: [UInt8], to sink: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    try bytes.span.withUnsafeBytes { buffer throws(Failure) in try sink(buffer) }
  }

  /// Everything before the data section.
  private func head() -> [UInt8] {
    var encoder = CoredumpEncoder(bytes: [0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00])
    encoder.custom("core") {
      $0.bytes.append(0)
      $0.name(dump.executableName)
    }
    encoder.custom("coremodules") {
      $0.vector(dump.moduleNames) {
        $0.bytes.append(0)
        $0.name($1)
      }
    }
    encoder.custom("coreinstances") {
      $0.vector(dump.instances) {
        $0.bytes.append(0)
        $0.unsigned($1.module)
        $0.vector($1.memories) { $0.unsigned($1) }
        $0.vector($1.globals) { $0.unsigned($1) }
      }
    }
    for thread in dump.threads {
      encoder.custom("corestack") {
        $0.bytes.append(0)
        $0.name(thread.name)
        $0.vector(thread.frames) { $0.frame($1) }
      }
    }
    if !dump.memories.isEmpty {
      encoder.section(5) { $0.vector(dump.memories) { $0.memory($1) } }
    }
    if !dump.globals.isEmpty {
      encoder.section(6) { $0.vector(dump.globals) { $0.global($1) } }
    }
    return encoder.bytes
  }

  /// An active segment's mode, memory, offset expression and length (Spec 5.5.14).
  private func segmentHead(_ extent: Extent) -> [UInt8] {
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
  fileprivate static func lengthOfUnsigned(_ value: UInt64) -> Int {
    var encoder = CoredumpEncoder()
    encoder.unsigned(value)
    return encoder.bytes.count
  }
}

/// The range from the first to the last byte that is not zero; nil if there is none.
private func extentWithoutZeros(_ bytes: UnsafeRawBufferPointer) -> Range<Int>? {
  var start = 0
  // Whole words first: most of a cart's memory is zero.
  while start + 8 <= bytes.count,
    bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self) == 0
  {
    start += 8
  }
  while start < bytes.count, bytes[start] == 0 { start += 1 }
  guard start < bytes.count else { return nil }
  var end = bytes.count
  while bytes[end - 1] == 0 { end -= 1 }
  return start..<end
}
