import Engine
import Runtime
import TestKit
import Testing

/// Each way of making an i32, with anything above its 32 bits, times each use as an address, index
/// or wider number: the class of defects behind most escapes from compiled code.
@Suite struct AddressMatrixTests {
  // Functions of the module under test, in index order.
  private static let hostDirty = 0
  private static let wrapped = 1
  private static let last = 2
  private static let nothing = 3
  private static let firstElement = 4
  private static let tableSize = 8

  /// A way to make an i32 from the parameters: local 0 is an i64 with the value below and dirt
  /// above, local 1 an i32 with the value.
  ///
  /// Local 2 (i32) and 8 bytes at 70,000 are free.
  private struct Producer: Sendable {
    var name: String
    var code: [UInt8]
    /// The value made of the given one; the same by default.
    var value: @Sendable (UInt32) -> UInt32 = { $0 }
  }

  private static let wrap = Op.localGet(0) + Op.i32wrap
  private static let dirt = Op.i64(0x7654_3210_0000_0000)

  private static let producers: [Producer] = [
    Producer(name: "parameter", code: Op.localGet(1)),
    Producer(name: "wrap", code: wrap),
    Producer(name: "wrap of a dirty sum", code: Op.localGet(0) + dirt + Op.i64add + Op.i32wrap),
    Producer(
      name: "load",
      code: Op.i32(70000) + Op.localGet(0) + Op.memory(0x37) + Op.i32(70000) + Op.i32load()),
    Producer(
      name: "signed byte",
      code: Op.i32(70000) + Op.localGet(0) + Op.memory(0x37) + Op.i32(70000) + Op.memory(0x2C)
    ) {
      UInt32(bitPattern: Int32(Int8(truncatingIfNeeded: $0)))
    },
    Producer(name: "sum", code: wrap + Op.i32(-1) + Op.i32add + Op.localGet(1) + Op.i32add) {
      $0 &- 1 &+ $0
    },
    Producer(name: "difference", code: Op.i32(3) + wrap + Op.i32sub) { 3 &- $0 },
    Producer(name: "product", code: wrap + Op.localGet(1) + Op.i32mul) { $0 &* $0 },
    Producer(
      name: "quotient",
      code: wrap + Op.i32(-1) + Op.localGet(1) + Op.i32(0x7FFF_FFFF) + Op.i32and + Op.i32sub
        + Op.i32divU
    ) {
      $0 / (0xFFFF_FFFF &- ($0 & 0x7FFF_FFFF))
    },
    Producer(name: "signed remainder", code: wrap + Op.i32(1000) + Op.i32remS) {
      UInt32(bitPattern: Int32(bitPattern: $0) % 1000)
    },
    Producer(name: "or", code: wrap + Op.i32(0) + Op.i32or),
    Producer(name: "xor", code: wrap + Op.localGet(1) + Op.i32xor + Op.i32(-1) + Op.i32xor) { _ in
      .max
    },
    Producer(name: "shift left", code: wrap + Op.i32(4) + Op.i32shl) { $0 << 4 },
    Producer(name: "signed shift right", code: wrap + Op.i32(4) + Op.i32shrS) {
      UInt32(bitPattern: Int32(bitPattern: $0) >> 4)
    },
    Producer(name: "shift by a variable", code: wrap + Op.localGet(1) + Op.i32shl) {
      $0 << ($0 & 31)
    },
    Producer(name: "rotation", code: wrap + Op.i32(9) + Op.i32rotl) { $0 << 9 | $0 >> 23 },
    Producer(name: "rotation by a variable", code: wrap + Op.localGet(1) + Op.i32rotr) {
      let n = $0 & 31
      return n == 0 ? $0 : $0 >> n | $0 << (32 - n)
    },
    Producer(name: "comparison", code: wrap + Op.i32(5) + Op.i32eq) { $0 == 5 ? 1 : 0 },
    Producer(name: "negation of a comparison", code: wrap + Op.i32(5) + Op.i32eq + Op.i32sub0) {
      $0 == 5 ? .max : 0
    },
    Producer(name: "eqz", code: wrap + Op.i32eqz) { $0 == 0 ? 1 : 0 },
    Producer(name: "clz", code: wrap + Op.plain(0x67)) { UInt32($0.leadingZeroBitCount) },
    Producer(name: "ctz", code: wrap + Op.plain(0x68)) { UInt32($0.trailingZeroBitCount) },
    Producer(name: "popcnt", code: wrap + Op.plain(0x69)) { UInt32($0.nonzeroBitCount) },
    Producer(name: "extend8", code: wrap + Op.plain(0xC0)) {
      UInt32(bitPattern: Int32(Int8(truncatingIfNeeded: $0)))
    },
    Producer(name: "extend16", code: wrap + Op.plain(0xC1)) {
      UInt32(bitPattern: Int32(Int16(truncatingIfNeeded: $0)))
    },
    Producer(name: "reinterpreted float", code: wrap + Op.plain(0xBE) + Op.plain(0xBC)),
    Producer(name: "truncated double", code: wrap + Op.plain(0xB8) + Op.plain(0xAB)),
    Producer(name: "saturated double", code: Op.f64(-1e300) + [0xFC, 2]) { _ in 0x8000_0000 },
    Producer(name: "call result", code: Op.localGet(0) + Op.call(wrapped)),
    Producer(name: "host result", code: Op.localGet(0) + Op.call(hostDirty)),
    Producer(
      name: "stack argument",
      code: (0..<9).flatMap { _ in Op.localGet(0) } + wrap + Op.call(last)),
    Producer(name: "global", code: wrap + Op.globalSet(0) + Op.globalGet(0)),
    Producer(
      name: "select",
      code: wrap + Op.i32(9) + Op.localGet(1) + Op.localGet(1) + Op.i32eq + Op.select),
    Producer(name: "block result", code: Op.block(wrap, result: 0x7F)),
    Producer(
      name: "branch result",
      code: Op.block(wrap + Op.i32(1) + Op.brIf(0) + Op.i32(1) + Op.i32add, result: 0x7F)),
    Producer(
      name: "if result",
      code: Op.localGet(1) + Op.i32(7) + Op.i32eq + Op.ifElse(0x7F, Op.i32(7), wrap)),
    Producer(name: "local", code: wrap + Op.localSet(2) + Op.localGet(2)),
    Producer(name: "tee", code: wrap + Op.localTee(2)),
    Producer(
      name: "local over a call", code: wrap + Op.localSet(2) + Op.call(nothing) + Op.localGet(2)),
    Producer(name: "operand over a call", code: wrap + Op.call(nothing)),
    Producer(name: "failed growth", code: Op.i32(-1) + Op.memoryGrow) { _ in .max },
    Producer(name: "size", code: Op.memorySize) { _ in 2 },
  ]

