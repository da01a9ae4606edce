import Foundation
import TestKit

/// A file of mutants and what was answered: number, verdict and size as little-endian 32-bit numbers,
/// then the bytes, of one after the other.
struct VerdictFile {
  private let handle: FileHandle

  /// A new file.
  init(path: String) throws {
    _ = FileManager.default.createFile(atPath: path, contents: nil)
    handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
  }

  func append(_ number: Int, _ verdict: MutantOutcome.Verdict, _ bytes: [UInt8]) throws {
    var row = Data()
    for value in [UInt32(number), UInt32(verdict.rawValue), UInt32(bytes.count)] {
      withUnsafeBytes(of: value.littleEndian) { row.append(contentsOf: $0) }
    }
    try handle.write(contentsOf: row + bytes)
  }
}
