import Engine
import Foundation
import Runtime
import TestKit
import Testing

/// Memories whose address space was another's before.
@Suite("Memories one after the other") struct KeptMappingTests {
  /// A cart with a memory of so many pages: `fill` writes all of it, `sum` reads all of it, `load` one
  /// byte.
  private static func cart(pages: Int) -> [UInt8] {
    var module = ModuleBuilder()
    module.memory(pages: pages)
    module.add([.i32], [.i32], export: "load", Op.localGet(0) + [0x2D, 0, 0])
    module.add(
      [.i32], [.i32], export: "grow",
      Op.localGet(0) + Op.memoryGrow + Op.drop + Op.memorySize)
    module.add(
      [], [], export: "fill",
      Op.i32(0) + Op.i32(0xAA) + Op.memorySize + Op.i32(16) + Op.i32shl + Op.memoryFill)
    return module.bytes
  }

  private func call(_ instance: Instance, _ name: String, _ argument: UInt32? = nil) throws
    -> [Value]
  {
    let function = try #require(instance.export(named: name)?.function)
    return try function.call(argument.map { [.i32($0)] } ?? [])
  }

  @Test(
    "Each is zero and ends where it should, whatever was there before",
    arguments: CodegenMode.allCases)
  func zeroed(_ mode: CodegenMode) throws {
    // Small after large and large after small; some beyond what stays open.
    for (pages, growth) in [(1, 0), (5, 60), (1, 0), (2, 1), (1, 1), (64, 100), (3, 0), (0, 2)] {
      let instance = try mode.instantiate(Self.cart(pages: pages))
      let memory = try #require(instance.memories.first)
      let size = UInt32(pages + growth)
      func isZero() -> Bool {
        let bytes = memory.contents.all
        guard let start = bytes.baseAddress, let first = bytes.first else { return true }
        return first == 0 && memcmp(start, start + 1, bytes.count - 1) == 0
      }
      #expect(isZero(), "\(pages) pages")
      #expect(try call(instance, "grow", UInt32(growth)) == [.i32(size)])
      #expect(isZero(), "\(pages) pages and \(growth) more")
      if size > 0 { #expect(try call(instance, "load", size << 16 - 1) == [.i32(0)]) }
      #expect(throws: Trap.self) { try call(instance, "load", size << 16) }
      _ = try call(instance, "fill")
      #expect(try call(instance, "load", size << 16 - 1) == [.i32(0xAA)])
    }
  }

  @Test("Those that live at the same time share nothing") func apart() throws {
    let instances = try (0..<40).map { _ in try CodegenMode.host.instantiate(Self.cart(pages: 1)) }
    for instance in instances {
      #expect(try call(instance, "load", 77) == [.i32(0)])
      _ = try call(instance, "fill")
    }
    let others = try (0..<40).map { _ in try CodegenMode.host.instantiate(Self.cart(pages: 1)) }
    for instance in others { #expect(try call(instance, "load", 77) == [.i32(0)]) }
    for instance in instances { #expect(try call(instance, "load", 77) == [.i32(0xAA)]) }
  }

  @Test("A memory as large as a stack that has gone is whole, wherever it begins")
  func afterStacks() throws {
    // Below a stack lie a guard and slack, around a memory with compared addresses two pages: both are
    // 256 KiB. What lies between them here makes them begin at no multiple of 64 KiB.
    var module = ModuleBuilder()
    module.memory(pages: 1, maximum: 1)
    module.add([.i32], [.i32], export: "load", Op.localGet(0) + [0x2D, 0, 0])
    module.add(
      [], [], export: "fill", Op.i32(0) + Op.i32(0xAA) + Op.i32(65536) + Op.memoryFill)
    for _ in 0..<8 {
      // Several at a time, at addresses of all kinds.
      let others = (1...12).map {
        mmap(nil, $0 << 12, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
      }
      do { _ = try (0..<12).map { _ in try stack(module.bytes) } }
      for (i, other) in others.enumerated() { munmap(other, (i + 1) << 12) }
      let memories = try (0..<12).map { _ in
        try CodegenMode.explicitBounds.instantiate(module.bytes)
      }
      for instance in memories {
        #expect(try call(instance, "load", 0) == [.i32(0)])
        #expect(try call(instance, "load", 65535) == [.i32(0)])
        _ = try call(instance, "fill")
      }
      for instance in memories { #expect(try call(instance, "load", 65535) == [.i32(0xAA)]) }
    }
  }

  /// An instance on a stack of 128 KiB that has been used.
  private func stack(_ bytes: [UInt8]) throws -> Instance {
    let instance = try CodegenMode.host.instantiate(bytes, stackBytes: 128 << 10)
    _ = try call(instance, "fill")
    return instance
  }
}
