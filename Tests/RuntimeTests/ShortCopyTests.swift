import Engine
import Runtime
import TestKit
import Testing

/// Copies and fills of lengths that only the running code knows, short ones and long ones.
@Suite struct ShortCopyTests {
  private static let lengths =
    Array(0...140) + [191, 192, 193, 255, 256, 257, 1000, 2047, 2048, 2049, 4096, 5000]

  /// Function 0 copies (target, source, length), function 1 fills (target, value, length).
  private func instance(_ mode: CodegenMode) throws -> Instance {
    var builder = ModuleBuilder()
    let operands = Op.localGet(0) + Op.localGet(1) + Op.localGet(2)
    builder.add([.i32, .i32, .i32], [], operands + Op.memoryCopy)
    builder.add([.i32, .i32, .i32], [], operands + Op.memoryFill)
    builder.memory(pages: 1)
    builder.data(at: 1024, (0..<16384).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })
    return try mode.instantiate(builder.bytes)
  }

  private func contents(_ instance: Instance) throws -> [UInt8] {
    Array(try #require(instance.export(named: "memory")?.memory).contents.all)
  }

  /// Calls a function with numbers; false if it traps for the memory's bounds.
  private func call(_ instance: Instance, _ function: Int, _ arguments: [Int]) throws -> Bool {
    let function = try #require(instance.function(function))
    do throws(Trap) {
      _ = try instance.call(function, arguments.map { .i32(UInt32(truncatingIfNeeded: $0)) })
      return true
    } catch {
      #expect(error.kind == .memoryOutOfBounds)
      return false
    }
  }

  @Test(arguments: CodegenMode.allCases)
  func `a copy moves its bytes and no others, overlapping or not, or nothing`(
    _ mode: CodegenMode
  ) throws {
    let instance = try instance(mode)
    var expected = try contents(instance)
    for length in Self.lengths {
      let end = 65536 - length
      for (target, source) in [
        (30000, 2000), (2001, 2000), (2000, 2001), (2000 + length / 2, 2000), (2064, 2000),
        (2000, 2000 + length / 2), (2000, 2064), (2000, 2000), (end, 3000), (2500, end),
        (end + 1, 3000), (2500, end + 1), (-1, 3000), (3000, -64),
      ] {
        let fits = target >= 0 && source >= 0 && max(target, source) <= end
        if fits {
          let bytes = Array(expected[source..<source + length])
          expected.replaceSubrange(target..<target + length, with: bytes)
        }
        #expect(try call(instance, 0, [target, source, length]) == fits)
        let isRight = try contents(instance) == expected
        #expect(isRight, "\(length) bytes from \(source) to \(target)")
        if !isRight { return }
      }
    }
    #expect(try !call(instance, 0, [0, 0, -1]))
    #expect(try contents(instance) == expected)
  }

  @Test(arguments: CodegenMode.allCases)
  func `a fill writes its bytes and no others, or nothing`(_ mode: CodegenMode) throws {
    let instance = try instance(mode)
    var expected = try contents(instance)
    for length in Self.lengths {
      let end = 65536 - length
      for (target, value) in [(2000 + length, 0x1A5), (end, length), (end + 1, 7), (-8, 7)] {
        let fits = target >= 0 && target <= end
        if fits {
          for i in target..<target + length { expected[i] = UInt8(truncatingIfNeeded: value) }
        }
        #expect(try call(instance, 1, [target, value, length]) == fits)
        let isRight = try contents(instance) == expected
        #expect(isRight, "\(length) bytes at \(target)")
        if !isRight { return }
      }
    }
  }

  @Test(arguments: CodegenMode.allCases)
  func `a copy or fill of more than a megabyte moves its bytes and no others`(
    _ mode: CodegenMode
  ) throws {
    var builder = ModuleBuilder()
    let operands = Op.localGet(0) + Op.localGet(1) + Op.localGet(2)
    builder.add([.i32, .i32, .i32], [], operands + Op.memoryCopy)
    builder.add([.i32, .i32, .i32], [], operands + Op.memoryFill)
    builder.memory(pages: 20)
    builder.data(at: 1024, (0..<16384).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })
    let instance = try mode.instantiate(builder.bytes)
    var expected = try contents(instance)
    for length in [1 << 20, 1 << 20 + 1] {
      for (target, source) in [(1124, 1024), (1024, 1124)] {
        let bytes = Array(expected[source..<source + length])
        expected.replaceSubrange(target..<target + length, with: bytes)
        #expect(try call(instance, 0, [target, source, length]))
        #expect(try contents(instance) == expected)
      }
      let filled = 9000..<9000 + length
      expected.replaceSubrange(filled, with: repeatElement(0xA5, count: length))
      #expect(try call(instance, 1, [9000, 0x1A5, length]))
      #expect(try contents(instance) == expected)
    }
  }

  @Test(arguments: CodegenMode.allCases, [64, 129, 5000, 1 << 20 + 1])
  func `what is in registers before a copy and a fill is there after them`(
    _ mode: CodegenMode, _ length: Int
  ) throws {
    var builder = ModuleBuilder()
    // Parameters: an address, a length and three numbers; six more locals made of the address.
    var body = [UInt8]()
    for local in 5...10 {
      body += Op.localGet(0) + Op.i32(Int32(local)) + Op.i32mul + Op.localSet(local)
    }
    body += Op.localGet(0) + Op.i32(1000) + Op.localGet(1) + Op.memoryCopy
    body += Op.localGet(0) + Op.i32(7) + Op.localGet(1) + Op.memoryFill
    body += Op.localGet(5)
    for local in 6...10 { body += Op.i32(3) + Op.i32mul + Op.localGet(local) + Op.i32xor }
    for local in 5...10 { body += Op.localGet(local) + Op.i32add }
    body += Op.plain(0xB7)  // f64.convert_i32_s
    for local in [2, 3, 4, 3, 4, 4, 2] { body += Op.localGet(local) + Op.f64add }
    builder.add([.i32, .i32, .f64, .f64, .f64], [.f64], locals: [(6, .i32)], body)
    builder.memory(pages: 20)
    let instance = try mode.instantiate(builder.bytes)
    let address = 2000
    let made = (5...10).map { address * $0 }
    let mixed = made.dropFirst().reduce(made[0]) { $0 * 3 ^ $1 } + made.reduce(0, +)
    let found = try instance.call(
      #require(instance.function(0)),
      [.i32(UInt32(address)), .i32(UInt32(length))]
        + [0.5, 1024, 0x1p30].map { .f64($0.bitPattern) })
    #expect(found == [.f64((Double(mixed) + 1 + 2048 + 3 * 0x1p30).bitPattern)])
  }
}
