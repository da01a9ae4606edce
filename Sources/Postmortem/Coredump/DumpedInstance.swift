import Engine
import Runtime

/// The state of an instance as a coredump holds it.
public struct DumpedInstance: StoppedInstance {
  private let globals: [Value?]
  private let memory: DumpedMemory?

  /// Instance number `index` of a dump; one that is not there holds nothing.
  ///
  /// - Parameters:
  ///   - index: The index among the dump's instances.
  ///   - reader: The dump.
  ///   - file: The bytes that the dump was read from.
  public init(_ index: Int, of reader: CoredumpReader, in file: [UInt8]) {
    let dump = reader.dump
    guard dump.instances.indices.contains(index) else {
      globals = []
      memory = nil
      return
    }
    let instance = dump.instances[index]
    globals = instance.globals.map { global in
      dump.globals.indices.contains(Int(global)) ? dump.globals[Int(global)].value.plain : nil
    }
    memory = instance.memories.first.flatMap { DumpedMemory(Int($0), of: reader, in: file) }
  }

  /// A global of the index space, imports first; nil for references too.
  public func global(_ index: Int) -> Value? {
    globals.indices.contains(index) ? globals[index] : nil
  }

  /// Bytes of the first memory; nil if not all of them are within it.
  public func bytes(at address: UInt64, count: Int) -> [UInt8]? {
    memory?.bytes(at: address, count: count)
  }
}

/// The contents of a memory in a coredump: its segments, and zeros between them.
private struct DumpedMemory {
  /// Greatest number of bytes handed out at once.
  private static let longestRead = 1 << 24

  private let file: [UInt8]
  private let size: UInt64
  /// By increasing address, without overlaps.
  private let segments: [CoredumpReader.Segment]

  /// nil for a memory that is not there, and for one with two contents at one address: neither can
  /// be trusted.
  init?(_ index: Int, of reader: CoredumpReader, in file: [UInt8]) {
    guard reader.dump.memories.indices.contains(index) else { return nil }
    self.file = file
    size = reader.dump.memories[index].pages << 16
    segments = reader.segments.filter { $0.memory == index && !$0.range.isEmpty }
      .sorted { $0.address < $1.address }
    let overlaps = zip(segments, segments.dropFirst()).contains {
      $0.address + UInt64($0.range.count) > $1.address
    }
    if overlaps { return nil }
  }

  func bytes(at address: UInt64, count: Int) -> [UInt8]? {
    guard count >= 0, count <= Self.longestRead, address <= size, UInt64(count) <= size - address
    else { return nil }
    var bytes = [UInt8](repeating: 0, count: count)
    let end = address + UInt64(count)
    var index = firstSegment(endingAfter: address)
    while index < segments.count, segments[index].address < end {
      let segment = segments[index]
      let from = max(address, segment.address)
      let upTo = min(end, segment.address + UInt64(segment.range.count))
      let source = segment.range.lowerBound + Int(from - segment.address)
      for place in 0..<Int(upTo - from) {
        bytes[Int(from - address) + place] = file[source + place]
      }
      index += 1
    }
    return bytes
  }

  private func firstSegment(endingAfter address: UInt64) -> Int {
    var low = 0
    var high = segments.count
    while low < high {
      let middle = (low + high) / 2
      let segment = segments[middle]
      if segment.address + UInt64(segment.range.count) <= address {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }
}

extension Coredump.GlobalValue {
  /// The value; nil for references, whose targets stand elsewhere.
  fileprivate var plain: Value? {
    switch self {
    case .i32(let bits): .i32(bits)
    case .i64(let bits): .i64(bits)
    case .f32(let bits): .f32(bits)
    case .f64(let bits): .f64(bits)
    case .v128(let low, let high): .v128(UInt128(high) << 64 | UInt128(low))
    case .funcref, .externref: nil
    }
  }
}
