import Dwarf
import Testing

/// The figures that the crash screen depends on, for a program of six megabytes of debug information.
///
/// Only a program built to be used is measured; without optimisation the answers alone are checked.
@Suite("The speed of debug information", .serialized)
struct SpeedTests {
  private static let unitCount = 210
  private static let functionsPerUnit = 60
  private static let functionSize = 100

  /// Units of functions, each with variables, an inlined function and a sequence of lines.
  private static let program: [UInt8] = {
    let abbreviations: [UInt8] = [
      // A unit: name, line program, lowest address, size.
      1, 0x11, 1, 0x03, 8, 0x10, 0x17, 0x11, 1, 0x12, 6, 0, 0,
      // A function: name, address, size.
      2, 0x2E, 1, 0x03, 8, 0x11, 1, 0x12, 6, 0, 0,
      // A variable: name, location.
      3, 0x34, 0, 0x03, 8, 0x02, 0x18, 0, 0,
      // A copy of a function: the original, address, size, and where it was called.
      4, 0x1D, 0, 0x31, 0x13, 0x11, 1, 0x12, 6, 0x58, 0x0B, 0x59, 5, 0, 0, 0,
    ]
    var information: [UInt8] = []
    var lines: [UInt8] = []
    var address = 1
    for number in 0..<unitCount {
      let unitAddress = address
      var entries: [UInt8] = []
      var program: [UInt8] = []
      let head =
        [1] + Array("unit\(number).c\0".utf8) + fixed(lines.count) + fixed(unitAddress)
        + fixed(functionsPerUnit * functionSize)
      for function in 0..<functionsPerUnit {
        // 11 bytes of header go before the first entry.
        let place = 11 + head.count + entries.count
        entries += [2] + Array("function_\(number)_\(function)\0".utf8)
        entries += fixed(address) + fixed(functionSize)
        for variable in 0..<8 {
          entries += [3] + Array("variable\(variable)\0".utf8) + [4, 0xED, 0, 1, 0x9F]
        }
        entries += [4] + fixed(place) + fixed(address + 10) + fixed(50) + [1, 7, 0, 0]
        program += [0, 5, 2] + fixed(address)
        for _ in 0..<functionSize { program += [0x20, 5, 3] }
        program += [2] + uleb(functionSize % 2) + [0, 1, 1]
        address += functionSize
      }
      information += unit(head + entries + [0])
      let header: [UInt8] =
        [1, 1, 1, 0xFB, 14, 13, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0] + Array("a.c\0".utf8)
        + [0, 0, 0, 0]
      let body: [UInt8] = [4, 0] + fixed(header.count) + header + program
      lines += fixed(body.count) + body
    }
    return module([
      ".debug_abbrev": abbreviations, ".debug_info": information, ".debug_line": lines,
    ])
  }()

  @Test("All of it is indexed in 100 ms, a thousand frames are told in 16 ms")
  func isFast() throws {
    let program = Self.program
    #expect(program.count > 6_000_000)
    let info = DebugInfo(program)
    let unitSize = Self.functionsPerUnit * Self.functionSize
    let clock = ContinuousClock()
    var found = 0
    let indexing = clock.measure {
      for unit in 0..<Self.unitCount {
        found += info.frames(atCodeOffset: 1 + unit * unitSize + 5).count
      }
    }
    #expect(found == Self.unitCount)
    found = 0
    let telling = clock.measure {
      for number in 0..<1000 {
        let function = number * 29 % (Self.unitCount * Self.functionsPerUnit)
        found += info.frames(atCodeOffset: 1 + function * Self.functionSize + 20).count
      }
    }
    #expect(found == 2000)
    #expect(!info.isExhausted)
    let frames = info.frames(atCodeOffset: 1 + 20)
    #expect(frames.map(\.function) == ["function_0_0", "function_0_0"])
    #expect(frames.last?.line == 7)
    print("indexed \(program.count) bytes in \(indexing), told 1000 frames in \(telling)")
    #if !DEBUG
      #expect(indexing < .milliseconds(100))
      #expect(telling < .milliseconds(16))
    #endif
  }
}
