import Runtime

/// The parts of some memories that are not zero, as few and as tight as a file can list them.
struct NonzeroExtents {
  /// A part of a memory, from its first to its last byte that is not zero.
  struct Extent {
    var memory: Int
    var start: Int
    var end: Int

    var count: Int { end - start }
  }

  /// Most extents in a list; readers refuse modules with more than 100,000 data segments.
  static let standardLimit = 65_536
  /// The unit in which zeros are looked for.
  private static let chunk = 4096

  /// In order of memories and addresses, never touching.
  private(set) var list: [Extent] = []
  /// Bytes that are in no extent because the list is full; 0 for fewer memories than its limit.
  private(set) var leftOut: UInt64 = 0
  private let limit: Int
  /// Zeros between two extents that are fewer than this are not worth another one.
  private var gap = 16

  /// Finds what is not zero.
  ///
  /// Reads no page that was never touched. Takes time linear in the touched bytes, and memory for
  /// the list alone.
  init(_ memories: [UnsafeRawBufferPointer], limit: Int = standardLimit) {
    self.limit = limit
    for (memory, bytes) in memories.enumerated() {
      for range in TouchedPages(bytes) {
        var start = range.lowerBound
        while start < range.upperBound {
          let end = min((start / Self.chunk + 1) * Self.chunk, range.upperBound)
          let piece = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
          if let used = nonzeroRange(piece) {
            add(
              Extent(
                memory: memory, start: start + used.lowerBound, end: start + used.upperBound))
          }
          start = end
        }
      }
    }
  }

  private mutating func add(_ extent: Extent) {
    while true {
      if let last = list.last, isNear(last, extent) {
        list[list.count - 1].end = extent.end
        return
      }
      if list.count < limit { return list.append(extent) }
      guard gap < 1 << 32 else {
        leftOut += UInt64(extent.count)
        return
      }
      coarsen()
    }
  }

  private func isNear(_ one: Extent, _ next: Extent) -> Bool {
    one.memory == next.memory && next.start - one.end < gap
  }

  /// Makes the list shorter at the price of some zeros, by joining neighbours that are near.
  private mutating func coarsen() {
    gap *= 2
    var kept = 0
    for extent in list {
      if kept > 0, isNear(list[kept - 1], extent) {
        list[kept - 1].end = extent.end
      } else {
        list[kept] = extent
        kept += 1
      }
    }
    list.removeSubrange(kept...)
  }
}

/// The range from the first to the last byte that is not zero; nil if there is none.
private func nonzeroRange(_ bytes: UnsafeRawBufferPointer) -> Range<Int>? {
  var start = 0
  // 64 bytes at a time first: most of a cart's memory is zero.
  while start + 64 <= bytes.count,
    bytes.loadUnaligned(fromByteOffset: start, as: SIMD8<UInt64>.self) == .zero
  {
    start += 64
  }
  while start < bytes.count, bytes[start] == 0 { start += 1 }
  guard start < bytes.count else { return nil }
  var end = bytes.count
  while end - 8 >= start, bytes.loadUnaligned(fromByteOffset: end - 8, as: UInt64.self) == 0 {
    end -= 8
  }
  while bytes[end - 1] == 0 { end -= 1 }
  return start..<end
}