  /// A use of an i32 that yields an i64, or traps.
  private struct Consumer: Sendable {
    var name: String
    var code: [UInt8]
    /// What it yields; nil for a trap.
    var result: @Sendable (UInt32) -> UInt64?
  }

  private static let memoryBytes: UInt64 = 131072
  private static func byte(at address: UInt64) -> UInt64? {
    address < memoryBytes ? (address &* 7 &+ 3) & 0x7F : nil
  }
  private static let load = Op.memory(0x2D) + Op.i64extendU

  private static let consumers: [Consumer] = [
    Consumer(name: "load", code: load) { byte(at: UInt64($0)) },
    Consumer(name: "load with offset", code: Op.memory(0x2D, offset: 16) + Op.i64extendU) {
      byte(at: UInt64($0) + 16)
    },
    Consumer(
      name: "load with great offset", code: Op.memory(0x2D, offset: 0x8000_0000) + Op.i64extendU
    ) {
      byte(at: UInt64($0) + 0x8000_0000)
    },
    Consumer(name: "load of a sum that wraps", code: Op.i32(bits: 0x8000_0010) + Op.i32add + load) {
      byte(at: UInt64($0 &+ 0x8000_0010))
    },
    Consumer(name: "load of a double that wraps", code: Op.i32(1) + Op.i32shl + load) {
      byte(at: UInt64($0 << 1))
    },
    Consumer(
      name: "load of eight times that wraps",
      code: Op.i32(3) + Op.i32shl + Op.localGet(1) + Op.i32add + Op.localGet(1) + Op.i32sub + load
    ) {
      byte(at: UInt64($0 << 3))
    },
    // Puts the byte back in the end.
    Consumer(
      name: "store",
      code: Op.localTee(2) + Op.i32(0x55) + Op.memory(0x3A) + Op.localGet(2) + load
        + Op.localGet(2) + Op.localGet(2) + Op.i32(7) + Op.i32mul + Op.i32(3) + Op.i32add
        + Op.i32(0x7F) + Op.i32and + Op.memory(0x3A)
    ) { UInt64($0) < memoryBytes ? 0x55 : nil },
    Consumer(name: "unsigned extension", code: Op.i64extendU) { UInt64($0) },
    Consumer(name: "signed extension", code: Op.plain(0xAC)) {
      UInt64(bitPattern: Int64(Int32(bitPattern: $0)))
    },
    Consumer(name: "conversion", code: Op.plain(0xB8) + Op.plain(0xB1)) { UInt64($0) },
    Consumer(name: "call_indirect", code: Op.callIndirect(type: 0)) {
      $0 < tableSize ? 1000 + UInt64($0) : nil
    },
    Consumer(
      name: "br_table",
      code: Op.localSet(2)
        + Op.block(
          Op.block(Op.block(Op.localGet(2) + [0x0E, 2, 0, 1, 2]) + Op.i64(10) + [0x0F]) + Op.i64(11)
            + [0x0F]) + Op.i64(12)
    ) {
      $0 == 0 ? 10 : $0 == 1 ? 11 : 12
    },
    Consumer(name: "comparison", code: Op.i32(0x0100_0000) + Op.i32ltU + Op.i64extendU) {
      $0 < 0x0100_0000 ? 1 : 0
    },
    Consumer(name: "unsigned quotient", code: Op.i32(3) + Op.i32divU + Op.i64extendU) {
      UInt64($0 / 3)
    },
    Consumer(name: "shift right", code: Op.i32(1) + Op.i32shrU + Op.i64extendU) { UInt64($0 >> 1) },
    Consumer(name: "equal to zero", code: Op.i32eqz + Op.i64extendU) { $0 == 0 ? 1 : 0 },
  ]

