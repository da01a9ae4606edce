import Archive
import Console
import Firefly
import Foundation
import TestKit

/// Opens damaged ROM files and ROM directories again and again: whatever they hold, there are the
/// files of a ROM or an error, nothing leads outside, and limits are kept.
public final class ROMMutants: Mutants {
  private let folder: URL
  private let whole: [String: [UInt8]]
  /// Stands in a file beside the ROM directory, where links point to.
  private static let secret = Array("nothing of a ROM may have this".utf8)

  /// Mutants that are kept in a folder of their own for as long as they are looked at.
  public init() throws {
    folder = FileManager.default.temporaryDirectory.appending(
      path: "glowjar-rom-mutants-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(Self.secret).write(to: folder.appending(path: "outside"))
    let rom = try ROM(module: [0x00, 0x61, 0x73, 0x6D, 1, 0, 0, 0], authorID: "me", appID: "moth")
    var files = rom.files.byName
    files["sprites"] = [0x22, 8, 0, 0xFF] + Array(repeating: 0x5A, count: 400)
    files["noise"] = (0..<600).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 31 >> 5) }
    files[ROMHash.fileName] = ROMHash.digest(of: files)
    whole = files
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Opens a mutant: an archive, or each fourth time a directory.
  public func play(_ number: Int) -> MutantOutcome {
    var spoiling = Spoiling(number: number)
    var outcome = MutantOutcome()
    var files = CartFiles()
    if number % 4 == 0 {
      let path = makeFolder(&spoiling)
      outcome.measure { outcome in
        do {
          files = try CartFolder(path: path).files
          _ = try? Cart.open(path: path)
        } catch {
          outcome.verdict = .refused
        }
      }
      try? FileManager.default.removeItem(atPath: path)
    } else {
      let bytes = archive(&spoiling)
      outcome.measure { outcome in
        do {
          files = try unpack(bytes)
        } catch {
          outcome.verdict = .refused
        }
      }
      if let name = files.names.first(where: { $0.contains("/") || $0 == ".." || $0.isEmpty }) {
        outcome.finding = "an archive gave a file \(name.debugDescription)"
      }
    }
    outcome.measure { outcome in
      if (try? ROM(files)) == nil { outcome.verdict = .refused }
    }
    let limits = ArchiveLimits()
    if files.byName.values.reduce(0, { $0 + $1.count }) > limits.totalBytes {
      outcome.finding = "more bytes than the limit allows"
    }
    if files.byName.values.contains(Self.secret) {
      outcome.finding = "a file from outside of the ROM"
    }
    return outcome
  }

  /// The bytes of a mutant, as an archive.
  public func bytes(_ number: Int) -> [UInt8] {
    var spoiling = Spoiling(number: number)
    return archive(&spoiling)
  }

  private func archive(_ spoiling: inout Spoiling) -> [UInt8] {
    var files = whole
    let how = spoiling.below(3)
    if how > 0 { spoiling.spoil(&files) }
    var bytes = ZipWriter.archive(of: files)
    if how != 1 { spoiling.spoil(&bytes) }
    return bytes
  }

  private func unpack(_ bytes: [UInt8]) throws -> CartFiles {
    let archive = try ZipReader(bytes)
    var files: [String: [UInt8]] = [:]
    for entry in archive.entries { files[entry.name] = try archive.content(of: entry) }
    return CartFiles(files)
  }

  /// A ROM directory with damaged files, and with things that no ROM has.
  private func makeFolder(_ spoiling: inout Spoiling) -> String {
    let path = folder.path + "/rom"
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    var files = whole
    for _ in 0..<1 + spoiling.below(3) { spoiling.spoil(&files) }
    for (name, content) in files where !name.isEmpty && !name.contains("/") {
      try? Data(content).write(to: URL(fileURLWithPath: path + "/" + name))
    }
    for _ in 0..<spoiling.below(3) {
      let name = path + "/" + ["link", "_bin", "_meta", "sub", "pipe"][spoiling.below(5)]
      unlink(name)
      switch spoiling.below(5) {
      case 0: symlink("../outside", name)
      case 1: symlink("link", name)
      case 2: mkdir(name, 0o755)
      case 3: mkfifo(name, 0o644)
      default: symlink("/dev/zero", name)
      }
    }
    return path
  }
}
