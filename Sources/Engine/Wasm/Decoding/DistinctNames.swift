/// Names of a file that must differ, by where they stand in it.
///
/// One table of plain words: a set of arrays looks into another array for every slot that it passes,
/// and takes three times as long with half a million names.
struct DistinctNames {
  /// A name: the upper half of its hash, and where its bytes are.
  private struct Slot {
    /// 0 in an empty slot, odd in others.
    var hash: UInt32 = 0
    var start: UInt32 = 0
    var count: UInt32 = 0
  }

  private var slots: [Slot]

  /// Room for so many names.
  init(capacity: Int) {
    var size = 8
    while size < 2 * capacity { size *= 2 }
    slots = Array(repeating: Slot(), count: size)
  }

  /// Adds the name at a place of a file of less than 4 GiB; false if it is there already.
  ///
  /// For at most as many names as there is room for. Hashes are seeded anew in each process, so that
  /// no file can choose names that collide.
  mutating func insert(_ range: Range<Int>, of file: [UInt8]) -> Bool {
    var hasher = Hasher()
    file.withUnsafeBytes { hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: $0[range])) }
    let hash = UInt(bitPattern: hasher.finalize())
    let new = Slot(
      hash: UInt32(truncatingIfNeeded: hash >> 32) | 1,
      start: UInt32(truncatingIfNeeded: range.lowerBound),
      count: UInt32(truncatingIfNeeded: range.count))
    var place = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[place].hash != 0 {
      let other = slots[place]
      if other.hash == new.hash, other.count == new.count {
        let start = Int(other.start)
        if file[start..<start + range.count].elementsEqual(file[range]) { return false }
      }
      place = (place + 1) & (slots.count - 1)
    }
    slots[place] = new
    return true
  }
}
