import Archive
import Testing

@Suite("A zip archive")
struct ZipTests {
  private typealias Entry = HandMadeZip.Entry

  private func contents(_ bytes: [UInt8]) throws -> [String: [UInt8]] {
    let archive = try ZipReader(bytes)
    var files: [String: [UInt8]] = [:]
    for entry in archive.entries { files[entry.name] = try archive.content(of: entry) }
    return files
  }

  /// What keeps an archive of these entries from being opened or unpacked.
  private func refusal(_ entries: [Entry]) -> ArchiveError.Kind? {
    refusal(HandMadeZip(entries).bytes)
  }

  private func refusal(_ bytes: [UInt8]) -> ArchiveError.Kind? {
    do {
      _ = try contents(bytes)
      return nil
    } catch {
      return (error as? ArchiveError)?.kind
    }
  }

  @Test("gives back what was put in, of every size")
  func roundTrip() throws {
    let files: [String: [UInt8]] = [
      "_bin": (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }, "empty": [],
      "one": [7], "zeros": Array(repeating: 0, count: 900_000), "_meta": Array("meta".utf8),
    ]
    let archive = ZipWriter.archive(of: files)
    #expect(try contents(archive) == files)
    #expect(ZipReader.recognises(archive))
  }

  @Test("is written the same way each time, sorted, packed with Zstandard")
  func isReproducible() throws {
    let files: [String: [UInt8]] = ["b": [2], "a": [1], "_c": [3], "B": [4]]
    let archive = ZipWriter.archive(of: files)
    #expect(archive == ZipWriter.archive(of: files))
    let entries = try ZipReader(archive).entries
    #expect(entries.map(\.name) == ["B", "_c", "a", "b"])
    #expect(entries.allSatisfy { $0.compression == .zstandard })
  }

