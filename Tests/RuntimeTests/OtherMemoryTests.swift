import Engine
import Runtime
import TestKit
import Testing

/// Memories beside memory 0, and memories with 64-bit addresses, at their edges.
@Suite struct OtherMemoryTests {
  private static let configs: [CodegenConfig] = [
    .host, CodegenConfig(bounds: .explicit),
    CodegenConfig(features: [], switches: .spillEverything),
  ]

  private static func instantiate(_ bytes: [UInt8], _ config: CodegenConfig) throws -> Instance {
    try Instance(
      CompiledModule(compiling: Module(decoding: bytes), config: config), imports: Imports(),
      store: Store())
  }

  private static func trap(_ instance: Instance, _ name: String, _ arguments: [Value]) throws
    -> Trap
  {
    let function = try #require(instance.export(named: name)?.function)
    return try #require(throws: Trap.self) { _ = try function.call(arguments) }
  }

  @Test(arguments: configs)
  func `An access beyond memory 1 tells that memory, its size and the address`(
    config: CodegenConfig
  ) throws {
    var module = ModuleBuilder()
    module.memory(pages: 3)
    module.anotherMemory(pages: 1, maximum: 2)
    module.add(
      [.i32], [.i64], export: "load",
      Op.localGet(0) + Op.memory(0x29, offset: 4, memory: 1))
    module.add(
      [.i32, .i32], [], export: "store",
      Op.localGet(0) + Op.localGet(1) + Op.memory(0x36, offset: 0x8000_0000, memory: 1))
    module.add(
      [.i32], [], export: "copy",
      Op.i32(0) + Op.localGet(0) + Op.i32(100) + [0xFC, 10, 0, 1])
    module.add([], [.i32], export: "grow", Op.i32(1) + [0x40, 1])
    let instance = try Self.instantiate(module.bytes, config)
    let load = try #require(instance.export(named: "load")?.function)
    #expect(try load.call([.i32(65524)]) == [.i64(0)])
    for address: UInt32 in [65525, 70_000, 0xFFFF_FFFF] {
      let trap = try Self.trap(instance, "load", [.i32(address)])
      #expect(
        trap.fault
          == MemoryFault(
            address: UInt64(address) + 4, accessSize: 8, memorySize: 65536, memory: 1))
      #expect(Array(trap.frameValues).first?.operands == [.i32(address)])
    }
    let store = try Self.trap(instance, "store", [.i32(0), .i32(1)])
    #expect(
      store.fault
        == MemoryFault(address: 0x8000_0000, accessSize: 4, memorySize: 65536, memory: 1))
    let copy = try Self.trap(instance, "copy", [.i32(65_500)])
    #expect(
      copy.fault == MemoryFault(address: 65_500, accessSize: 100, memorySize: 65536, memory: 1))
    let grow = try #require(instance.export(named: "grow")?.function)
    #expect(try grow.call() == [.i32(1)])
    #expect(try load.call([.i32(65525)]) == [.i64(0)])
    #expect(instance.memories.map(\.contents.count) == [3 << 16, 2 << 16])
  }

  @Test(arguments: configs)
  func `64-bit addresses never wrap, with any offset`(config: CodegenConfig) throws {
    var module = ModuleBuilder()
    module.sections[5] = [1, 4, 1]
    let offsets: [UInt64] = [0, 1, 65_528, 0x7FFF_FFFF, 0xFFFF_FFFF, 1 << 63, .max - 7, .max]
    for (i, offset) in offsets.enumerated() {
      let access = [0x29, 0] + ModuleBuilder.leb(offset)
      module.add([.i64], [.i64], export: "load\(i)", Op.localGet(0) + access)
      module.add([], [.i64], export: "constant\(i)", Op.i64(-8) + access)
    }
    let instance = try Self.instantiate(module.bytes, config)
    for (i, offset) in offsets.enumerated() {
      let load = try #require(instance.export(named: "load\(i)")?.function)
      for index: UInt64 in [0, 1, 65_528, 65_529, 1 << 32, 1 << 63, .max - 65_535, .max] {
        let (sum, overflows) = index.addingReportingOverflow(offset)
        if !overflows && sum <= 65_528 {
          #expect(try load.call([.i64(index)]) == [.i64(0)])
        } else {
          let trap = try Self.trap(instance, "load\(i)", [.i64(index)])
          #expect(trap.kind == .memoryOutOfBounds, "\(index) + \(offset)")
          #expect(trap.fault?.address == index &+ offset)
          #expect(Array(trap.frameValues).first?.operands == [.i64(index)])
        }
      }
      let trap = try Self.trap(instance, "constant\(i)", [])
      #expect(trap.kind == .memoryOutOfBounds)
    }
  }

  @Test func `A table of more elements than the limit is refused by name`() throws {
    var module = ModuleBuilder.function(code: [0x0B])
    module.sections[4] = [1, 0x70, 0] + ModuleBuilder.leb(10_000_001)
    let error = try #require(throws: InstantiationError.self) {
      _ = try Self.instantiate(module.bytes, .host)
    }
    #expect("\(error)" == "too many table elements: 10000001, this implementation takes 10000000")
  }
}
