import Foundation
import Postmortem
import Runtime
import TestKit
import Testing

@Suite("A coredump")
struct CoredumpTests {
  /// Something of every kind of record.
  static let everything: Coredump = {
    var dump = conventional
    dump.stop = Coredump.Stop(kind: "memory-out-of-bounds", message: "out of bounds")
    dump.stop?.opcode = [0xFC, 0x0A]
    dump.stop?.mnemonic = "memory.copy"
    dump.stop?.access = MemoryFault(
      address: 0x1_0000_0001, accessSize: nil, memorySize: 0x2_0000, memory: 300)
    dump.stop?.isApproximate = true
    dump.stop?.framesBeforeGap = 1
    dump.stop?.framesLeftOut = 70_000
    dump.stop?.framesWithoutValues = 1
    dump.build = Coredump.Build(
      console: "0.1.0", cartID: "demo.crash", cartTitle: "Crash", cpuFeatures: ["avx", "bmi2"],
      modules: [
        .init(sha256: (0..<32).map { $0 * 8 }, byteCount: 1 << 33, buildID: [1, 2, 3])
      ])
    dump.codeHashes = [[UInt8](repeating: 0xAB, count: 32), []]
    dump.callback = Coredump.Callback(name: "update", frame: 312)
    dump.hostFrames = [.init(position: 0, name: "env.f"), .init(position: 2, name: "")]
    dump.wideValues = [
      .init(place: .local(frame: 1, index: 0), value: .v128(low: 1, high: .max)),
      .init(place: .operand(frame: 1, index: 1), value: .funcref(.function(instance: 0, index: 9))),
      .init(place: .global(5), value: .funcref(.hostFunction("env.f"))),
      .init(place: .global(6), value: .externref(.host(.max))),
      .init(place: .local(frame: 1, index: 5), value: .exnref(.exception(1))),
    ]
    dump.exceptions = [
      .init(tag: nil, values: []),
      .init(
        tag: "error",
        values: [
          .plain(.i32(0x8000_0000)), .plain(.i64(.max)), .plain(.f32(1)), .plain(.f64(2)),
          .plain(.missing), .wide(.v128(low: 3, high: 4)), .wide(.funcref(.null)),
          .wide(.externref(.host(5))), .wide(.exnref(.exception(0))),
        ]),
    ]
    dump.tables = [
      .init(
        element: .funcref, maximum: 10,
        runs: [
          .init(count: 3, reference: .null),
          .init(count: 1, reference: .function(instance: 0, index: 300)),
          .init(count: 1 << 40, reference: .missing),
        ]),
      .init(element: .externref, maximum: nil, runs: []),
      .init(
        element: .exnref, maximum: nil, runs: [.init(count: 2, reference: .exception(0))]),
    ]
    dump.links = [
      .init(tables: [0, 1], liveDataSegments: [3], liveElementSegments: [0, 128])
    ]
    return dump
  }()

