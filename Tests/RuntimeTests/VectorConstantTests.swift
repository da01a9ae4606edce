import Engine
import Runtime
import TestKit
import Testing

/// Vector instructions whose code depends on a constant: every shift count, many orders of lanes.
@Suite struct VectorConstantTests {
  private static func op(_ code: UInt8, _ immediates: [UInt8] = []) -> [UInt8] {
    [0xFD] + ModuleBuilder.leb(Int(code)) + immediates
  }

  /// shl, shr_s and shr_u of each shape.
  private static let shifts: [UInt8] = [0x6B, 0x8B, 0xAB, 0xCB].flatMap { [$0, $0 + 1, $0 + 2] }
  private static let vectors: [UInt128] = [
    0x8000_7FFF_FFFF_0001_8080_7F7F_0102_FE80, 0x0102_0304_0506_0708_F90A_BB0C_DD0E_FF10,
  ]

  @Test(arguments: CodegenMode.allCases)
  func `A shift by a constant is that by a variable`(mode: CodegenMode) throws {
    let counts: [Int32] = Array(0...66) + [127, 128, 255, 256, -1, .min, .max]
    var module = ModuleBuilder()
    for code in Self.shifts {
      module.add(
        [.v128, .i32], [.v128], export: "\(code)",
        Op.localGet(0) + Op.localGet(1) + Self.op(code))
      for count in counts {
        module.add(
          [.v128], [.v128], export: "\(code) \(count)",
          Op.localGet(0) + Op.i32(count) + Self.op(code))
      }
    }
    let instance = try mode.instantiate(module.bytes)
    for code in Self.shifts {
      let variable = try #require(instance.export(named: "\(code)")?.function)
      for count in counts {
        let constant = try #require(instance.export(named: "\(code) \(count)")?.function)
        for vector in Self.vectors {
          #expect(
            try constant.call([.v128(vector)])
              == variable.call([.v128(vector), .i32(UInt32(bitPattern: count))]),
            "\(code) by \(count)")
        }
      }
    }
  }

  /// Orders that machines have instructions for, and some that they have not.
  private static let orders: [[UInt8]] = {
    var orders: [[UInt8]] = []
    // Rotations of both operands in a row.
    for start in 0..<32 { orders.append((0..<16).map { UInt8(($0 + start) % 32) }) }
    for size in [1, 2, 4, 8] {
      let count = 16 / size
      func order(_ unit: (Int) -> Int) -> [UInt8] {
        (0..<count).flatMap { i in (0..<size).map { UInt8((unit(i) % (2 * count)) * size + $0) } }
      }
      for swap in [0, count] {
        for half in [0, count / 2] {
          orders.append(order { $0 / 2 + half + $0 % 2 * count + swap })
        }
        // Blends, even and odd lanes, reversals, one lane everywhere.
        for mask in [0x5555, 0x6996, 0x00FF, 0x1234] {
          orders.append(order { $0 + (mask >> $0 & 1) * count + swap })
        }
        for odd in 0...1 { orders.append(order { $0 * 2 + odd + swap }) }
        orders.append(order { count - 1 - $0 + swap })
        for lane in 0..<count { orders.append(order { _ in lane + swap }) }
        // Two of one operand, two of the other.
        for k in 0..<8 {
          orders.append(order { ($0 * 5 + k) % count + $0 / (count / 2) * count + swap })
        }
      }
    }
    return orders
  }()

  @Test(arguments: CodegenMode.allCases)
  func `Lanes come in the order that a shuffle names`(mode: CodegenMode) throws {
    var module = ModuleBuilder()
    for (number, order) in Self.orders.enumerated() {
      module.add(
        [.v128, .v128], [.v128], export: "\(number)",
        Op.localGet(0) + Op.localGet(1) + Self.op(0x0D, order))
      module.add(
        [.v128, .v128], [.v128], export: "\(number) of one",
        Op.localGet(1) + Op.localGet(1) + Self.op(0x0D, order))
    }
    let instance = try mode.instantiate(module.bytes)
    let bytes = (0..<32).map { UInt8($0 * 7 + 3) }
    func vector(_ bytes: some Collection<UInt8>) -> UInt128 {
      bytes.reversed().reduce(0) { $0 << 8 | UInt128($1) }
    }
    let arguments = [Value.v128(vector(bytes[..<16])), .v128(vector(bytes[16...]))]
    for (number, order) in Self.orders.enumerated() {
      let two = try instance.export(named: "\(number)")?.function?.call(arguments)
      #expect(two == [.v128(vector(order.map { bytes[Int($0)] }))], "\(order)")
      let one = try instance.export(named: "\(number) of one")?.function?.call(arguments)
      #expect(one == [.v128(vector(order.map { bytes[Int($0) | 16] }))], "\(order) of one")
    }
  }

  @Test(arguments: CodegenMode.allCases)
  func `Constants are operands of any instruction, on either side`(mode: CodegenMode) throws {
    // i8x16.sub, i32x4.gt_s, f32x4.lt, f64x2.sub, v128.andnot, i16x8.narrow_i32x4_s, i8x16.swizzle
    let codes: [UInt8] = [0x71, 0x3B, 0x43, 0xF1, 0x4F, 0x85, 0x0E, 0x35, 0xDB, 0xE8, 0x9D]
    let constants: [UInt128] = [0, .max, Self.vectors[0], Self.vectors[1], 1 << 100]
    var module = ModuleBuilder()
    for code in codes {
      module.add(
        [.v128, .v128], [.v128], export: "\(code)", Op.localGet(0) + Op.localGet(1) + Self.op(code))
      for (number, bits) in constants.enumerated() {
        let constant = Self.op(0x0C, withUnsafeBytes(of: bits.littleEndian) { Array($0) })
        module.add(
          [.v128], [.v128], export: "\(code) \(number) left",
          constant + Op.localGet(0) + Self.op(code))
        module.add(
          [.v128], [.v128], export: "\(code) \(number) right",
          Op.localGet(0) + constant + Self.op(code))
      }
    }
    let instance = try mode.instantiate(module.bytes)
    for code in codes {
      let variable = try #require(instance.export(named: "\(code)")?.function)
      for (number, bits) in constants.enumerated() {
        for vector in Self.vectors {
          let left = try instance.export(named: "\(code) \(number) left")?.function?
            .call([.v128(vector)])
          let right = try instance.export(named: "\(code) \(number) right")?.function?
            .call([.v128(vector)])
          #expect(try left == variable.call([.v128(bits), .v128(vector)]), "\(code) \(number)")
          #expect(try right == variable.call([.v128(vector), .v128(bits)]), "\(code) \(number)")
        }
      }
    }
  }
}
