import Engine
import Runtime
import TestKit
import Testing

/// What a trap says of the access that failed.
@Suite struct MemoryFaultTests {
  /// Loads and stores, those of vectors and lanes too, from the table of instructions.
  private struct Access {
    var name: String
    var code: [UInt8]
    /// What follows the offset: a lane.
    var tail: [UInt8]
    var size: Int
    /// The operands behind the index: what is stored, or what a lane is loaded into.
    var operands: [ValueType]
    var results: [ValueType]
  }

  private static let letters: [Character: ValueType] = [
    "i": .i32, "l": .i64, "f": .f32, "d": .f64, "v": .v128,
  ]

  private static let accesses: [Access] = InstructionTable.rows.compactMap { row in
    guard row.immediates == .memory || row.immediates == .memoryAndLane,
      let sides = row.signature?.split(separator: ":", omittingEmptySubsequences: false),
      sides[0].first == "i"
    else { return nil }
    return Access(
      name: row.mnemonic,
      code: row.prefix == 0 ? [UInt8(row.code)] : [row.prefix] + ModuleBuilder.leb(Int(row.code)),
      tail: row.immediates == .memoryAndLane ? [row.lanes - 1] : [], size: 1 << Int(row.alignment),
      operands: sides[0].dropFirst().compactMap { letters[$0] },
      results: sides[1].compactMap { letters[$0] })
  }
  /// Which memory is accessed.
  enum Place: CaseIterable {
    /// Memory 0, behind which there is a guard.
    case first
    /// A memory beside it, which is checked.
    case second
    /// One with 64-bit addresses.
    case wide

    var index: Int { self == .second ? 1 : 0 }
    fileprivate var indexType: ValueType { self == .wide ? .i64 : .i32 }

    fileprivate var offsets: [UInt64] {
      let narrow: [UInt64] = [0, 1, 65535, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF]
      return self == .wide ? narrow + [1 << 32, 1 << 63, .max] : narrow
    }

    /// What stands between an access's code and its offset.
    fileprivate var flags: [UInt8] { self == .second ? [0x40, 1] : [0] }

    fileprivate func value(_ index: UInt64) -> Value {
      self == .wide ? .i64(index) : .i32(UInt32(truncatingIfNeeded: index))
    }
  }

  private static func zero(_ type: ValueType) -> [UInt8] {
    switch type {
    case .i32: Op.i32(0)
    case .i64: Op.i64(0)
    case .f32: Op.f32(0)
    case .f64: Op.f64(0)
    default: [0xFD, 0x0C] + [UInt8](repeating: 0, count: 16)
    }
  }

  /// A function for each access and offset: the index and other operands as parameters, and where there
  /// are others once more with constants for them.
  private static func module(_ place: Place, pages: Int) -> [UInt8] {
    var module = ModuleBuilder()
    switch place {
    case .first: module.memory(pages: pages)
    case .second:
      module.memory(pages: 3)
      module.anotherMemory(pages: pages, maximum: pages)
    case .wide: module.sections[5] = [1, 4] + ModuleBuilder.leb(pages)
    }
    for access in accesses {
      for offset in place.offsets {
        let name = "\(access.name)-\(offset)"
        let code = access.code + place.flags + ModuleBuilder.leb(offset) + access.tail
        let others = access.operands.indices.flatMap { Op.localGet($0 + 1) }
        module.add(
          [place.indexType] + access.operands, access.results, export: name,
          Op.localGet(0) + others + code)
        if access.operands.isEmpty { continue }
        module.add(
          [place.indexType], access.results, export: name + "-constant",
          Op.localGet(0) + access.operands.flatMap { zero($0) } + code)
      }
    }
    return module.bytes
  }

  @Test(
    arguments: CodegenMode.allCases.map { ($0, 1) }
      + [(.host, 0), (.host, 2), (.explicitBounds, 0), (.explicitBounds, 2)]
      + [(.host, 65536), (.explicitBounds, 65536), (.spilled, 65536)])
  func `The last byte in range is accessed, one further traps with address and size`(
    mode: CodegenMode, pages: Int
  ) throws {
    try checkEdges(of: .first, mode, pages: pages)
  }

  @Test(arguments: CodegenMode.allCases, [Place.second, .wide])
  func `So it is in other memories and with 64-bit addresses`(
    mode: CodegenMode, place: Place
  ) throws {
    try checkEdges(of: place, mode, pages: 1)
  }