  private static let cart: [UInt8] = {
    var module = ModuleBuilder()
    let indirect = module.type([], [.i64])
    precondition(indirect == 0)
    _ = module.importFunction("host", "dirty", [.i64], [.i32])
    module.add([.i64], [.i32], wrap)
    module.add(Array(repeating: .i64, count: 9) + [.i32], [.i32], Op.localGet(9))
    module.add([], [], Op.nop)
    for i in 0..<tableSize { module.add([], [.i64], Op.i64(Int64(1000 + i))) }
    module.memory(pages: 2, maximum: 2)
    module.global(.i32, Op.i32(0))
    module.table(size: tableSize, elements: Array(firstElement..<firstElement + tableSize))
    module.data(at: 0, (0..<memoryBytes).map { UInt8(byte(at: $0)!) })
    for producer in producers {
      for consumer in consumers {
        module.add(
          [.i64, .i32], [.i64], locals: [(1, .i32)],
          export: "\(producer.name), \(consumer.name)", producer.code + consumer.code)
      }
    }
    return module.bytes
  }()

  @Test(arguments: CodegenMode.allCases)
  func `What is above an i32 reaches no address, no index and no wider number`(
    mode: CodegenMode
  ) throws {
    var imports = Imports()
    imports.define(
      module: "host", name: "dirty",
      HostFunction("dirty", type: FuncType(parameters: [.i64], results: [.i32])) {
        (_: Caller, words: UnsafeMutablePointer<UInt64>) throws(HostError) in
        words[0] |= 0xFFFF_FFFF_0000_0000
      })
    let instance = try mode.instantiate(Self.cart, imports: imports)
    for producer in Self.producers {
      for consumer in Self.consumers {
        let name = "\(producer.name), \(consumer.name)"
        let function = try #require(instance.export(named: name)?.function)
        for value: UInt32 in [0, 5, 0x1000, 0x7FFF_FFF0, 0x8000_0000, 0xFFFF_FFFF] {
          for dirt: UInt64 in [0, 1 << 32, 0xFFFF_FFFF_0000_0000] {
            let expected = consumer.result(producer.value(value))
            var words: (UInt64, UInt64, UInt64, UInt64) = (
              UInt64(value) | dirt, UInt64(value) | dirt, 0, 0
            )
            let found: UInt64? = withUnsafeMutableBytes(of: &words) {
              let buffer = $0.bindMemory(to: UInt64.self).baseAddress!
              do {
                try function.callRaw(buffer)
                return buffer[0]
              } catch { return nil }
            }
            #expect(found == expected, "\(name) of \(value)")
          }
        }
      }
    }
  }
}

extension Op {
  /// Zero minus the operand, by way of a multiplication.
  fileprivate static let i32sub0: [UInt8] = Op.i32(-1) + Op.i32mul
}