  /// What the tool conventions have a form for.
  private static let conventional = Coredump(
    executableName: "demo.crash", moduleNames: ["demo.crash"],
    instances: [.init(module: 0, memories: [0, 1], globals: [0, 1, 2, 3, 4, 5, 6])],
    threads: [
      .init(
        name: "main",
        frames: [
          .init(instance: 0, function: 300, codeOffset: 39),
          .init(
            instance: 0, function: 2, codeOffset: 70_000,
            locals: [
              .missing, .i32(0xFFFF_FFFB), .i64(.max), .f32(0x7FC0_0001), .f64(1), .missing,
            ],
            stack: [.i64(1 << 63), .missing, .i32(0x8000_0000)]),
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

  static func bytes(
    _ dump: Coredump, _ contents: [[UInt8]], segmentLimit: Int = 65_536,
    sectionLimit: Int = 0xFFFF_FFFF
  ) -> [UInt8] {
    let buffers = contents.map { bytes in
      let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 8)
      copy.copyBytes(from: bytes)
      return copy
    }
    defer { for buffer in buffers { buffer.deallocate() } }
    var file: [UInt8] = []
    CoredumpWriter(
      dump, contents: buffers.map { UnsafeRawBufferPointer($0) }, segmentLimit: segmentLimit,
      sectionLimit: sectionLimit
    ).write { file.append(contentsOf: $0) }
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

  @Test func `A dump from before memories were told has its fault in memory 0`() throws {
    var dump = Self.everything
    dump.stop?.access?.memory = 0
    var file = Self.bytes(dump, [])
    let name = Array("glowjar.trap".utf8)
    let start = try #require(
      file.indices.first { file[$0...].prefix(name.count).elementsEqual(name) })
    let size = start - 2
    // The memory is the byte behind its size, 0x20000.
    let place = try #require(
      file.indices.first { $0 > start && file[$0...].prefix(4).elementsEqual([0x80, 0x80, 8, 0]) })
    file.remove(at: place + 3)
    file[start + name.count] = 0
    file[size] -= 1
    #expect(try CoredumpReader(file).dump == dump)
    file[start + name.count] = 2
    #expect(throws: CoredumpError.self) { try CoredumpReader(file) }
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

  @Test(arguments: [(1, 1), (2, 1), (3, 3), (5, 3), (6, 6), (100, 6)])
  func `More parts than a file may list are joined, the nearest first`(
    limit: Int, segments: Int
  ) throws {
    var contents = [UInt8](repeating: 0, count: 131_072)
    for at in [0, 40_000, 80_000] {
      contents[at + 100] = 1
      contents[at + 109] = 2
      contents[at + 5100] = 3
    }
    let file = Self.bytes(Self.everything, [contents], segmentLimit: limit)
    #expect(try images(file)[0] == contents)
    #expect(try CoredumpReader(file).segments.count == segments)
  }

  @Test(arguments: [
    (0, 0), (1, 1), (40, 40), (4095, 4095), (4096, 4096), (4100, 4096), (4104, 4096), (4105, 4097),
    (50_000, 49_992),
  ])
  func `What a section has no room for is left out and counted`(
    missing: Int, leftOut: Int
  ) throws {
    var contents = [UInt8](repeating: 3, count: 131_072)
    contents.replaceSubrange(122_880..<126_976, with: repeatElement(0, count: 4096))
    // The number of segments, then for each mode, address and length, and its bytes.
    let size = 1 + (4 + 3) + 122_880 + (6 + 2) + 4096
    let file = Self.bytes(Self.everything, [contents], sectionLimit: size - missing)
    let image = try images(file)[0]
    #expect(image.count { $0 != 0 } == 126_976 - leftOut)
    #expect(zip(image, contents).allSatisfy { $0 == $1 || $0 == 0 })
    #expect(try CoredumpReader(file).dump.stop?.contentsLeftOut == UInt64(leftOut))
  }

  @Test func `A gibibyte that was hardly touched is not read`() throws {
    let size = 1 << 30
    let memory = try #require(
      mmap(
        nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0))
    defer { munmap(memory, size) }
    let places = [0, 12_345_678, size - 1]
    for place in places { memory.storeBytes(of: 7, toByteOffset: place, as: UInt8.self) }
    var dump = Self.everything
    dump.memories = [.init(pages: 16384, maximum: nil)]
    var file: [UInt8] = []
    CoredumpWriter(dump, contents: [UnsafeRawBufferPointer(start: memory, count: size)])
      .write { file.append(contentsOf: $0) }
    #expect(try CoredumpReader(file).segments.map { Int($0.address) } == places)
    var resident = [UInt8](repeating: 0, count: size / 4096)
    #expect(mincore(memory, size, &resident) == 0)
    // A huge page may be more than was asked for; a read of everything would give all of them.
    #expect(resident.count { $0 & 1 == 1 } <= 3 * 512)
  }

  @Test func `Contents beyond a memory's end are refused`() throws {
    var file = Self.bytes(Self.everything, [[1, 2, 3], []])
    let address = try #require(CoredumpReader(file).segments.first).range.lowerBound - 3
    #expect(file[address] == 0)
    // The same segment at address -1: a file of the same length.
    file[address] = 0x7F
    #expect(throws: CoredumpError.self) { try CoredumpReader(file) }
  }

  @Test(arguments: 0..<16)
  func `A file damaged in many places is refused or read, never a crash`(seed: UInt64) {
    let file = Self.bytes(Self.everything, [[1, 2, 3], [4]])
    var random = SeededGenerator(state: seed)
    for _ in 0..<500 {
      var damaged = file
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let at = Int.random(in: 8..<damaged.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: damaged[at] = UInt8.random(in: 0...255, using: &random)
        case 1: damaged.remove(at: at)
        case 2: damaged.insert(UInt8.random(in: 0...255, using: &random), at: at)
        default:
          // The greatest numbers of 32 and 64 bits, where a count or size may be.
          let number = [UInt8](repeating: 0xFF, count: Bool.random(using: &random) ? 4 : 9)
          damaged.replaceSubrange(at..<min(at + 1, damaged.count), with: number + [0x01])
        }
      }
      if let reader = try? CoredumpReader(damaged) {
        #expect(reader.segments.allSatisfy { $0.range.upperBound <= damaged.count })
      }
    }
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