  private func checkEdges(of place: Place, _ mode: CodegenMode, pages: Int) throws {
    let instance = try mode.instantiate(Self.module(place, pages: pages), memoryBytes: 1 << 32)
    let length = UInt64(pages) * 65536
    #expect(Self.accesses.count >= 45)
    for access in Self.accesses {
      for offset in place.offsets {
        let name = "\(access.name)-\(offset)"
        let function = try #require(instance.export(named: name)?.function)
        let constant = instance.export(named: name + "-constant")?.function
        // One behind the last index that is inside; 0 if there is none.
        let room = length >= UInt64(access.size) ? length - UInt64(access.size) + 1 : 0
        let end = room > offset ? room - offset : 0
        var indices: Set<UInt64> = [0, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF]
        for step in [0, 1, UInt64(access.size)] { indices.insert(end + step) }
        if end > 0 { indices.formUnion([end - 1, end > 1 ? end - 2 : 0]) }
        if place == .wide { indices.formUnion([1 << 32, 1 << 63, .max, 0 &- offset]) }
        for index in indices where place == .wide || index <= 0xFFFF_FFFF {
          let isInside = index < end
          let arguments = [place.value(index)] + access.operands.map { .zero($0) }
          func check(_ call: () throws -> [Value]) {
            do {
              let results = try call()
              #expect(
                isInside && results == access.results.map { .zero($0) }, "\(name) \(index)")
            } catch let trap as Trap {
              #expect(!isInside, "\(name) \(index)")
              #expect(
                trap.fault
                  == MemoryFault(
                    address: index &+ offset, accessSize: access.size, memorySize: length,
                    memory: place.index), "\(name) \(index)")
            } catch {
              Issue.record(error)
            }
          }
          check { try function.call(arguments) }
          if let constant { check { try constant.call([place.value(index)]) } }
        }
      }
    }
  }

  @Test(arguments: CodegenMode.allCases)
  func `An access at a constant address tells it too`(mode: CodegenMode) throws {
    for address: UInt32 in [65533, 65536, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF] {
      var module = ModuleBuilder()
      module.memory(pages: 1)
      module.add(export: "it", Op.i32(bits: address) + Op.i32load(offset: 7) + Op.drop)
      let instance = try mode.instantiate(module.bytes)
      let trap = try #require(throws: Trap.self) {
        try instance.export(named: "it")?.function?.call()
      }
      #expect(
        trap.fault == MemoryFault(address: UInt64(address) + 7, accessSize: 4, memorySize: 65536))
    }
  }

  @Test(arguments: CodegenMode.allCases)
  func `A bulk operation tells its first byte and its length, and writes nothing`(
    mode: CodegenMode
  ) throws {
    var module = ModuleBuilder()
    module.memory(pages: 1)
    module.data(at: 0, [1, 2, 3, 4])
    module.add(
      [.i32, .i32, .i32], export: "fill",
      Op.localGet(0) + Op.localGet(1) + Op.localGet(2) + Op.memoryFill)
    module.add(
      [.i32, .i32, .i32], export: "copy",
      Op.localGet(0) + Op.localGet(1) + Op.localGet(2) + Op.memoryCopy)
    let instance = try mode.instantiate(module.bytes)
    func fault(_ name: String, _ arguments: [UInt32]) throws -> MemoryFault? {
      let function = try #require(instance.export(named: name)?.function)
      let trap = try #require(throws: Trap.self) { try function.call(arguments.map { .i32($0) }) }
      #expect(trap.kind == .memoryOutOfBounds && trap.frames.count == 1)
      return trap.fault
    }
    func expected(_ address: UInt64, _ size: Int) -> MemoryFault {
      MemoryFault(address: address, accessSize: size, memorySize: 65536)
    }
    #expect(try fault("fill", [65530, 9, 7]) == expected(65530, 7))
    #expect(try fault("fill", [65537, 9, 0]) == expected(65537, 0))
    #expect(try fault("copy", [65530, 0, 7]) == expected(65530, 7))
    #expect(try fault("copy", [0, 65534, 4]) == expected(65534, 4))
    #expect(try fault("copy", [0, 0xFFFF_FFFF, 0xFFFF_FFFF]) == expected(0xFFFF_FFFF, 0xFFFF_FFFF))
    let bytes = try #require(instance.memories.first?.contents.all)
    #expect(Array(bytes.prefix(4)) == [1, 2, 3, 4] && bytes.dropFirst(4).allSatisfy { $0 == 0 })
  }
}
