import Foundation
import Runtime
import Testing

@Suite("Pages that were touched") struct TouchedPagesTests {
  private let page = sysconf(Int32(_SC_PAGESIZE))

  @Test func `Only touched pages of fresh memory are given, each once and in order`() throws {
    // Two windows and a bit, without huge pages.
    let count = 20_000
    let memory = try #require(
      mmap(nil, count * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
    defer { munmap(memory, count * page) }
    madvise(memory, count * page, MADV_NOHUGEPAGE)
    let touched = [0, 1, 5, 8191, 8192, 16_384, 19_999]
    for index in touched {
      memory.storeBytes(of: 1, toByteOffset: index * page + 9, as: UInt8.self)
    }
    let bytes = UnsafeRawBufferPointer(start: memory, count: count * page)
    let found = TouchedPages(bytes).flatMap { $0.lowerBound / page..<$0.upperBound / page }
    #expect(found == touched)
  }

  @Test func `Bytes that do not begin or end with a page are all covered`() {
    let bytes = [UInt8](repeating: 1, count: 100_001)
    bytes.withUnsafeBytes { whole in
      for part in [whole[...], whole[1...], whole[..<99_999], whole[3..<5], whole[7..<7]] {
        let buffer = UnsafeRawBufferPointer(rebasing: part)
        #expect(TouchedPages(buffer).flatMap { Array($0) } == Array(0..<buffer.count))
      }
    }
  }

  @Test func `Nothing has no pages`() {
    #expect(Array(TouchedPages(UnsafeRawBufferPointer(start: nil, count: 0))).isEmpty)
  }
}
