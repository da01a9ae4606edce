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
}
