// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

/// Instructions in the binary format, for modules that tests write (spec 5.4).
public enum Op {
  public static let unreachable: [UInt8] = [0x00]
  public static let nop: [UInt8] = [0x01]
  public static let elseArm: [UInt8] = [0x05]
  public static let end: [UInt8] = [0x0B]
  public static let drop: [UInt8] = [0x1A]
  public static let select: [UInt8] = [0x1B]
  public static let memorySize: [UInt8] = [0x3F, 0]
  public static let memoryGrow: [UInt8] = [0x40, 0]
  public static let memoryCopy: [UInt8] = [0xFC, 10, 0, 0]
  public static let memoryFill: [UInt8] = [0xFC, 11, 0]
  public static let i32eqz: [UInt8] = [0x45]
  public static let i32eq: [UInt8] = [0x46]
  public static let i32ltU: [UInt8] = [0x49]
  public static let i32add: [UInt8] = [0x6A]
  public static let i32sub: [UInt8] = [0x6B]
  public static let i32mul: [UInt8] = [0x6C]
  public static let i32divS: [UInt8] = [0x6D]
  public static let i32divU: [UInt8] = [0x6E]
  public static let i32remS: [UInt8] = [0x6F]
  public static let i32remU: [UInt8] = [0x70]
  public static let i32and: [UInt8] = [0x71]
  public static let i32or: [UInt8] = [0x72]
  public static let i32xor: [UInt8] = [0x73]
  public static let i32shl: [UInt8] = [0x74]
  public static let i32shrS: [UInt8] = [0x75]
  public static let i32shrU: [UInt8] = [0x76]
  public static let i32rotl: [UInt8] = [0x77]
  public static let i32rotr: [UInt8] = [0x78]
  public static let i64add: [UInt8] = [0x7C]
  public static let i64xor: [UInt8] = [0x85]
  public static let f64add: [UInt8] = [0xA0]
  public static let i32wrap: [UInt8] = [0xA7]
  public static let i32truncF64S: [UInt8] = [0xAA]
  public static let i64extendU: [UInt8] = [0xAD]

  /// A one-byte instruction by its code.
  public static func plain(_ code: UInt8) -> [UInt8] { [code] }
  public static func i32(_ value: Int32) -> [UInt8] {
    [0x41] + ModuleBuilder.signedLEB(Int64(value))
  }
  public static func i32(bits value: UInt32) -> [UInt8] { i32(Int32(bitPattern: value)) }
  public static func i64(_ value: Int64) -> [UInt8] { [0x42] + ModuleBuilder.signedLEB(value) }
  public static func f32(_ value: Float) -> [UInt8] { [0x43] + bytes(value.bitPattern) }
  public static func f64(_ value: Double) -> [UInt8] { [0x44] + bytes(value.bitPattern) }
  public static func localGet(_ index: Int) -> [UInt8] { [0x20] + ModuleBuilder.leb(index) }
  public static func localSet(_ index: Int) -> [UInt8] { [0x21] + ModuleBuilder.leb(index) }
  public static func localTee(_ index: Int) -> [UInt8] { [0x22] + ModuleBuilder.leb(index) }
  public static func globalGet(_ index: Int) -> [UInt8] { [0x23] + ModuleBuilder.leb(index) }
  public static func globalSet(_ index: Int) -> [UInt8] { [0x24] + ModuleBuilder.leb(index) }
  public static func call(_ function: Int) -> [UInt8] { [0x10] + ModuleBuilder.leb(function) }
  public static func callIndirect(type: Int) -> [UInt8] { [0x11] + ModuleBuilder.leb(type) + [0] }
  public static func returnCall(_ function: Int) -> [UInt8] {
    [0x12] + ModuleBuilder.leb(function)
  }
  public static func returnCallIndirect(type: Int) -> [UInt8] {
    [0x13] + ModuleBuilder.leb(type) + [0]
  }
  public static func throwTag(_ tag: Int) -> [UInt8] { [0x08] + ModuleBuilder.leb(tag) }
  public static let throwRef: [UInt8] = [0x0A]
  /// A `try_table` without values; labels count from outside of it.
  public static func tryTable(_ clauses: [[UInt8]], _ body: [UInt8]) -> [UInt8] {
    [0x1F, 0x40] + ModuleBuilder.leb(clauses.count) + clauses.joined() + body + end
  }
  public static func catchTag(_ tag: Int, ref: Bool = false, label: Int) -> [UInt8] {
    [ref ? 1 : 0] + ModuleBuilder.leb(tag) + ModuleBuilder.leb(label)
  }
  public static func catchAll(ref: Bool = false, label: Int) -> [UInt8] {
    [ref ? 3 : 2] + ModuleBuilder.leb(label)
  }
  public static func br(_ depth: Int) -> [UInt8] { [0x0C] + ModuleBuilder.leb(depth) }
  public static func brIf(_ depth: Int) -> [UInt8] { [0x0D] + ModuleBuilder.leb(depth) }
  /// A loop without values.
  public static func loop(_ body: [UInt8]) -> [UInt8] { [0x03, 0x40] + body + end }
  /// A block with one result, or none.
  public static func block(_ body: [UInt8], result: UInt8 = 0x40) -> [UInt8] {
    [0x02, result] + body + end
  }
  public static func ifElse(_ result: UInt8, _ then: [UInt8], _ otherwise: [UInt8]) -> [UInt8] {
    [0x04, result] + then + elseArm + otherwise + end
  }
  /// A load or store by its code; the alignment hint is a byte's.
  public static func memory(_ code: UInt8, offset: UInt32 = 0, memory: Int = 0) -> [UInt8] {
    (memory == 0 ? [code, 0] : [code, 0x40] + ModuleBuilder.leb(memory))
      + ModuleBuilder.leb(offset)
  }
  public static func i32load(offset: UInt32 = 0) -> [UInt8] { memory(0x28, offset: offset) }
  public static func i32store(offset: UInt32 = 0) -> [UInt8] { memory(0x36, offset: offset) }

  private static func bytes<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
}
