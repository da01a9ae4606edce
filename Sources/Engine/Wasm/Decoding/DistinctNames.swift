/// Finds out whether names of a file differ, in time linear in their number.
///
/// Their hashes are sorted digit by digit: a hash table of a million names is larger than caches, and
/// each look into it waits for memory. Hashes are seeded anew in each process, so that no file can
/// choose names that collide.
struct DistinctNames {
  /// The upper half is a name's hash, the lower half where its length stands in the file.
  private var keys: [UInt64] = []

  /// Room for so many names.
  init(capacity: Int) { keys.reserveCapacity(capacity) }

  /// Adds a name whose length stands at `offset` of a file of less than 4 GiB, and its bytes at `range`.
  mutating func append(_ range: Range<Int>, at offset: Int, of file: [UInt8]) {
    var hasher = Hasher()
    file.withUnsafeBytes { hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: $0[range])) }
    let hash = UInt64(UInt(bitPattern: hasher.finalize()))
    keys.append(hash << 32 | UInt64(UInt32(truncatingIfNeeded: offset)))
  }

  /// Where the first name that has been added before stands, its length included; nil if all differ.
  func firstRepetition(in file: [UInt8]) -> Int? {
    let sorted = Self.sorted(Self.sorted(keys, by: 32), by: 32 + Self.digitBits)
    var first: Int?
    var start = 0
    for end in 1...max(1, sorted.count) {
      if end < sorted.count, Self.digits(sorted[end]) == Self.digits(sorted[start]) { continue }
      if end - start > 1, let found = Self.repetition(in: sorted[start..<end], file) {
        first = min(first ?? found, found)
      }
      start = end
    }
    return first
  }

  /// The same for names whose digits are equal, in the order of the file.
  private static func repetition(in keys: ArraySlice<UInt64>, _ file: [UInt8]) -> Int? {
    for (count, key) in keys.enumerated().dropFirst() {
      let isKnown = keys.prefix(count).contains {
        $0 >> 32 == key >> 32 && name($0, file) == name(key, file)
      }
      if isKnown { return offset(key) }
    }
    return nil
  }

  private static func offset(_ key: UInt64) -> Int { Int(UInt32(truncatingIfNeeded: key)) }

  /// The bytes of a name, which has been read before.
  private static func name(_ key: UInt64, _ file: [UInt8]) -> ArraySlice<UInt8>? {
    var reader = ByteReader(file, in: offset(key)..<file.count)
    return (try? reader.name()).map { file[$0] }
  }

  // MARK: Sorting

  /// Bits of a digit; names are sorted by two.
  private static let digitBits = 11

  private static func digits(_ key: UInt64) -> UInt64 {
    key >> 32 & (1 << UInt64(2 * digitBits) - 1)
  }

  /// Sorts by the digit from bit `shift` on; what has the same digit stays in order.
  private static func sorted(_ keys: [UInt64], by shift: Int) -> [UInt64] {
    func digit(_ key: UInt64) -> Int { Int(key >> UInt64(shift) & (1 << UInt64(digitBits) - 1)) }
    var ends = [Int](repeating: 0, count: 1 << digitBits)
    for key in keys { ends[digit(key)] += 1 }
    for i in 1..<ends.count { ends[i] += ends[i - 1] }
    return [UInt64](unsafeUninitializedCapacity: keys.count) { buffer, count in
      for key in keys.reversed() {
        ends[digit(key)] -= 1
        buffer[ends[digit(key)]] = key
      }
      count = keys.count
    }
  }
}
