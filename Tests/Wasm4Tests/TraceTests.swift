import Console
import TestKit
import Testing

// Rules: wasm4.md section 7.
@Suite("Traces")
struct TraceTests {
  private func said(_ name: String, _ arguments: [Int32], data: [(UInt32, [UInt8])]) throws
    -> [String]
  {
    let console = try TestCart(.call(name, arguments), data: data).console()
    _ = console.step(InputFrame())
    return console.log.drain().map(\.text)
  }

  @Test func `Texts go to the log`() throws {
    let text = Array("Grüße".utf8)
    #expect(try said("trace", [0x2000], data: [(0x2000, text + [0, 33])]) == ["Grüße"])
    #expect(try said("traceUtf8", [0x2000, 4], data: [(0x2000, text)]) == ["Grü"])
    let wide = "né".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    #expect(try said("traceUtf16", [0x2001, 4], data: [(0x2001, wide)]) == ["né"])
  }

  @Test(
    arguments: [
      ("%d %x", [0xFE, 0xFF, 0xFF, 0xFF, 0xEF, 0xBE, 0, 0], "-2 beef"),
      ("%c%c%%|%q|", [65, 0, 0, 0, 66, 0, 0, 0], "AB%|%q|"),
      ("<%s>", [0x80, 0x20, 0, 0], "<who>"),
      ("%f %d", [0, 0, 0, 0, 0, 0, 0xF8, 0x3F, 7, 0, 0, 0], "1.5 7"),
      ("%f", [0x18, 0x2D, 0x44, 0x54, 0xFB, 0x21, 0x09, 0x40], "3.14159"),
      ("%f", [0, 0, 0, 0, 0, 0, 0xF0, 0x7F], "inf"),
      ("100%", [], "100"),
    ] as [(String, [UInt8], String)])
  func `Formats take their arguments packed`(
    format: String, arguments: [UInt8], expected: String
  ) throws {
    let data: [(UInt32, [UInt8])] = [
      (0x2000, Array(format.utf8) + [0]), (0x2041, arguments), (0x2080, Array("who".utf8) + [0]),
    ]
    #expect(try said("tracef", [0x2000, 0x2041], data: data) == [expected])
  }

  @Test func `Pointers out of memory crash the cart`() throws {
    let data: [(UInt32, [UInt8])] = [
      (0x2000, Array("%d%f%s".utf8) + [0]), (0x3000, Array("%s".utf8) + [0]),
      (0x3100, [0xFF, 0xFF, 0xFF, 0xFF]), (0xFFFF, [1]),
    ]
    for (name, arguments): (String, [Int32]) in [
      ("trace", [0xFFFF]), ("trace", [-1]), ("traceUtf8", [0, -1]), ("traceUtf8", [0xFFFF, 2]),
      ("tracef", [0xFFFF, 0]), ("tracef", [0x2000, 0xFFFD]), ("tracef", [0x2000, 0xFFF8]),
      ("tracef", [0x3000, 0x3100]), ("tracef", [0x2000, -4]),
    ] {
      guard
        case .crashed = try TestCart(.call(name, arguments), data: data).console()
          .step(InputFrame())
      else {
        Issue.record("\(name) \(arguments) did not crash")
        continue
      }
    }
  }

  @Test func `A line that names a long text again and again is cut`() throws {
    let data: [(UInt32, [UInt8])] = [
      (0x2000, Array(String(repeating: "%s", count: 2000).utf8) + [0]),
      (0x6000, [UInt8](repeating: 65, count: 30_000) + [0]),
      (0x4000, (0..<2000).flatMap { _ in [0, 0x60, 0, 0] as [UInt8] }),
    ]
    #expect(try said("tracef", [0x2000, 0x4000], data: data).first?.hasSuffix("...") == true)
  }
}
