import Console
import Testing

@testable import Firefly

/// Stats with two badges and one board, such as a ROM brings along.
private func defaults(goals: [UInt16] = [1, 10], boards: Int = 1) -> PlayStats {
  var stats = PlayStats()
  stats.badges = goals.map { PlayStats.Badge(goal: $0) }
  stats.boards = Array(repeating: PlayStats.Board(), count: boards)
  return stats
}

@Suite("A stash")
struct StashTests {
  private let storage = MemoryStorage()

  @Test("is written when the cart ends, and there at the next start")
  func isWritten() throws {
    let bench = try HostBench(storage: storage)
    bench.write([1, 2, 3], at: 100)
    try bench.call("net.save_stash", 0, 100, 3)
    #expect(storage.files["stash"] == nil)
    #expect(try bench.call("n.l", 255, 200, 80) == 3)
    #expect(bench.read(200, 4) == [1, 2, 3, 0])
    bench.state.data.close()
    #expect(storage.files["stash"] == [1, 2, 3])
    let next = try HostBench(storage: storage)
    #expect(try next.call("net.load_stash", 7, 200, 3) == 3)
    #expect(next.read(200, 3) == [1, 2, 3])
    try next.call("net.save_stash", 0, 100, 0)
    next.state.data.close()
    #expect(storage.files["stash"] == nil)
    #expect(next.log == [])
  }

  @Test("has at most 80 bytes, and is not cut")
  func hasLimit() throws {
    let bench = try HostBench(storage: storage)
    try bench.call("net.save_stash", 0, 100, 80)
    try bench.call("net.save_stash", 0, 100, 81)
    #expect(try bench.call("net.load_stash", 0, 100, 79) == 0)
    #expect(try bench.call("net.load_stash", 0, 100, 80) == 80)
    try bench.call("net.save_stash", 0, 0xFFFF_FFFF, 0xFFFF_FFFF)
    #expect(
      bench.log == [
        "net.save_stash: stash size cannot exceed 80 bytes",
        "net.load_stash: the buffer is not big enough to fit stash",
        "net.save_stash: buffer points out of memory",
      ])
  }

  @Test("that cannot be read is not written over")
  func isNotWrittenOver() throws {
    let bench = try HostBench(storage: BrokenStorage())
    #expect(bench.log.contains("The stash cannot be read: permission denied"))
    try bench.call("net.save_stash", 0, 100, 3)
    bench.state.data.close()
    #expect(bench.log == [])
  }
}

@Suite("The stats of a cart")
struct StatsTests {
  private let storage = MemoryStorage()
  private let today = CalendarDate(year: 2026, month: 5, day: 17)

  private func bench(_ rom: PlayStats? = defaults()) throws -> HostBench {
    try HostBench(
      files: rom.map { ["_stats": $0.encoded] } ?? [:], storage: storage, today: today)
  }

  /// Done in the upper half, goal in the lower.
  private func progress(_ done: UInt64, of goal: UInt64) -> UInt64 { done << 16 | goal }

  @Test("begin with the badges and boards of the ROM, and with no play time that it may claim")
  func begin() throws {
    var rom = defaults()
    rom.minutes = [9, 9, 9, 9]
    rom.experience = 500
    rom.installedOn = CalendarDate(year: 1999, month: 1, day: 1)
    let stats = try #require(try bench(rom).state.data.stats)
    #expect(stats.badges == rom.badges)
    #expect(stats.boards == rom.boards)
    #expect(stats.minutes == [0, 0, 0, 0])
    #expect(stats.experience == 0)
    #expect(stats.installedOn == today)
    #expect(stats.launchedOn == CalendarDate(year: 0, month: 0, day: 0))
  }

