/// Function and local names from the custom section `name`, for people to read (spec 7.4.1).
///
/// Tolerant: a broken subsection ends where it breaks, the rest is kept. Names are stored as
/// ranges of the file, so that memory is a small multiple of the section's size.
public struct NameSection: Sendable {
  /// A name or a map of names for one index.
  private struct Entry: Sendable {
    var index: UInt32
    var start: UInt32
    var count: UInt32
  }

  private let bytes: [UInt8]
  private var module: Range<Int>?
  /// By increasing index, each index once.
  private var functions: [Entry] = []
  /// Where the name maps of the functions' locals are, by increasing index, each index once.
  private var locals: [Entry] = []

  /// Reads the section's content, which is at `range` in the file.
  init(decoding bytes: [UInt8], in range: Range<Int>) {
    self.bytes = bytes
    var reader = ByteReader(bytes, in: range)
    while let id = try? reader.byte(), let size = try? reader.unsigned32(),
      var subsection = try? reader.slice(min(Int(size), reader.remaining))
    {
      switch id {
      case 0: module = try? Self.readName(&subsection)
      case 1: functions = Self.readNameMap(&subsection)
      case 2: locals = Self.readIndirectNameMap(&subsection)
      default: break
      }
    }
  }

  /// The name of the module, cleaned for display.
  public var moduleName: String? { module.map { String(displaying: bytes[$0]) } }

  /// The name of a function of the whole index space, cleaned for display.
  public func functionName(_ index: Int) -> String? {
    functionNameBytes(index).map { String(displaying: $0) }
  }

  /// The bytes of a function's name as they stand in the file.
  public func functionNameBytes(_ index: Int) -> ArraySlice<UInt8>? {
    Self.find(index, in: functions).map { bytes[range($0)] }
  }

  /// The name of a local of a function (parameters first), cleaned for display.
  ///
  /// Linear in the number of named locals of the function.
  public func localName(_ local: Int, inFunction function: Int) -> String? {
    guard let entry = Self.find(function, in: locals) else { return nil }
    var reader = ByteReader(bytes, in: range(entry))
    let names = Self.readNameMap(&reader)
    return Self.find(local, in: names).map { String(displaying: bytes[range($0)]) }
  }

  /// The names of a function's locals below `limit`, cleaned for display, read in one go.
  public func localNames(inFunction function: Int, below limit: Int) -> [Int: String] {
    guard let entry = Self.find(function, in: locals) else { return [:] }
    var reader = ByteReader(bytes, in: range(entry))
    var names: [Int: String] = [:]
    for name in Self.readNameMap(&reader) {
      // By increasing index.
      guard Int(name.index) < limit else { break }
      names[Int(name.index)] = String(displaying: bytes[range(name)])
    }
    return names
  }

  private func range(_ entry: Entry) -> Range<Int> {
    Int(entry.start)..<Int(entry.start) + Int(entry.count)
  }

  private static func find(_ index: Int, in entries: [Entry]) -> Entry? {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if Int(entries[middle].index) < index { low = middle + 1 } else { high = middle }
    }
    return low < entries.count && Int(entries[low].index) == index ? entries[low] : nil
  }

  /// A name whose bytes need not be UTF-8: display repairs them.
  private static func readName(_ reader: inout ByteReader) throws(ReadError) -> Range<Int> {
    let size = try reader.unsigned32()
    return try reader.skip(Int(size))
  }

  /// The entries up to the first broken one.
  private static func readNameMap(_ reader: inout ByteReader) -> [Entry] {
    var entries: [Entry] = []
    guard let count = try? reader.unsigned32() else { return [] }
    for _ in 0..<count {
      guard let index = try? reader.unsigned32(), let name = try? readName(&reader) else { break }
      entries.append(entry(index, name))
    }
    return sorted(entries)
  }

  /// For each function the place of its name map, up to the first broken one.
  private static func readIndirectNameMap(_ reader: inout ByteReader) -> [Entry] {
    var entries: [Entry] = []
    guard let count = try? reader.unsigned32() else { return [] }
    for _ in 0..<count {
      guard let function = try? reader.unsigned32() else { break }
      let start = reader.offset
      // Not `reader` itself: a broken map keeps its good beginning.
      var map = reader
      guard let nameCount = try? map.unsigned32() else { break }
      var isWhole = true
      for _ in 0..<nameCount {
        guard (try? map.unsigned32()) != nil, (try? readName(&map)) != nil else {
          isWhole = false
          break
        }
      }
      entries.append(entry(function, start..<map.offset))
      guard isWhole else { break }
      reader = map
    }
    return sorted(entries)
  }

  private static func entry(_ index: UInt32, _ range: Range<Int>) -> Entry {
    // File offsets fit: modules are at most 1 GiB.
    Entry(
      index: index, start: UInt32(truncatingIfNeeded: range.lowerBound),
      count: UInt32(truncatingIfNeeded: range.count))
  }

  /// The entries by increasing index; of several with one index the first in the file.
  private static func sorted(_ entries: [Entry]) -> [Entry] {
    let isSorted = zip(entries, entries.dropFirst()).allSatisfy { $0.index < $1.index }
    if isSorted { return entries }
    var result: [Entry] = []
    for entry in entries.sorted(by: { ($0.index, $0.start) < ($1.index, $1.start) })
    where result.last?.index != entry.index {
      result.append(entry)
    }
    return result
  }
}
