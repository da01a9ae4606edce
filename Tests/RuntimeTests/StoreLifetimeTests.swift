import Engine
import Foundation
import Runtime
import TestKit
import Testing

/// What is left after stores, instances and traps: nothing.
@Suite(.serialized) struct StoreLifetimeTests {
  private static let cart: [UInt8] = {
    var module = ModuleBuilder()
    module.memory(pages: 2)
    module.table(size: 10, elements: [0])
    module.global(.i32, Op.i32(1))
    module.add([.i32], [.i32], export: "load", Op.localGet(0) + Op.i32load())
    return module.bytes
  }()

  private static func trap(_ instance: Instance) -> Trap? {
    do {
      _ = try instance.export(named: "load")?.function?.call([.i32(0x0100_0000)])
      return nil
    } catch {
      return error
    }
  }

  /// Mappings of this process, their bytes, and open files.
  private static func usage() -> (mappings: Int, bytes: Int, files: Int) {
    let maps = (try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8)) ?? ""
    let sizes = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    let files = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    return (
      maps.split(separator: "\n").count, (Int(sizes.split(separator: " ").first ?? "") ?? 0) * 4096,
      files.count
    )
  }

  @Test func `A dropped store frees everything, but not while a trap lives`() throws {
    weak var store: Store?
    weak var compiled: CompiledModule?
    var trap: Trap?
    do {
      let instance = try CodegenMode.host.instantiate(Self.cart)
      store = instance.store
      compiled = instance.compiled
      trap = Self.trap(instance)
    }
    #expect(trap?.kind == .memoryOutOfBounds && trap?.frames.count == 1)
    #expect(store != nil && compiled != nil)
    #expect(trap?.frames.first?.name == "load")
    #expect(trap?.store.instances.first?.memories.first?.contents.count == 131072)
    trap = nil
    #expect(store == nil && compiled == nil)
  }

  @Test func `A watched store is freed like any other`() throws {
    weak var store: Store?
    do {
      let instance = try CodegenMode.host.instantiate(Self.cart)
      instance.store.callbackLimit = 1
      store = instance.store
      _ = Self.trap(instance)
    }
    #expect(store == nil)
  }

  @Test func `A thousand stores one after the other leave no mapping, file or address space`()
    async throws
  {
    // In a process of its own, where no other test makes mappings.
    await #expect(processExitsWith: .success) {
      func round(_ number: Int) throws {
        let mode = CodegenMode.allCases[number % CodegenMode.allCases.count]
        let instance = try mode.instantiate(Self.cart)
        #expect(try instance.export(named: "load")?.function?.call([.i32(0)]) == [.i32(0)])
        #expect(Self.trap(instance)?.frames.count == 1)
      }
      for number in 0..<20 { try round(number) }
      let before = Self.usage()
      for number in 0..<1000 { try round(number) }
      let after = Self.usage()
      #expect(after.files == before.files)
      #expect(after.mappings - before.mappings < 20)
      #expect(after.bytes - before.bytes < 64 << 20)
    }
  }

  @Test func `Thousands of traps leave nothing behind`() async throws {
    await #expect(processExitsWith: .success) {
      let instance = try CodegenMode.host.instantiate(Self.cart)
      for _ in 0..<500 { #expect(Self.trap(instance)?.fault?.address == 0x0100_0000) }
      let before = (Self.usage(), residentBytes())
      for _ in 0..<10_000 { #expect(Self.trap(instance) != nil) }
      let after = (Self.usage(), residentBytes())
      #expect(after.0.files == before.0.files && after.0.mappings - before.0.mappings < 8)
      #expect(after.1 - before.1 < 4 << 20)
    }
  }

  @Test(arguments: [64, 128, 512, 8192])
  func `Traps work on threads with stacks of any size`(kilobytes: Int) throws {
    let thread = PlainThread(stackSize: kilobytes << 10) {
      guard let instance = try? CodegenMode.host.instantiate(Self.cart) else { return false }
      return (0..<100).allSatisfy { _ in Self.trap(instance)?.frames.count == 1 }
    }
    #expect(thread.join())
  }
}
