/// Finds what covers a code address among ranges that may nest and overlap.
struct RangeIndex {
  private struct Item: BitwiseCopyable {
    var low: UInt32
    var high: UInt32
    /// The greatest end of this and all items before it.
    var reach: UInt32
    var value: UInt32
  }

  private var items: [Item] = []

  /// The number of ranges.
  var count: Int { items.count }

  /// Adds a range; one that cannot be of a function that is there is left out.
  ///
  /// Linkers mark removed functions by addresses at the very end, old ones by 0, where the code
  /// section has the number of its functions.
  @inline(__always)
  mutating func add(_ low: UInt64, _ high: UInt64, _ value: Int) {
    guard low > 0, low < high, low < 0xFFFF_FFFE, let value = UInt32(exactly: value) else { return }
    items.append(
      Item(low: UInt32(low), high: UInt32(clamping: high), reach: 0, value: value))
  }

  /// Calls `body` for all ranges.
  func forEachRange(_ body: (UInt32, UInt32) -> Void) {
    for item in items { body(item.low, item.high) }
  }

  /// Makes the index ready for questions.
  mutating func sort() {
    let isSorted = zip(items, items.dropFirst()).allSatisfy { $0.low <= $1.low }
    if !isSorted {
      items.sort { ($0.low, $1.high, $0.value) < ($1.low, $0.high, $1.value) }
    }
    var reach: UInt32 = 0
    for index in items.indices {
      reach = max(reach, items[index].high)
      items[index].reach = reach
    }
  }

  /// Calls `body` for the values whose ranges hold an address, latest start first, until it gives
  /// true.
  func find(_ address: UInt32, _ effort: inout Effort, _ body: (Int) -> Bool) {
    var low = 0
    var high = items.count
    while low < high {
      let middle = (low + high) / 2
      if items[middle].low <= address { low = middle + 1 } else { high = middle }
    }
    while low > 0, effort.pay() {
      low -= 1
      let item = items[low]
      if item.reach <= address { return }
      if item.high > address, body(Int(item.value)) { return }
    }
  }

  /// The value with the latest start whose range holds an address.
  func first(_ address: UInt32, _ effort: inout Effort) -> Int? {
    var found: Int?
    find(address, &effort) {
      found = $0
      return true
    }
    return found
  }
}
