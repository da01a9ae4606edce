import Console
import Engine
import Runtime

@testable import Firefly

/// A cart's memory and state with nothing running: calls host functions as a cart would.
final class HostBench {
  let state: FireflyState
  let memory: Memory
  private let store = Store()

  init(
    files: [String: [UInt8]] = [:], settings: PlayerSettings = PlayerSettings(),
    storage: any Storage = MemoryStorage(), system: (any StorageTree)? = nil,
    today: CalendarDate? = nil
  ) throws {
    let options = ConsoleOptions(
      seed: 1, settings: settings, storage: storage, system: system, today: today)
    state = FireflyState(
      files: CartFiles(files), services: ProfileServices(options: options))
    state.data.open()
    let type = MemoryType(limits: Limits(minimum: 1, maximum: 1))
    guard let memory = store.makeMemory(type) else { throw HostCallError.noMemory }
    self.memory = memory
    state.memory = memory.contents
  }

  /// Calls `module.name`; returns the result's word, 0 without one.
  @discardableResult
  func call(_ name: String, _ arguments: Int...) throws -> UInt64 {
    try call(name, arguments)
  }

  @discardableResult
  func call(_ name: String, _ arguments: [Int]) throws -> UInt64 {
    let parts = name.split(separator: ".").map(String.init)
    for module in HostModule.all {
      let named = module.functions(module: parts[0], name: parts[1])
      if let function = named.first(where: { $0.type.parameters.count == arguments.count }) {
        return try call(
          function, of: module, arguments.map { UInt64(UInt32(truncatingIfNeeded: $0)) })
      }
    }
    throw HostCallError("no function \(name) with \(arguments.count) parameters")
  }

  @discardableResult
  func call(_ function: HostImport, of module: HostModule, _ words: [UInt64]) throws -> UInt64 {
    let callee = store.makeFunction(function.function(of: module, for: state))
    var words = words + Array(repeating: 0, count: callee.rawValueCount)
    return try words.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return 0 }
      do throws(Trap) {
        try callee.callRaw(base)
      } catch {
        throw HostError(error.message)
      }
      return function.type.results.isEmpty ? 0 : base[0]
    }
  }

  /// Puts bytes into the memory.
  func write(_ bytes: [UInt8], at address: UInt32) {
    memory.contents.mutableBytes(at: address, count: UInt32(bytes.count))?.copyBytes(from: bytes)
  }

  func read(_ address: UInt32, _ count: UInt32) -> [UInt8] {
    memory.contents.bytes(at: address, count: count).map { Array($0) } ?? []
  }

  /// What has been logged since the last look.
  var log: [String] { state.services.log.drain().map(\.text) }
}
