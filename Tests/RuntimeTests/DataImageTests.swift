import CMachine
import Engine
import Foundation
import Runtime
import TestKit
import Testing

/// Data segments, few or many, as they end up in memories.
@Suite("Data segments in memories") struct DataImageTests {
  /// A segment as a test says it and as the module has it.
  private struct Segment {
    enum Place {
      case constant(Int)
      /// At the value of global 0.
      case global
      case passive
    }
    var place: Place
    var memory = 0
    var bytes: [UInt8]

    var encoded: [UInt8] {
      let content = ModuleBuilder.leb(bytes.count) + bytes
      let offset: [UInt8]
      switch place {
      case .constant(let address): offset = Op.i32(Int32(truncatingIfNeeded: address))
      case .global: offset = [0x23, 0]
      case .passive: return [1] + content
      }
      return [2] + ModuleBuilder.leb(memory) + offset + Op.end + content
    }
  }

  private static let globalValue = 70_000
  private static let pages = [5, 9]

  /// Two memories, the first of them imported if wanted, and a table of another module's that this one
  /// puts a function into: `init` copies a byte of segment 0 to address 0.
  private func module(_ segments: [Segment], importsMemory: Bool = false) -> [UInt8] {
    var module = ModuleBuilder()
    module.importTable("other", "table", size: 1)
    if importsMemory {
      module.importMemory("other", "memory", pages: Self.pages[0])
    } else {
      module.memory(pages: Self.pages[0])
    }
    module.anotherMemory(pages: Self.pages[1], maximum: 20)
    module.sections[6] = [1, 0x7F, 0] + Op.i32(Int32(Self.globalValue)) + Op.end
    module.sections[12] = ModuleBuilder.leb(segments.count)
    module.sections[11] = ModuleBuilder.leb(segments.count) + segments.flatMap(\.encoded)
    module.add(
      [], [.i32], export: "init",
      Op.i32(0) + Op.i32(0) + Op.i32(1) + [0xFC, 8, 0, 0] + Op.i32(0) + [0x2D, 0, 0])
    module.sections[9] = [1, 0, 0x41, 0, 0x0B, 1, 0]
    return module.bytes
  }

  private func compile(_ file: [UInt8], pieces: Int?) throws -> CompiledModule {
    guard let pieces else { return try CompiledModule(compiling: Module(decoding: file)) }
    var compiler = StreamingCompiler()
    for start in stride(from: 0, to: file.count, by: pieces) {
      try compiler.append(Array(file[start..<min(start + pieces, file.count)]))
    }
    return try compiler.finish()
  }

  /// What instantiation leaves: whether it came to its end, the memories, and the function in the table.
  private func run(
    _ compiled: CompiledModule
  ) throws -> (isWhole: Bool, memories: [Memory], leaked: Function) {
    let store = Store()
    let tableType = TableType(element: .funcref, limits: Limits(minimum: 1))
    let table = try #require(store.makeTable(tableType))
    let memory = try #require(
      store.makeMemory(MemoryType(limits: Limits(minimum: UInt64(Self.pages[0])))))
    var imports = Imports()
    let other = Array("other".utf8)
    imports.define(module: other, name: Array("table".utf8), .table(table))
    imports.define(module: other, name: Array("memory".utf8), .memory(memory))
    var isWhole = true
    do throws(InstantiationError) {
      _ = try Instance(compiled, imports: imports, store: store)
    } catch {
      guard case .trap(let trap) = error, trap.kind == .memoryOutOfBounds else { throw error }
      isWhole = false
    }
    let instance = try #require(store.instances.first)
    return (isWhole, instance.memories, try #require(instance.function(0)))
  }

