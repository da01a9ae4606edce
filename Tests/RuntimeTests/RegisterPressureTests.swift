import Engine
import Runtime
import TestKit
import Testing

/// 0 to 20 live operands of each class around each instruction that wants registers of its own.
@Suite struct RegisterPressureTests {
  /// An instruction sequence over i32 locals 0 and 1 that leaves an i32.
  private struct Operation: Sendable {
    var name: String
    var code: [UInt8]
    var value: @Sendable (UInt32, UInt32) -> UInt32
  }

  private static let a = Op.localGet(0)
  private static let b = Op.localGet(1)

  private static let operations: [Operation] = [
    Operation(name: "div_s", code: a + b + Op.i32divS) {
      UInt32(bitPattern: Int32(bitPattern: $0) / Int32(bitPattern: $1))
    },
    Operation(name: "div_u", code: a + b + Op.i32divU) { $0 / $1 },
    Operation(name: "rem_s", code: a + b + Op.i32remS) {
      UInt32(bitPattern: Int32(bitPattern: $0) % Int32(bitPattern: $1))
    },
    Operation(name: "rem_u", code: a + b + Op.i32remU) { $0 % $1 },
    Operation(name: "div by 7", code: a + Op.i32(7) + Op.i32divU) { a, _ in a / 7 },
    Operation(name: "shl", code: a + b + Op.i32shl) { $0 << ($1 & 31) },
    Operation(name: "shr_s", code: a + b + Op.i32shrS) {
      UInt32(bitPattern: Int32(bitPattern: $0) >> Int32($1 & 31))
    },
    Operation(name: "shr_u", code: a + b + Op.i32shrU) { $0 >> ($1 & 31) },
    Operation(name: "rotl", code: a + b + Op.i32rotl) {
      let n = $1 & 31
      return n == 0 ? $0 : $0 << n | $0 >> (32 - n)
    },
    Operation(name: "clz", code: a + Op.plain(0x67)) { a, _ in UInt32(a.leadingZeroBitCount) },
    Operation(name: "popcnt", code: a + Op.plain(0x69)) { a, _ in UInt32(a.nonzeroBitCount) },
    Operation(name: "select", code: a + b + a + b + Op.i32ltU + Op.select) { $0 < $1 ? $0 : $1 },
    Operation(
      name: "through f64",
      code: a + Op.plain(0xB8) + b + Op.plain(0xB8) + Op.plain(0xA5) + Op.plain(0xAB)
    ) { max($0, $1) },
    Operation(
      name: "through f32", code: a + Op.i32(0xFFFF) + Op.i32and + Op.plain(0xB3) + Op.plain(0xA9)
    ) { a, _ in a & 0xFFFF },
    Operation(
      name: "through u64 to f64", code: a + Op.i64extendU + Op.plain(0xBA) + [0xFC, 7] + Op.i32wrap
    ) { a, _ in a },
    Operation(
      name: "memory.copy", code: Op.i32(1024) + Op.i32(1028) + Op.i32(4) + Op.memoryCopy + a
    ) { a, _ in a },
    Operation(
      name: "memory.fill",
      code: Op.i32(1024) + a + Op.i32(4) + Op.memoryFill + Op.i32(1024) + Op.memory(0x2D)
    ) { a, _ in a & 0xFF },
    Operation(name: "memory.grow", code: a + Op.i32(0) + Op.memoryGrow + Op.i32add) { a, _ in a &+ 1
    },
    Operation(name: "call", code: a + b + Op.call(1)) { $0 &- $1 },
    Operation(name: "call_indirect", code: a + b + Op.i32(0) + Op.callIndirect(type: 0)) {
      $0 &- $1
    },
    Operation(name: "host call", code: a + b + Op.call(0)) { $0 &+ 3 &* $1 },
    Operation(
      name: "if", code: a + b + Op.i32ltU + Op.ifElse(0x7F, a + b + Op.i32add, a + b + Op.i32sub)
    ) {
      $0 < $1 ? $0 &+ $1 : $0 &- $1
    },
  ]