  @Test("count progress up to the goal, and never back once it is reached")
  func countProgress() throws {
    let bench = try bench()
    #expect(try bench.call("stats.add_progress", 0, 2, 0) == progress(0, of: 10))
    #expect(try bench.call("s.p", 255, 2, 4) == progress(4, of: 10))
    #expect(try bench.call("misc.add_progress", 0, 2, -2) == progress(2, of: 10))
    #expect(try bench.call("stats.add_progress", 0, 2, -32_768) == progress(0, of: 10))
    #expect(bench.state.data.stats?.badges[1].isNew == false)
    #expect(try bench.call("stats.add_progress", 0, 2, 32_767) == progress(10, of: 10))
    #expect(try bench.call("stats.add_progress", 0, 2, -5) == progress(10, of: 10))
    #expect(bench.state.data.stats?.badges[1] == PlayStats.Badge(isNew: true, done: 10, goal: 10))
    #expect(try bench.call("stats.add_progress", 0, 1, 1) == progress(1, of: 1))
    #expect(bench.log == [])
  }

  @Test("keep the eight best scores and tell the best")
  func keepScores() throws {
    let bench = try bench()
    #expect(try bench.call("stats.add_score", 0, 1, 0) == 0)
    for score in [13, 20, 13, 15, 7, 6, 7, 3, 2, 3, 1] {
      _ = try bench.call("s.s", 0, 1, score)
    }
    #expect(bench.state.data.stats?.boards[0].mine == [20, 15, 13, 13, 7, 7, 6, 3])
    #expect(try bench.call("stats.add_score", 9, 1, 14) == 20)
    #expect(bench.state.data.stats?.boards[0].mine == [20, 15, 14, 13, 13, 7, 7, 6])
    #expect(try bench.call("misc.add_score", 0, 1, 21) == 21)
    #expect(bench.log == [])
  }

  @Test("take a negative score for better than none", arguments: [-1, -32_768])
  func takeNegative(score: Int) throws {
    let bench = try bench()
    let best = UInt64(UInt32(truncatingIfNeeded: score))
    #expect(try bench.call("stats.add_score", 0, 1, score) == best)
    #expect(try bench.call("stats.add_score", 0, 1, 0) == 0)
  }

