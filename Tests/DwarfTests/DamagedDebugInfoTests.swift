import Dwarf
import Foundation
import TestKit
import Testing

/// Hostile input: whatever the bytes are, the answer is a report with gaps, never a crash or a hang.
@Suite("Damaged debug information")
struct DamagedDebugInfoTests {
  /// A function that has some value everywhere.
  private struct AnyState: MachineState {
    let hasStaleGlobals = false
    func local(_ index: Int) -> MachineValue? { MachineValue(UInt32(truncatingIfNeeded: index)) }
    func global(_ index: Int) -> MachineValue? { MachineValue(UInt32(0x4000)) }
    func operand(_ index: Int) -> MachineValue? { MachineValue(UInt64.max) }
    func memory(at address: UInt64, count: Int) -> [UInt8]? {
      address < 1 << 20 ? [UInt8](repeating: UInt8(truncatingIfNeeded: address), count: count) : nil
    }
  }

  /// The number of mutants: `DWARF_MUTANTS=100000 swift test -c release --filter DamagedDebugInfo` for a long run.
  static let count = ProcessInfo.processInfo.environment["DWARF_MUTANTS"].flatMap(Int.init) ?? 4000

  /// Where the run of mutants begins: `DWARF_SEED`.
  static let seed = ProcessInfo.processInfo.environment["DWARF_SEED"].flatMap(UInt64.init) ?? 5

  /// Asks everything about offsets of a module; returns the processor time that it took.
  private func interrogate(_ bytes: [UInt8], _ offsets: [Int]) -> Duration {
    func now() -> Duration {
      var time = timespec()
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
      return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
    let start = now()
    let info = DebugInfo(bytes)
    var demangler = Demangler(.short)
    for offset in offsets {
      for frame in info.frames(atCodeOffset: offset) {
        if let name = frame.function { _ = demangler.readable(name) }
      }
      _ = info.variables(atCodeOffset: offset, in: AnyState())
    }
    return now() - start
  }

  @Test("Thousands of mutants are read in bounded time, without a crash")
  func mutants() throws {
    var random = SeededGenerator(state: Self.seed)
    let crashers = try Crasher.all.filter { $0.hasPrefix(Crasher.folder.path) }.map {
      try Crasher($0)
    }
    let targets = crashers.map { crasher in
      let info = DebugInfo(crasher.bytes)
      let base = info.codeSectionOffset ?? 0
      let offsets = Set(crasher.traps.flatMap { $0.offsets.compactMap { $0 } }).sorted()
      return (
        crasher, offsets.prefix(8).map { $0 - base }, debugSections(of: crasher.bytes)
      )
    }.filter { !$0.2.isEmpty }
    var slowest = Duration.zero
    let before = peakMemory()
    for _ in 0..<Self.count {
      let (crasher, offsets, sections) = targets[Int.random(in: targets.indices, using: &random)]
      let mutant = damage(crasher.bytes, sections, &random)
      slowest = max(slowest, interrogate(mutant, offsets))
    }
    print("slowest of \(Self.count) mutants: \(slowest)")
    #expect(slowest < .seconds(1))
    #expect(peakMemory() - before < 256 << 20)
  }

  /// The most memory the process ever had, in bytes.
  fileprivate func peakMemory() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Int(usage.ru_maxrss) << 10
  }

  /// Where the contents of the debug sections are.
  private func debugSections(of bytes: [UInt8]) -> [Range<Int>] {
    let marker = Array(".debug_".utf8)
    var sections: [Range<Int>] = []
    var rest = bytes[...]
    while let found = rest.firstRange(of: marker) {
      let next = bytes[found.upperBound...].firstRange(of: marker)?.lowerBound ?? bytes.count
      // The name ends within 8 bytes; what follows it may be hit too.
      sections.append(min(found.upperBound + 4, next)..<next)
      rest = bytes[found.upperBound...]
    }
    return sections.filter { !$0.isEmpty }
  }