  /// Classes of live values: each value's type is the next of these.
  private struct Class: Sendable {
    var name: String
    var types: [ValueType]

    func type(_ k: Int) -> ValueType { types[k % types.count] }
    /// Pushes word `k`.
    func load(_ k: Int) -> [UInt8] {
      let code: UInt8 =
        switch type(k) {
        case .i32: 0x28
        case .i64: 0x29
        case .f32: 0x2A
        default: 0x2B
        }
      return Op.i32(Int32(8 * k)) + Op.memory(code)
    }
    /// Makes the value an i64.
    func fold(_ k: Int) -> [UInt8] {
      switch type(k) {
      case .i32: Op.i64extendU
      case .i64: []
      case .f32: Op.plain(0xBC) + Op.i64extendU
      default: Op.plain(0xBD)
      }
    }
    func value(_ k: Int) -> UInt64 {
      [.i32, .f32].contains(type(k)) ? word(k) & 0xFFFF_FFFF : word(k)
    }
  }

  private static let classes = [
    Class(name: "i32", types: [.i32]), Class(name: "i64", types: [.i64]),
    Class(name: "f32", types: [.f32]), Class(name: "f64", types: [.f64]),
    Class(name: "mixed", types: [.i32, .i64, .f32, .f64]),
  ]

  private static func word(_ k: Int) -> UInt64 {
    0x1234_5678_0BCD_EF01 &* UInt64(2 * k + 1) & 0x7FEF_FFFF_7F7F_FFFF
  }
  private static let counts = [0, 1, 2, 3, 5, 8, 9, 12, 13, 16, 20]

  private static let cart: [UInt8] = {
    var module = ModuleBuilder()
    _ = module.importFunction("host", "mix", [.i32, .i32], [.i32])
    module.add([.i32, .i32], [.i32], a + b + Op.i32sub)
    module.memory(pages: 1)
    module.table(size: 1, elements: [1])
    module.data(
      at: 0, (0..<32).flatMap { k in withUnsafeBytes(of: word(k).littleEndian) { Array($0) } })
    for operation in operations {
      for kind in classes {
        for count in counts {
          var code: [UInt8] = []
          for k in 0..<count { code += kind.load(k) }
          code += operation.code + Op.i64extendU + Op.localSet(2)
          for k in (0..<count).reversed() {
            // sum = rotl(sum, 5) xor value
            code +=
              kind.fold(k) + Op.localGet(2) + Op.i64(5) + Op.plain(0x89) + Op.i64xor
              + Op.localSet(2)
          }
          module.add(
            [.i32, .i32], [.i64], locals: [(1, .i64)],
            export: "\(operation.name), \(count) \(kind.name)", code + Op.localGet(2))
        }
      }
    }
    return module.bytes
  }()

  @Test(arguments: CodegenMode.allCases)
  func `Live values survive every instruction`(mode: CodegenMode) throws {
    var imports = Imports()
    imports.define(
      module: "host", name: "mix",
      HostFunction("mix", type: FuncType(parameters: [.i32, .i32], results: [.i32])) {
        (_: Caller, words: UnsafeMutablePointer<UInt64>) throws(HostError) in
        words[0] = (words[0] &+ 3 &* words[1]) & 0xFFFF_FFFF
      })
    let instance = try mode.instantiate(Self.cart, imports: imports)
    for operation in Self.operations {
      for kind in Self.classes {
        for count in Self.counts {
          let name = "\(operation.name), \(count) \(kind.name)"
          let function = try #require(instance.export(named: name)?.function)
          for (x, y): (UInt32, UInt32) in [
            (100, 7), (0xFFFF_FFF0, 3), (0x8000_0001, 0xFFFF_FF00), (5, 33),
          ] {
            var sum = UInt64(operation.value(x, y))
            for k in (0..<count).reversed() {
              sum = (sum << 5 | sum >> 59) ^ kind.value(k)
            }
            #expect(try function.call([.i32(x), .i32(y)]) == [.i64(sum)], "\(name) of \(x), \(y)")
          }
        }
      }
    }
  }
}
