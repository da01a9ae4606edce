import Engine
import Runtime
import TestKit
import Testing

/// What a trap says of the access that failed.
@Suite struct MemoryFaultTests {
  /// Loads and stores by code: bytes accessed, and the value's type.
  private static let accesses: [(code: UInt8, size: Int, type: ValueType)] = [
    (0x28, 4, .i32), (0x29, 8, .i64), (0x2A, 4, .f32), (0x2B, 8, .f64), (0x2C, 1, .i32),
    (0x2D, 1, .i32), (0x2E, 2, .i32), (0x2F, 2, .i32), (0x30, 1, .i64), (0x31, 1, .i64),
    (0x32, 2, .i64), (0x33, 2, .i64), (0x34, 4, .i64), (0x35, 4, .i64), (0x36, 4, .i32),
    (0x37, 8, .i64), (0x38, 4, .f32), (0x39, 8, .f64), (0x3A, 1, .i32), (0x3B, 2, .i32),
    (0x3C, 1, .i64), (0x3D, 2, .i64), (0x3E, 4, .i64),
  ]
  private static let offsets: [UInt32] = [0, 1, 65535, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF]

  /// A function for each access and offset: one parameter as index, all constants otherwise.
  ///
  /// Stores write a value that is in a register (even functions) or a constant.
  private static func module(pages: Int) -> [UInt8] {
    var module = ModuleBuilder()
    module.memory(pages: pages)
    for access in accesses {
      for offset in offsets {
        let name = "\(access.code)-\(offset)"
        if access.code < 0x36 {
          module.add(
            [.i32], [access.type], export: name,
            Op.localGet(0) + Op.memory(access.code, offset: offset))
          continue
        }
        let zero: [UInt8] =
          switch access.type {
          case .i32: Op.i32(0)
          case .i64: Op.i64(0)
          case .f32: Op.f32(0)
          default: Op.f64(0)
          }
        module.add(
          [.i32, access.type], [], export: name,
          Op.localGet(0) + Op.localGet(1) + Op.memory(access.code, offset: offset))
        module.add(
          [.i32], [], export: name + "-constant",
          Op.localGet(0) + zero + Op.memory(access.code, offset: offset))
      }
    }
    return module.bytes
  }

  @Test(
    arguments: CodegenMode.allCases.map { ($0, 1) }
      + [(.host, 0), (.host, 2), (.explicitBounds, 0), (.explicitBounds, 2)])
  func `The last byte in range is accessed, one further traps with address and size`(
    mode: CodegenMode, pages: Int
  ) throws {
    let instance = try mode.instantiate(Self.module(pages: pages))
    let length = UInt64(pages) * 65536
    for access in Self.accesses {
      for offset in Self.offsets {
        let name = "\(access.code)-\(offset)"
        let isStore = access.code >= 0x36
        let function = try #require(instance.export(named: name)?.function)
        let constant = instance.export(named: name + "-constant")?.function
        let last = Int64(length) - Int64(offset) - Int64(access.size)
        let indices = [
          0, last - 1, last, last + 1, last + Int64(access.size), 0x7FFF_FFFF, 0x8000_0000,
          0xFFFF_FFFF,
        ]
        for index in Set(indices) where (0...0xFFFF_FFFF).contains(index) {
          let isInside = index <= last
          let arguments = [Value.i32(UInt32(index))] + (isStore ? [.zero(access.type)] : [])
          func check(_ call: () throws -> [Value]) {
            do {
              let results = try call()
              #expect(
                isInside && results == (isStore ? [] : [.zero(access.type)]), "\(name) \(index)")
            } catch let trap as Trap {
              #expect(!isInside, "\(name) \(index)")
              #expect(
                trap.fault
                  == MemoryFault(
                    address: UInt64(index) + UInt64(offset), accessSize: access.size,
                    memorySize: length), "\(name) \(index)")
            } catch {
              Issue.record(error)
            }
          }
          check { try function.call(arguments) }
          if let constant { check { try constant.call([.i32(UInt32(index))]) } }
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
