import Console
import Runtime

/// What is known of a console's state at the end of one frame.
///
/// Every `interval` frames a recording takes one: the picture, and `pagesAtATime` pages of the
/// memory in turn, so that the cost of a frame does not grow with the memory. Carts of up to 2 MiB
/// are looked at whole.
struct StateSample: Equatable {
  /// Frames from one sample to the next.
  static let interval = 60
  /// Pages of one sample.
  static let pagesAtATime = 32
  /// Bytes of a page, as wasm counts.
  static let pageBytes = 1 << 16
  /// Pages that a memory can have.
  static let mostPages = 1 << 16

  /// Of the picture.
  var picture: UInt64
  /// Pages that the memory had.
  var pageCount: Int
  /// Of the pages that it was the turn of, in order of `pages`.
  var hashes: [UInt32]

  /// Takes a sample.
  init(number: Int, picture: Picture, memory: GuestMemory?) {
    self.picture = Fingerprint.of(picture)
    let count = Self.pageCount(memory)
    pageCount = count
    hashes = Self.hashes(of: Self.pages(number: number, count: count), in: memory)
  }

  init(picture: UInt64, pageCount: Int, hashes: [UInt32]) {
    self.picture = picture
    self.pageCount = pageCount
    self.hashes = hashes
  }

  /// Which pages sample `number` looks at, of a memory of `count` pages.
  static func pages(number: Int, count: Int) -> [Int] {
    guard count > pagesAtATime else { return Array(0..<max(0, count)) }
    let first = number % count * pagesAtATime % count
    return (0..<pagesAtATime).map { (first + $0) % count }
  }

  static func pageCount(_ memory: GuestMemory?) -> Int {
    Int(clamping: (memory?.count ?? 0) / UInt64(pageBytes))
  }

  /// Fingerprints of pages; pages that are not there have none.
  static func hashes(of pages: [Int], in memory: GuestMemory?) -> [UInt32] {
    guard let memory else { return [] }
    let all = memory.all
    return pages.compactMap { page in
      let start = page * pageBytes
      guard page >= 0, start + pageBytes <= all.count else { return nil }
      let bytes = UnsafeRawBufferPointer(rebasing: all[start..<start + pageBytes])
      return UInt32(truncatingIfNeeded: Fingerprint.of(bytes))
    }
  }
}