  private func damage(
    _ bytes: [UInt8], _ sections: [Range<Int>], _ random: inout SeededGenerator
  ) -> [UInt8] {
    var bytes = bytes
    let interesting: [UInt8] = [0, 1, 0x7F, 0x80, 0xFE, 0xFF, 0xED, 0x21, 0x16]
    for _ in 0..<Int.random(in: 1...16, using: &random) {
      let section = sections[Int.random(in: sections.indices, using: &random)]
      // The beginning decides most: headers, counts, abbreviations.
      let end =
        Bool.random(using: &random)
        ? section.upperBound : min(section.lowerBound + 64, section.upperBound)
      let place = Int.random(in: section.lowerBound..<end, using: &random)
      guard place < bytes.count else { continue }
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes[place] = .random(in: 0...255, using: &random)
      case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 2: bytes[place] = interesting[Int.random(in: interesting.indices, using: &random)]
      case 3:
        for index in place..<min(place + 8, bytes.count) { bytes[index] = bytes[place] | 0x80 }
      default:
        let from = Int.random(in: section.lowerBound..<section.upperBound, using: &random)
        for index in 0..<16 where place + index < bytes.count && from + index < bytes.count {
          bytes[place + index] = bytes[from + index]
        }
      }
    }
    if Int.random(in: 0..<50, using: &random) == 0 {
      bytes.removeLast(Int.random(in: 0..<bytes.count / 2, using: &random))
    }
    return bytes
  }

  // MARK: Made by hand

  @Test("References in a circle end")
  func circles() {
    // 1: unit, low and high; 2: function with an origin; 3: variable with a type; 4: pointer with a type.
    let abbreviations: [UInt8] = [
      1, 0x11, 1, 0x11, 1, 0x12, 6, 0, 0, 2, 0x2E, 1, 0x11, 1, 0x12, 6, 0x31, 0x13, 0, 0,
      3, 0x34, 0, 0x03, 8, 0x49, 0x13, 0x1C, 0x0B, 0, 0, 4, 0x0F, 0, 0x49, 0x13, 0, 0, 5, 0x16, 0,
      0x49, 0x13, 0, 0, 0,
    ]
    let function = 20
    let pointer = 20 + 13 + 1 + 2 + 4 + 1
    let entries: [UInt8] =
      [1] + fixed(1) + fixed(100) + [2] + fixed(1) + fixed(100) + fixed(function)
      + [3, 0x76, 0] + fixed(pointer) + [7, 4] + fixed(pointer) + [0, 0]
    let info = DebugInfo(
      module([".debug_abbrev": abbreviations, ".debug_info": unit(entries)]))
    let frames = info.frames(atCodeOffset: 5)
    #expect(frames.count == 1)
    #expect(frames.first?.function == nil)
    let variables = info.variables(atCodeOffset: 5, in: AnyState())
    #expect(variables.first?.first?.name == "v")
  }

  @Test("Many units that share long tables are given up in time")
  func sharedTables() {
    var abbreviations: [UInt8] = []
    for code in 1...60_000 { abbreviations += uleb(code) + [0x2E, 1, 0x11, 1, 0x12, 6, 0, 0] }
    var information: [UInt8] = []
    for number in 0..<60_000 { information += unit([1], abbreviations: number) }
    let bytes = module([".debug_abbrev": abbreviations, ".debug_info": information])
    #expect(interrogate(bytes, [5, 6]) < limit)
  }

  @Test("Entries nested a million deep are read")
  func deepEntries() {
    let abbreviations: [UInt8] = [
      1, 0x11, 1, 0x11, 1, 0x12, 6, 0, 0, 2, 0x2E, 1, 0x11, 1, 0x12, 6, 0, 0, 3, 0x0B, 1, 0x11, 1,
      0x12, 6, 0, 0, 0,
    ]
    let range = fixed(1) + fixed(100)
    var entries = [1] + range + [2] + range
    for _ in 0..<1_000_000 { entries += [3] + range }
    let bytes = module([".debug_abbrev": abbreviations, ".debug_info": unit(entries)])
    #expect(interrogate(bytes, [5]) < limit)
  }

  @Test("A list of ranges that every function refers to is not followed without end")
  func sharedRanges() {
    let abbreviations: [UInt8] = [
      1, 0x11, 1, 0, 0, 2, 0x2E, 0, 0x55, 0x17, 0, 0, 0,
    ]
    var ranges: [UInt8] = []
    for number in 1..<100_000 { ranges += fixed(number) + fixed(number + 5) }
    var entries: [UInt8] = [1]
    for _ in 0..<100_000 { entries += [2] + fixed(0) }
    let bytes = module([
      ".debug_abbrev": abbreviations, ".debug_info": unit(entries), ".debug_ranges": ranges,
    ])
    let info = DebugInfo(bytes)
    #expect(interrogate(bytes, [5]) < limit)
    _ = info.frames(atCodeOffset: 5)
    #expect(info.isExhausted)
  }

  @Test("A long line table that many units share is not read again and again")
  func sharedLines() {
    // Units over the same code with the same line program: a header with a very long name, no rows.
    let abbreviations: [UInt8] = [1, 0x11, 0, 0x11, 1, 0x12, 6, 0x10, 0x17, 0, 0, 0]
    var header: [UInt8] = [1, 1, 1, 0xFB, 14, 13, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0]
    header += [UInt8](repeating: 0x61, count: 4_000_000) + [0, 0, 0, 0, 0]
    let program: [UInt8] = [4, 0] + fixed(header.count) + header
    var information: [UInt8] = []
    for _ in 0..<50_000 { information += unit([1] + fixed(1) + fixed(100) + fixed(0)) }
    let bytes = module([
      ".debug_abbrev": abbreviations, ".debug_info": information,
      ".debug_line": fixed(program.count) + program,
    ])
    #expect(interrogate(bytes, [5, 6, 7]) < limit)
  }

  @Test("A line program that makes a row of every byte is cut")
  func denseLines() {
    let abbreviations: [UInt8] = [1, 0x11, 0, 0x11, 1, 0x12, 6, 0x10, 0x17, 0, 0, 0]
    let header: [UInt8] = [1, 1, 1, 0xFB, 14, 13, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0]
    var program: [UInt8] = [4, 0] + fixed(header.count) + header
    program += [0, 5, 2] + fixed(1) + [UInt8](repeating: 0x4B, count: 20_000_000) + [0, 1, 1]
    let bytes = module([
      ".debug_abbrev": abbreviations,
      ".debug_info": unit([1] + fixed(1) + fixed(100_000_000) + fixed(0)),
      ".debug_line": fixed(program.count) + program,
    ])
    let before = peakMemory()
    #expect(interrogate(bytes, [5, 6, 7]) < limit)
    #expect(peakMemory() - before < 256 << 20)
  }

  @Test("Names that stand for gigabytes are cut or stay as they are")
  func explosiveNames() {
    var demangler = Demangler(.short)
    let elapsed = ContinuousClock().measure {
      // Rust: tuples of twice the one before.
      var rust = "IC1aTmmE"
      var last = 4
      for _ in 0..<60 {
        let next = rust.utf8.count
        rust += "TB\(base62(last))B\(base62(last))E"
        last = next
      }
      let cut = demangler.readable("_R" + rust + "E")
      #expect(cut.hasPrefix("a::<(u32, u32), ((u32, u32), (u32, u32)), "))
      #expect(cut.utf8.count > 4000 && cut.utf8.count <= Demangler.longestName + 3)
      // C++: pairs of twice the one before.
      let few = pairs(5)
      #expect(demangler.readable(few).hasPrefix("f(std::pair<int, int>, std::pair<std::pair<int"))
      let many = pairs(60)
      #expect(demangler.readable(many) == many)
      // Swift: a reference repeated more often than any name needs.
      let swift = "$s4main1fyySi_SiA2000_tF"
      #expect(demangler.readable(swift) == swift)
    }
    #expect(elapsed < .seconds(1))
  }

  /// A C++ function of pairs, each of two of the one before.
  private func pairs(_ count: Int) -> String {
    "_Z1fSt4pairIiiE"
      + (0..<count).map { number in
        let before = String(number, radix: 36).uppercased()
        return "S_IS\(before)_S\(before)_E"
      }.joined()
  }

  /// A number as references of Rust's names have it.
  private func base62(_ value: Int) -> String {
    let digits = Array("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    var rest = value - 1
    var text = ""
    repeat {
      text = String(digits[rest % 62]) + text
      rest /= 62
    } while rest > 0
    return text + "_"
  }

  /// What a question may take: a second where the program is built to be used, more without optimisation.
  private var limit: Duration {
    #if DEBUG
      .seconds(20)
    #else
      .seconds(1)
    #endif
  }
}
