import Foundation
import Testing

@testable import Commands

@Suite("A recording of sound")
struct WAVFileTests {
  private let path = FileManager.default.temporaryDirectory
    .appending(path: "glowjar-\(UUID().uuidString).wav").path

  private func append(_ samples: [Int16], to file: WAVFile) {
    samples.withUnsafeBufferPointer { file.append($0) }
  }

  private func content() throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }

  @Test("has a header that fits after each write, not only at its end")
  func hasHeader() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    let file = try WAVFile(path: path)
    var bytes = try content()
    #expect(bytes.count == 44)
    #expect(Array(bytes[4..<8]) == [36, 0, 0, 0])
    append([1, -2, 0x1234, 4], to: file)
    bytes = try content()
    #expect(
      bytes == Array("RIFF".utf8) + [44, 0, 0, 0] + Array("WAVEfmt ".utf8)
        + [16, 0, 0, 0, 1, 0, 2, 0, 0x44, 0xAC, 0, 0, 0x10, 0xB1, 2, 0, 4, 0, 16, 0]
        + Array("data".utf8) + [8, 0, 0, 0] + [1, 0, 0xFE, 0xFF, 0x34, 0x12, 4, 0])
    append([5, 6], to: file)
    bytes = try content()
    #expect(bytes.count == 56)
    #expect(bytes[4] == 48)
    #expect(bytes[40] == 12)
    try file.finish()
  }

  @Test("ends at its limit, with whole pairs")
  func endsAtLimit() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(WAVFile.largestContent.isMultiple(of: 4))
    #expect(WAVFile.largestContent + 36 <= Int(UInt32.max))
    #expect(WAVFile.largestContent + 40 > Int(UInt32.max))
    let file = try WAVFile(path: path, limit: 12)
    append([1, 2, 3, 4], to: file)
    append([5, 6, 7, 8], to: file)
    append([9, 10], to: file)
    #expect(try content().count == 56)
    #expect(try content()[40] == 12)
    #expect(file.isFull)
    try file.finish()
  }

  @Test("that cannot be made or written says so with its status")
  func saysWhyNot() throws {
    let missing = #expect(throws: Failure.self) { try WAVFile(path: "/nowhere/at/all.wav") }
    #expect(missing?.status == .cannotCreate)
    let file = try WAVFile(path: "/dev/full")
    append([1, 2], to: file)
    let full = #expect(throws: Failure.self) { try file.finish() }
    #expect(full?.status == .inputOutput)
    #expect(full?.line == "glowjar: error: /dev/full: no space left on device")
  }
}