  @Test("say what they do not have")
  func sayWhatIsMissing() throws {
    let some = try bench()
    let values = [(0, 1), (3, 1), (0xFFFF_FFFF, 1), (1, 32_768), (2, -32_769), (9, 40_000)]
    for (id, value) in values {
      #expect(try some.call("stats.add_progress", 0, id, value) == 0)
      #expect(try some.call("stats.add_score", 0, id, value) == 0)
    }
    #expect(
      some.log == [
        "stats.add_progress: the app doesn't have a badge with ID 0",
        "stats.set_score: the app doesn't have a board with ID 0",
        "stats.add_progress: the app doesn't have a badge with ID 3",
        "stats.set_score: the app doesn't have a board with ID 3",
        "stats.add_progress: the app doesn't have a badge with ID 4294967295",
        "stats.set_score: the app doesn't have a board with ID 4294967295",
        "stats.add_progress: the value is too big", "stats.set_score: the value is too big",
        "stats.add_progress: the value is too big",
        "stats.set_score: the app doesn't have a board with ID 2",
        "stats.add_progress: the app doesn't have a badge with ID 9",
        "stats.set_score: the app doesn't have a board with ID 9",
      ])
    let none = try HostBench()
    _ = try none.call("stats.add_progress", 0, 1, 1)
    _ = try none.call("stats.add_score", 0, 1, 1)
    let broken = try HostBench(storage: BrokenStorage())
    _ = broken.log
    _ = try broken.call("stats.add_progress", 0, 1, 1)
    _ = try broken.call("stats.add_score", 0, 1, 1)
    #expect(
      none.log + broken.log == [
        "stats.add_progress: the app doesn't have any badges",
        "stats.set_score: the app doesn't have any boards",
        "stats.add_progress: the app doesn't have stats file",
        "stats.set_score: the app doesn't have stats file",
      ])
  }

  @Test("note launches, minutes and the longest play when the cart ends")
  func notePlay() throws {
    for updates in [2 * 3600 + 3599, 3600, 3599] {
      let bench = try bench()
      bench.state.data.updates = updates
      bench.state.data.close()
    }
    let stats = try PlayStats(decoding: try #require(storage.files["stats"]))
    #expect(stats.launches == [3, 0, 0, 0])
    #expect(stats.minutes == [3, 0, 0, 0])
    #expect(stats.longestPlay == [2, 0, 0, 0])
  }

  @Test("keep progress and scores over a new version of the ROM")
  func keepProgress() throws {
    let first = try bench()
    _ = try first.call("stats.add_progress", 0, 2, 8)
    _ = try first.call("stats.add_score", 0, 1, 50)
    first.state.data.close()
    let second = try bench(defaults(goals: [1, 5, 7], boards: 2))
    let stats = try #require(second.state.data.stats)
    #expect(
      stats.badges == [
        PlayStats.Badge(goal: 1), PlayStats.Badge(done: 5, goal: 5), PlayStats.Badge(goal: 7),
      ])
    #expect(stats.boards.map(\.mine[0]) == [50, 0])
    #expect(stats.launches[0] == 1)
    let third = try bench(defaults(goals: [1], boards: 0))
    #expect(third.state.data.stats?.badges.count == 1)
    #expect(third.state.data.stats?.boards == [])
  }

  @Test("that are damaged are set aside, not deleted", arguments: [[], [0xFF], [1, 2, 3]])
  func setAside(bytes: [UInt8]) throws {
    try storage.write("stats", bytes)
    let bench = try bench()
    #expect(bench.log.contains { $0.hasPrefix("The stats are damaged and begin anew: ") })
    #expect(bench.state.data.stats?.badges.count == 2)
    bench.state.data.close()
    #expect(storage.files["stats.damaged"] == bytes)
    #expect(throws: Never.self) { try PlayStats(decoding: storage.files["stats"] ?? []) }
  }

  @Test("are byte for byte what the official console writes")
  func haveOfficialBytes() throws {
    var stats = PlayStats()
    stats.minutes = [11, 300, 0, 70_000]
    stats.installedOn = CalendarDate(year: 2023, month: 12, day: 31)
    stats.experience = 200
    stats.badges = [PlayStats.Badge(isNew: true, done: 3, goal: 300)]
    stats.boards = [PlayStats.Board()]
    stats.boards[0].mine = [100, 63, -1, -64, -65, 0, 32_767, -32_768]
    stats.boards[0].friends[0] = PlayStats.Friend(index: 5, score: -2)
    let expected: [UInt8] =
      [11, 0xAC, 2, 0, 0xF0, 0xA2, 4] + [0, 0, 0, 0] + [0, 0, 0, 0]
      + [0xE7, 0x0F, 12, 31] + [0, 0, 0] + [0, 0, 0] + [0xC8, 1]
      + [1, 1, 3, 0xAC, 2]
      + [1, 0xC8, 1, 126, 1, 127, 0x81, 1, 0, 0xFE, 0xFF, 3, 0xFF, 0xFF, 3]
      + [5, 3] + [UInt8](repeating: 0, count: 14)
    #expect(stats.encoded == expected)
    #expect(try PlayStats(decoding: expected) == stats)
    for length in 0..<expected.count {
      #expect(throws: PostcardReader.Failure.self) {
        try PlayStats(decoding: Array(expected.prefix(length)))
      }
    }
  }

  @Test("of a hostile ROM end soon: a list may claim to be as long as it likes")
  func endSoon() throws {
    let bytes = [UInt8](repeating: 0, count: 22) + [0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0, 0, 0]
    #expect(throws: PostcardReader.Failure.self) { try PlayStats(decoding: bytes) }
    let bench = try HostBench(files: ["_stats": bytes])
    #expect(bench.log == ["_stats: cannot decode: unexpected end"])
  }
}
