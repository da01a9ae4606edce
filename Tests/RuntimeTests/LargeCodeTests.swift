import CMachine
import Engine
import Foundation
import Runtime
import TestKit
import Testing

/// Modules with more than half a megabyte of code, which is compiled into a file in memory and mapped
/// from there.
@Suite struct LargeCodeTests {
  private static let functions = 60
  /// Function i adds 1000 numbers to its argument, of which the last is i.
  private static let module: [UInt8] = {
    var builder = ModuleBuilder()
    for i in 0..<functions {
      let terms = (0..<1000).map { j in
        Op.localGet(0) + Op.i32(Int32(j == 999 ? i : j)) + Op.i32add + [0x6C] + Op.i32(7) + [0x73]
      }
      builder.add([.i32], [.i32], Op.localGet(0) + terms.joined())
    }
    return builder.bytes
  }()

  private static func expected(_ i: Int, _ argument: UInt32) -> UInt32 {
    var sum = argument
    for j in 0..<1000 {
      sum = (sum &* (argument &+ UInt32(j == 999 ? i : j))) ^ 7
    }
    return sum
  }

  @Test(arguments: CodegenMode.allCases)
  func `a large module runs, in two stores and again after both are gone`(
    _ mode: CodegenMode
  ) throws {
    let compiled = try CompiledModule(compiling: Module(decoding: Self.module), config: mode.config)
    #expect(compiled.codeBuffer.has_file != 0)
    func check(_ instance: Instance) throws {
      for i in [0, 1, Self.functions - 1] {
        let function = try #require(instance.function(i))
        #expect(try instance.call(function, [.i32(5)]) == [.i32(Self.expected(i, 5))])
      }
    }
    for _ in 0..<2 {
      let first = try Instance(compiled, imports: Imports(), store: Store(limits: mode.limits))
      let second = try Instance(compiled, imports: Imports(), store: Store(limits: mode.limits))
      try check(first)
      try check(second)
    }
  }

  @Test func `nobody can write to finished code`() throws {
    let compiled = try CompiledModule(compiling: Module(decoding: Self.module))
    let instance = try Instance(compiled, imports: Imports(), store: Store())
    #expect(compiled.codeBuffer.has_file != 0)
    let code = UInt64(UInt(bitPattern: compiled.code.baseAddress))
    let maps = try String(contentsOfFile: "/proc/self/maps", encoding: .utf8)
    let mappings = maps.split(separator: "\n").filter { $0.contains("glowjar-code") }
      .map { $0.split(separator: " ") }
    let own = mappings.filter { words in
      let ends = words[0].split(separator: "-").compactMap { UInt64($0, radix: 16) }
      return ends.count == 2 && ends[0] <= code && code < ends[1]
    }
    #expect(own.map { $0[1] } == ["r--s"])
    #expect(mappings.allSatisfy { !$0[1].contains("w") || !$0[1].contains("x") })
    withExtendedLifetime(instance) {}
  }

  @Test func `code that is given up leaves no file open`() throws {
    func number(_ file: Int32) -> UInt64? {
      var status = stat()
      return fstat(file, &status) == 0 ? UInt64(status.st_ino) : nil
    }
    var compiled: CompiledModule? = try CompiledModule(compiling: Module(decoding: Self.module))
    let file = try #require(compiled).codeBuffer.file
    let node = try #require(number(file))
    compiled = nil
    let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
    #expect(!open.compactMap { Int32($0) }.contains { number($0) == node && isCode($0) })
  }

  /// Numbers of files are of their file system: others may have the same.
  private func isCode(_ file: Int32) -> Bool {
    let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(file)")
    return path?.contains("glowjar-code") ?? false
  }
}