  @Test("opens with stored and with deflated files, and with a comment behind")
  func opensOthers() throws {
    let deflated = Entry("moth").with {
      $0.method = 8
      // What zlib makes of 40 letters a.
      $0.content = [0x4B, 0x4C, 0x24, 0x0E, 0x00, 0x00]
      $0.size = 40
      $0.checksum = HandMadeZip.checksum(Array(repeating: 0x61, count: 40))
    }
    var archive = HandMadeZip([Entry("glow", [5, 6]), deflated])
    archive.comment = Array("PK\u{5}\u{6} is how an archive ends".utf8)
    #expect(
      try contents(archive.bytes) == ["glow": [5, 6], "moth": Array(repeating: 0x61, count: 40)])
  }

  @Test("may tell sizes behind the content, as programs do that write to a pipe")
  func opensStreamed() throws {
    var bytes = HandMadeZip([Entry("a").with { $0.flags = 8 }]).bytes
    // The three fields of the local header that are not known when it is written.
    for offset in 14..<26 { bytes[offset] = 0 }
    #expect(try contents(bytes) == ["a": [1, 2, 3]])
    // Only all of them together.
    bytes[18] = 1
    #expect(refusal(bytes) == .damaged("its two headers differ"))
  }

  @Test(
    "is refused for a name that means no file of a folder",
    arguments: [
      "", ".", "..", "../x", "/x", "a/b", "a\\b", "c:\\x", "a\0b", "a b", "grün", "a\u{7F}",
      "\u{1B}[31m", String(repeating: "x", count: 256),
    ])
  func refusesNames(name: String) { #expect(refusal([Entry(name)]) == .badName) }

  @Test("is refused for a name that is not even UTF-8")
  func refusesBytes() {
    #expect(refusal([Entry("a").with { $0.name = [0xFF, 0xFE] }]) == .badName)
  }

  @Test("is refused for two entries of a name")
  func refusesDuplicates() {
    #expect(refusal([Entry("a", [1]), Entry("b"), Entry("a", [2])]) == .duplicate)
  }

  @Test(
    "is refused for folders, links and devices",
    arguments: [0o120777 << 16, 0o040755 << 16, 0o020666 << 16, 0o010644 << 16, 0x10])
  func refusesOtherKinds(attributes: UInt32) {
    #expect(refusal([Entry("a").with { $0.attributes = attributes }]) == .notAFile)
    #expect(refusal([Entry("a/")]) == .notAFile)
  }

  @Test("is refused if something is encrypted", arguments: [1, 1 << 6, 1 << 13] as [UInt16])
  func refusesEncryption(flags: UInt16) {
    #expect(refusal([Entry("a").with { $0.flags = flags }]) == .encrypted)
  }

  @Test("is refused where entries share bytes")
  func refusesOverlap() {
    // Both headers lie in one place, which has the second one's name, too.
    let same = HandMadeZip([
      Entry("a"), Entry("b").with { $0.offset = 0 }, Entry("c"),
    ])
    #expect(refusal(same.bytes) == .damaged("its two headers differ"))
    // A whole entry as the stored content of another.
    let inner = Array(HandMadeZip([Entry("b")]).bytes.prefix(30 + 1 + 3))
    let nested = HandMadeZip([
      Entry("a", inner),
      Entry("b").with { $0.offset = 31 },
    ])
    #expect(refusal(nested.bytes) == .overlap)
  }

  @Test("is refused if sizes or checksum are not those of the content")
  func refusesLies() {
    #expect(refusal([Entry("a").with { $0.checksum = 1 }]) == .corrupt("its checksum is wrong"))
    #expect(
      refusal([Entry("a").with { $0.size = 4 }])
        == .damaged("it is stored, yet its two sizes differ"))
    #expect(
      refusal([Entry("a").with { $0.packedSize = .max - 1 }])
        == .damaged("it is stored, yet its two sizes differ"))
    #expect(
      refusal([Entry("a").with { ($0.packedSize, $0.size) = (1000, 1000) }])
        == .damaged("it reaches into the directory"))
    #expect(
      refusal([Entry("a").with { $0.localSize = 2 }]) == .damaged("its two headers differ"))
    #expect(
      refusal([Entry("a").with { $0.localName = [0x62] }]) == .damaged("its two headers differ"))
    for method: UInt16 in [8, 93] {
      let broken = Entry("a", [1, 2, 3, 4]).with { ($0.method, $0.size) = (method, 10) }
      #expect(
        refusal([broken]) == .corrupt("it cannot be unpacked to the 10 bytes it shall have"))
    }
  }

  @Test("is refused if a packed file unpacks to more or less than it says", arguments: [-1, 1])
  func refusesWrongPackedSize(error: Int) throws {
    let file = [UInt8](repeating: 9, count: 500)
    let good = ZipWriter.archive(of: ["a": file])
    let entry = try #require(try ZipReader(good).entries.first)
    let frame = Array(good[31..<31 + entry.packedSize])
    let lying = Entry("a", frame).with {
      ($0.method, $0.size) = (93, UInt32(500 + error))
      $0.checksum = HandMadeZip.checksum(file)
    }
    #expect(
      refusal([lying])
        == .corrupt("it cannot be unpacked to the \(500 + error) bytes it shall have"))
  }

  @Test("is refused for methods and extensions that flat archives have no use for")
  func refusesExtensions() {
    #expect(
      refusal([Entry("a").with { $0.method = 12 }]) == .unsupported("compression method 12"))
    #expect(refusal([Entry("a").with { $0.extra = [1, 0, 0, 0] }]) == .unsupported("zip64"))
    #expect(
      refusal([Entry("a").with { $0.extra = [0x75, 0x70, 1, 0, 1] }])
        == .unsupported("a second name"))
    #expect(
      refusal([Entry("a").with { $0.extra = [0x55, 0x54, 9, 0, 1] }])
        == .damaged("an extra field is too long"))
    #expect(refusal([Entry("a").with { $0.extra = [0x55, 0x54, 1, 0, 1, 0, 0] }]) == nil)
  }

  @Test("is refused if it is a zip bomb, before anything is unpacked")
  func refusesBombs() throws {
    let zeros = ZipWriter.archive(of: ["a": Array(repeating: 0, count: 2 << 20)])
    guard case .tooLarge(let reason) = refusal(zeros) else {
      Issue.record("2 MiB of zeros were unpacked")
      return
    }
    #expect(reason.hasSuffix("bytes that unpack to 2097152: refused as a zip bomb"))
    let huge = Entry("a").with { ($0.method, $0.size) = (93, 65 << 20) }
    #expect(refusal([huge]) == .tooLarge("68157440 bytes; more than 67108864 are refused"))
    // Together they are too much, though each is small enough: unpacked 1 MiB of 3 bytes.
    let many = (0..<200).map { number in
      Entry("f\(number)").with { ($0.method, $0.size) = (93, 1 << 20) }
    }
    #expect(refusal(many) == .tooLarge("the files have more than 134217728 bytes together"))
    let crowd = (0..<1025).map { Entry("f\($0)") }
    #expect(refusal(crowd) == .tooLarge("1025 entries; more than 1024 are refused"))
  }

  @Test("is refused if its directory is not where or what the end record says")
  func refusesDirectories() {
    var archive = HandMadeZip([Entry("a"), Entry("b")])
    archive.count = 3
    #expect(refusal(archive.bytes) == .damaged("the directory ends before it"))
    archive.count = 1
    #expect(refusal(archive.bytes) == .damaged("the directory has more than its entries"))
    archive.count = 0xFFFF
    #expect(refusal(archive.bytes) == .unsupported("zip64"))
    archive.count = nil
    archive.directoryOffset = 1
    #expect(
      refusal(archive.bytes)
        == .damaged("the directory does not end where the end record begins"))
    let away = HandMadeZip([Entry("a").with { $0.offset = 0xFFFF_FFF0 }])
    #expect(refusal(away.bytes) == .damaged("it is not where the directory says"))
  }

  @Test("is refused wherever it is cut off")
  func refusesCutArchives() {
    let whole = ZipWriter.archive(of: ["_bin": [1, 2, 3], "_meta": [4]])
    for count in 0..<whole.count { #expect(refusal(Array(whole.prefix(count))) == .notAnArchive) }
    #expect(refusal(whole + [0]) == .notAnArchive)
  }
}
