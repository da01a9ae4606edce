import Postmortem
import Testing

@Suite("A coredump")
struct CoredumpTests {
  static let everything = Coredump(
    executableName: "demo.crash", moduleNames: ["demo.crash"],
    instances: [.init(module: 0, memories: [0, 1], globals: [0, 1, 2, 3, 4, 5, 6])],
    threads: [
      .init(
        name: "main",
        frames: [
          .init(instance: 0, function: 300, codeOffset: 39),
          .init(
            instance: 0, function: 2, codeOffset: 70_000,
            locals: [.missing, .i32(0xFFFF_FFFB), .i64(.max), .f32(0x7FC0_0001), .f64(1)],
            stack: [.i64(1 << 63), .i32(0x8000_0000)]),
        ])
    ],
    memories: [.init(pages: 2, maximum: 16), .init(pages: 1, maximum: nil)],
    globals: [
      .init(isMutable: true, value: .i32(0xFFFF_FF80)),
      .init(isMutable: false, value: .i64(0x8000_0000_0000_0000)),
      .init(isMutable: true, value: .f32(0x7F80_0001)),
      .init(isMutable: true, value: .f64(0x7FF0_0000_0000_0001)),
      .init(isMutable: false, value: .v128(low: 1, high: .max)),
      .init(isMutable: true, value: .funcref), .init(isMutable: true, value: .externref),
    ])

  static func bytes(_ dump: Coredump, _ contents: [[UInt8]]) -> [UInt8] {
    let buffers = contents.map { bytes in
      let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 8)
      copy.copyBytes(from: bytes)
      return copy
    }
    defer { for buffer in buffers { buffer.deallocate() } }
    var file: [UInt8] = []
    CoredumpWriter(dump, contents: buffers.map { UnsafeRawBufferPointer($0) })
      .write { file.append(contentsOf: $0) }
    return file
  }

  /// The memory images that a file's segments stand for.
  private func images(_ file: [UInt8]) throws -> [[UInt8]] {
    let reader = try CoredumpReader(file)
    var images = reader.dump.memories.map { [UInt8](repeating: 0, count: Int($0.pages) * 65536) }
    for segment in reader.segments {
      let start = Int(segment.address)
      images[segment.memory].replaceSubrange(
        start..<start + segment.range.count, with: file[segment.range])
    }
    return images
  }

  @Test func `Every record comes back as it was written`() throws {
    let file = Self.bytes(Self.everything, [])
    #expect(try CoredumpReader(file).dump == Self.everything)
  }

  @Test func `Memory comes back byte by byte and zeros take no room`() throws {
    var first = [UInt8](repeating: 0, count: 131_072)
    for at in [0, 1, 4095, 4096, 9000, 65_535, 131_071] { first[at] = UInt8(at % 250 + 1) }
    var second = [UInt8](repeating: 0, count: 65_536)
    for at in 20_000..<30_000 { second[at] = UInt8(truncatingIfNeeded: at * 7) }
    let file = Self.bytes(Self.everything, [first, second])
    #expect(try images(file) == [first, second])
    #expect(file.count < 16_000)
  }

  @Test func `An empty memory gives no data section`() throws {
    let file = Self.bytes(Self.everything, [[], [UInt8](repeating: 0, count: 65_536)])
    #expect(try CoredumpReader(file).segments.isEmpty)
  }

  @Test func `A file cut anywhere is refused or read, never a crash`() {
    let file = Self.bytes(Self.everything, [[1, 2, 3], [4]])
    for count in 0..<file.count - 1 { _ = try? CoredumpReader(Array(file[..<count])) }
    #expect(throws: CoredumpError.self) { try CoredumpReader(Array(file[..<20])) }
  }

  @Test func `Any single damaged byte is survived`() {
    let file = Self.bytes(Self.everything, [[1, 2, 3], [4]])
    for at in 0..<file.count {
      for value: UInt8 in [0x00, 0x7F, 0x80, 0xFF] {
        var damaged = file
        damaged[at] = value
        _ = try? CoredumpReader(damaged)
      }
    }
  }

  @Test func `A module that is no coredump is refused with a reason`() {
    let empty: [UInt8] = [0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00]
    #expect(throws: CoredumpError(offset: 8, reason: "no core section: not a coredump")) {
      try CoredumpReader(empty)
    }
  }

  @Test func `A lying count asks for no memory`() {
    let file: [UInt8] =
      [0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00]
      + [0x05, 0x05, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]
    #expect(throws: CoredumpError(offset: 15, reason: "4294967295 items in 0 bytes")) {
      try CoredumpReader(file)
    }
  }
}