  /// What the memories must be, written as the specification says.
  private func model(_ segments: [Segment]) -> (isWhole: Bool, memories: [[UInt8]]) {
    var memories = Self.pages.map { [UInt8](repeating: 0, count: $0 << 16) }
    for segment in segments {
      let start: Int
      switch segment.place {
      case .passive: continue
      case .global: start = Self.globalValue
      case .constant(let address): start = address
      }
      guard start + segment.bytes.count <= memories[segment.memory].count else {
        return (false, memories)
      }
      memories[segment.memory].replaceSubrange(
        start..<start + segment.bytes.count, with: segment.bytes)
    }
    return (true, memories)
  }

  private func expectModel(_ segments: [Segment], importsMemory: Bool, _ comment: Comment) throws {
    let file = module(segments, importsMemory: importsMemory)
    let wanted = model(segments)
    for pieces in [nil, 1 << 16, 997] {
      let compiled = try compile(file, pieces: pieces)
      for _ in 1...2 {
        let found = try run(compiled)
        #expect(found.isWhole == wanted.isWhole, comment)
        for (memory, bytes) in zip(found.memories, wanted.memories) {
          #expect(bytes.withUnsafeBytes { memory.contents.all.elementsEqual($0) }, comment)
        }
      }
    }
  }

  private func random(_ count: Int, _ generator: inout SeededGenerator) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    for i in bytes.indices { bytes[i] = UInt8.random(in: 1...255, using: &generator) }
    return bytes
  }

  @Test("They are where the specification puts them, up to the first that is out of bounds")
  func likeTheModel() throws {
    var generator = SeededGenerator(state: 7)
    for round in 0..<60 {
      var segments: [Segment] = []
      for _ in 0..<Int.random(in: 1...12, using: &generator) {
        let size = [0, 1, 5000, 40_000, 100_000].randomElement(using: &generator) ?? 0
        let kind = Int.random(in: 0..<20, using: &generator)
        let memory = kind == 0 ? 1 : 0
        let room = Self.pages[memory] << 16
        let place: Segment.Place =
          switch kind {
          case 1: .global
          case 2: .passive
          case 3: .constant(room - size)
          case 4: .constant(room - size + 1)
          default: .constant(Int.random(in: 0...room - size, using: &generator))
          }
        segments.append(
          Segment(place: place, memory: memory, bytes: random(size, &generator)))
      }
      try expectModel(segments, importsMemory: round % 4 == 0, "round \(round)")
    }
  }

  /// Of a size that is worth an image.
  private func large(at address: Int, _ fill: UInt8, count: Int = 150_001) -> Segment {
    Segment(place: .constant(address), bytes: [UInt8](repeating: fill, count: count))
  }

  @Test("Two instances write to copies of their own")
  func apart() throws {
    let file = module([large(at: 1000, 5)])
    let compiled = try compile(file, pieces: 1000)
    #expect(compiled.dataImage?.segmentCount == 1)
    let (one, two) = (try run(compiled), try run(compiled))
    #expect(one.memories[0].contents.write(UInt64.max, at: 5000))
    #expect(two.memories[0].contents.read(UInt64.self, at: 5000) == 0x0505_0505_0505_0505)
    let three = try run(compiled)
    #expect(three.memories[0].contents.read(UInt8.self, at: 5000) == 5)
  }

  @Test("What comes into the address space of one that has gone finds zeros")
  func afterwards() throws {
    let compiled = try compile(module([large(at: 1000, 5)]), pieces: nil)
    for _ in 1...20 {
      do {
        let found = try run(compiled)
        #expect(found.memories[0].contents.write(UInt64.max, at: 5000))
        #expect(found.memories[0].contents.write(UInt64.max, at: 300_000))
      }
      let passive = Segment(place: .passive, bytes: [1])
      let empty = try run(compile(module([passive]), pieces: nil))
      #expect(empty.memories[0].contents.all.allSatisfy { $0 == 0 })
    }
  }

  @Test("A segment behind one that is out of bounds can still be copied by a function that got out")
  func undropped() throws {
    let segments = [large(at: 0, 3, count: 100), large(at: 5 << 16, 4)]
    let found = try run(compile(module(segments), pieces: nil))
    #expect(!found.isWhole)
    // Segment 0 was dropped, so that nothing can be copied from it.
    #expect(throws: Trap.self) { try found.leaked.call() }
    let first = try run(compile(module([large(at: 5 << 16, 9)]), pieces: 777))
    #expect(!first.isWhole)
    #expect(try first.leaked.call() == [.i32(9)])
  }

  @Test("No data is in memory if a table's segment before it was out of bounds")
  func elementsFirst() throws {
    var module = ModuleBuilder()
    module.memory(pages: 4)
    module.table(size: 0, elements: [0])
    module.add([], [], Op.nop)
    module.data(at: 0, [UInt8](repeating: 7, count: 200_000))
    let store = Store()
    let compiled = try compile(module.bytes, pieces: nil)
    #expect(throws: InstantiationError.self) {
      try Instance(compiled, imports: Imports(), store: store)
    }
    let memory = try #require(store.instances.first?.memories.first)
    #expect(memory.contents.all.allSatisfy { $0 == 0 })
  }

  @Test("Segments far apart do not make a file of many pages") func sparse() throws {
    var module = ModuleBuilder()
    module.memory(pages: 65_536)
    module.data(at: 0, [UInt8](repeating: 1, count: 200_000))
    module.data(at: 0xFFFF_FFFF, [1])
    for i in 1..<30_000 { module.data(at: UInt32(i) << 17, [1]) }
    // More heads of segments than bytes of data.
    var heads = ModuleBuilder()
    heads.memory(pages: 65_536)
    for i in 0..<60_000 { heads.data(at: UInt32(i) << 16, [1]) }
    for file in [module.bytes, heads.bytes] {
      for pieces in [nil, 1 << 16] {
        let image = try #require(try compile(file, pieces: pieces).dataImage)
        #expect(image.segmentCount <= 2)
        var state = stat()
        #expect(fstat(image.file.file, &state) == 0)
        #expect(state.st_size < 1 << 20 && state.st_blocks * 512 < 1 << 20)
      }
    }
  }

  @Test("Pages of data count as touched") func touched() throws {
    var module = ModuleBuilder()
    module.memory(pages: 40)
    module.data(at: 100_000, [UInt8](repeating: 6, count: 300_000))
    let instance = try Instance(
      compile(module.bytes, pieces: 4096), imports: Imports(), store: Store())
    let memory = try #require(instance.memories.first)
    let ranges = Array(TouchedPages(memory.contents.all))
    #expect(ranges.reduce(0) { $0 + $1.count } < 400_000)
    #expect((100_000..<400_000).allSatisfy { at in ranges.contains { $0.contains(at) } })
  }

  @Test("A head that is cut off anywhere is the same error as in a file, in pieces of any size")
  func damagedHeads() throws {
    let long = Op.i32(1) + times(2000, Op.i32(1) + [0x6A])
    let heads: [[UInt8]] = [
      [1, 0] + long + Op.end + [200], [1, 0] + long, [2, 3] + long, [1, 2, 1] + long,
      [1, 0] + long + [0xFF], [1, 1, 0xFF, 0xFF, 0xFF], [2, 1, 1], [1, 0] + long + [0x6A] + long,
    ]
    for (index, head) in heads.enumerated() {
      for missing in [0, 1, 10, 1000] where missing < head.count {
        var module = ModuleBuilder()
        module.memory(pages: 1)
        module.sections[11] = head
        let file = Array(module.bytes.dropLast(missing))
        let whole = #expect(throws: (any Error).self) { try compile(file, pieces: nil) }
        for pieces in [1, 7, 1000] {
          let found = #expect(throws: ModuleError.self) { try compile(file, pieces: pieces) }
          #expect(found.map { "\($0)" } == whole.map { "\($0)" }, "\(index), \(missing)")
        }
      }
    }
  }
}
