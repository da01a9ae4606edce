import CMachine

/// How the first data segments of a module leave a memory, in a file in memory that instances map copy
/// on write.
///
/// Has the segments of which that is known without an instance: active ones of one memory of the
/// module's own, at constant places within its initial size, and passive ones between them. All from the
/// first other one on are left to be copied, because each overwrites what is before it.
public final class DataImage: Sendable {
  /// The index of the memory.
  public let memory: Int
  /// The number of segments that are in the file, or passive, from the first on.
  public let segmentCount: Int
  /// The file; owned.
  public let file: vm_data_image

  fileprivate init(memory: Int, segmentCount: Int, file: vm_data_image) {
    self.memory = memory
    self.segmentCount = segmentCount
    self.file = file
  }

  deinit {
    var file = file
    vm_data_image_free(&file)
  }
}

/// Makes a `DataImage` while the segments arrive.
///
/// Takes time and memory in proportion to the bytes that have arrived, wherever they want to go.
struct DataImageBuilder: ~Copyable {
  /// The data segments that are known so far, and what they refer to.
  struct Segments {
    var list: [DataSegment]
    var memories: [MemoryType]
    var importedMemoryCount: Int
    /// Bytes of the whole section.
    var sectionSize: Int
  }

  /// Below this, copying costs less than a file.
  private static let leastSection = 128 << 10

  private var file = vm_data_image()
  private var memory: Int?
  /// The next segment, whether it goes into the file, where to, and how much of it is written.
  private var segment = 0
  private var isAdmitted = false
  private var address: UInt64 = 0
  private var written = 0
  /// Bytes of the segments in the file, and the addresses that they span.
  private var byteCount = 0
  private var span: Range<UInt64>?
  private var isClosed = false
  private var hasFailed = false

  deinit {
    var file = file
    vm_data_image_free(&file)
  }

  /// Writes what has arrived of the segments since the last time.
  mutating func advance(_ segments: Segments, in bytes: [UInt8]) {
    if segments.list.count > 0, segments.sectionSize < Self.leastSection { isClosed = true }
    while !isClosed, segment < segments.list.count {
      let next = segments.list[segment]
      if case .active(let memory, let offset) = next.mode {
        if !isAdmitted { isAdmitted = admits(next, at: offset, of: memory, segments) }
        guard isAdmitted else {
          isClosed = true
          return
        }
        let start = next.bytes.lowerBound + written
        let part = start..<max(start, min(next.bytes.upperBound, bytes.count))
        write(bytes[part], at: address + UInt64(written))
        written += part.count
        guard written == next.bytes.count else { return }
      }
      segment += 1
      isAdmitted = false
      written = 0
    }
  }

  /// Whether a segment may go into the file, which is then what the span includes.
  ///
  /// A file of pages that are far apart could take a page for every byte of the module.
  private mutating func admits(
    _ segment: DataSegment, at offset: ConstantExpression, of memory: Int, _ segments: Segments
  ) -> Bool {
    switch offset {
    case .i32(let bits): address = UInt64(bits)
    case .i64(let bits): address = bits
    default: return false
    }
    guard memory >= segments.importedMemoryCount, memory == self.memory ?? memory else {
      return false
    }
    let pages = min(segments.memories[memory].limits.minimum, VM_MAXIMUM_PAGES)
    let (end, overflows) = address.addingReportingOverflow(UInt64(segment.bytes.count))
    guard !overflows, end <= pages * UInt64(VM_PAGE_BYTES) else { return false }
    if !segment.bytes.isEmpty {
      let wider = min(span?.lowerBound ?? address, address)..<max(span?.upperBound ?? end, end)
      let total = byteCount + segment.bytes.count
      guard wider.upperBound - wider.lowerBound <= 4 * UInt64(total) + VM_PAGE_BYTES else {
        return false
      }
      span = wider
      byteCount = total
    }
    self.memory = memory
    return true
  }

  private mutating func write(_ part: ArraySlice<UInt8>, at address: UInt64) {
    let status = part.withUnsafeBufferPointer {
      vm_data_image_write(&file, address, $0.baseAddress, $0.count)
    }
    if status != 0 {
      hasFailed = true
      isClosed = true
    }
  }

  /// The image; nil if there is nothing in it.
  consuming func finish() -> DataImage? {
    guard let memory, file.has_file != 0, !hasFailed, vm_data_image_seal(&file) == 0 else {
      return nil
    }
    let image = DataImage(memory: memory, segmentCount: segment, file: file)
    file = vm_data_image()
    return image
  }
}

extension DataImageBuilder.Segments {
  /// All of a module.
  init(_ module: Module) {
    list = module.data
    memories = module.memories
    importedMemoryCount = module.importedMemoryCount
    let start = list.first?.bytes.lowerBound ?? 0
    sectionSize = (list.last?.bytes.upperBound ?? 0) - start
  }

  /// Those that a decoder has found.
  init(_ decoder: ModuleDecoder) {
    list = decoder.data
    memories = decoder.memories
    importedMemoryCount = decoder.importedMemoryCount
    sectionSize = decoder.dataSectionSize
  }
}
