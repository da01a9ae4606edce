import Archive
import Console
import Firefly
import Foundation
import ROMMutants
import TestKit
import Testing

@testable import Commands

@Suite("ROMs")
final class ROMLibraryTests {
  private let folder = FileManager.default.temporaryDirectory.path + "/glowjar-\(UUID().uuidString)"
  private var library: ROMLibrary { ROMLibrary(root: folder + "/data/roms") }
  private let id: ROMID
  private let rom: ROM

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    id = try #require(ROMID("me.moth"))
    rom = try ROM(module: [0x00, 0x61, 0x73, 0x6D, 1, 0, 0, 0], authorID: "me", appID: "moth")
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func put(_ bytes: [UInt8], _ name: String) throws -> String {
    let path = folder + "/" + name
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }

  /// Files with one of them changed after the hash was made.
  private func tampered() -> [String: [UInt8]] {
    var files = rom.sealed.byName
    files["_bin", default: []].append(0)
    return files
  }

  @Test("open from an archive, a directory and by id, all with the same files")
  func opensEveryForm() throws {
    let archive = try put(ZipWriter.archive(of: rom.sealed.byName), "any name.zip")
    for name in rom.sealed.names { _ = try put(rom.sealed.read(name) ?? [], "rom/" + name) }
    try library.install(rom.sealed, as: id)
    for word in [archive, folder + "/rom", "me.moth"] {
      let cart = try CartPlace(word, library: library).cart()
      #expect(cart.wasm == rom.files.read("_bin"))
      #expect(cart.files.byName == rom.sealed.byName)
    }
    #expect(CartPlace(archive) == .archive(path: archive))
    #expect(CartPlace("-", library: library) == .standardInput)
    #expect(
      CartPlace("me.moth", library: library)
        == .installed(id: id, path: folder + "/data/roms/me/moth"))
    #expect(CartPlace("me.other", library: library) == .module(path: "me.other"))
  }

  @Test("are refused with a wrong hash, but for a directory, which may be in the making")
  func checksHash() throws {
    let archive = try put(ZipWriter.archive(of: tampered()), "a.zip")
    for (name, content) in tampered() { _ = try put(content, "rom/" + name) }
    for (name, content) in tampered() { _ = try put(content, "data/roms/me/moth/" + name) }
    for place in [CartPlace(archive), CartPlace("me.moth", library: library)] {
      let error = #expect(throws: Failure.self) { try place.cart() }
      #expect(error?.status == .badData)
      #expect(error?.why.hasPrefix("_hash is not that of the files") == true)
    }
    var warnings: [String] = []
    _ = try CartPlace(folder + "/rom").cart { warnings.append($0) }
    #expect(warnings.count == 1)
  }

  @Test("are found under their own id only")
  func wantsRightFolder() throws {
    for name in rom.sealed.names {
      _ = try put(rom.sealed.read(name) ?? [], "data/roms/me/other/" + name)
    }
    let error = #expect(throws: Failure.self) {
      try CartPlace("me.other", library: library).cart()
    }
    #expect(error?.why == "its metadata are those of me.moth")
    #expect(library.entries().map(\.id) == ["me.other"])
    #expect(library.entries().first?.problem != nil)
  }

  @Test("with metadata in the file meta, as old archives have it, open too")
  func opensOldArchives() throws {
    var files = rom.files.byName
    files["meta"] = files.removeValue(forKey: "_meta")
    let archive = try put(ZipWriter.archive(of: files), "old.zip")
    #expect(try CartPlace(archive).rom().metadata.fullID == "me.moth")
    #expect(try CartPlace(archive).rom().hash == .missing)
  }

  @Test("take the place of an older version whole, and leave nothing else behind")
  func replaces() throws {
    var old = rom.files.byName
    old["gone"] = [1]
    try library.install(CartFiles(old), as: id)
    _ = try put([9], "data/data/me/moth/stash")
    try library.install(rom.sealed, as: id)
    let names = try FileManager.default.contentsOfDirectory(atPath: library.path(of: id))
    #expect(names.sorted() == rom.sealed.names)
    #expect(try FileManager.default.contentsOfDirectory(atPath: library.root) == ["me"])
    #expect(FileManager.default.fileExists(atPath: folder + "/data/data/me/moth/stash"))
    #expect(library.entries().map(\.problem) == [nil])
    try library.remove(id)
    #expect(try FileManager.default.contentsOfDirectory(atPath: library.root) == [])
    #expect(throws: Failure.self) { try self.library.remove(self.id) }
  }

  @Test("with anything but plain files in their directory are no ROMs")
  func wantsPlainFiles() throws {
    for name in rom.sealed.names { _ = try put(rom.sealed.read(name) ?? [], "rom/" + name) }
    try FileManager.default.createDirectory(
      atPath: folder + "/rom/sub", withIntermediateDirectories: true)
    #expect(throws: Failure.self) { try CartPlace(self.folder + "/rom").rom() }
    #expect(try CartPlace(folder + "/rom").cart().files.size(of: "sub") == nil)
  }

  @Test(
    "need ids of small letters, digits and single hyphens",
    arguments: [
      "me", "me.moth.x", ".moth", "me.", "../x.y", "Me.moth", "me.-a", "me.a--b", "me.a/b",
      "me.aaaaaaaaaaaaaaaaa", "me.\0",
    ])
  func refusesIDs(text: String) { #expect(ROMID(text) == nil) }

  @Test("have the hash that the official tools make")
  func hashes() {
    // What sha256sum says of: 00 "a" 00 "moth" 00 "b" 00 "glow".
    let digest = ROMHash.digest(of: ["b": Array("glow".utf8), "a": Array("moth".utf8), "_hash": []])
    #expect(
      digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        == "103ccce8f9f77e85986a26198e58bd17131979972838bf3c1b4054e0c270d4d5")
  }

  @Test("that are damaged in 1,000 ways are refused or opened, and nothing leads outside")
  func survivesDamage() throws {
    let mutants = try ROMMutants()
    let outcomes = (1...1000).map(mutants.play)
    #expect(outcomes.compactMap(\.finding) == [])
    let refused = outcomes.count { $0.verdict == .refused }
    #expect((300..<1000).contains(refused))
  }
}
