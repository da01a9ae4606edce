/// A row of the instruction table in 32 bits, for the walks; 0 = no such instruction.
///
/// ```
/// bits  0- 8  types of the operands, the one popped first in bits 0-2; 3 bits each
///       9-11  type of the result
///      12-15  exponent of the natural alignment
///      16-20  immediates
///      21-26  number of lanes that an index can name
///         30  the operand and result types are all there is to validate
///         31  known
/// ```
/// A type is 0 for none, else 0x80 minus its code.
public struct PackedInstruction: BitwiseCopyable, Sendable {
  /// The bits.
  public let bits: UInt32

  /// What follows the code in the binary format.
  @inline(__always) var immediates: Instruction.Immediates {
    Instruction.Immediates(rawValue: UInt8(truncatingIfNeeded: bits >> 16) & 31) ?? .none
  }

  /// Whether the table alone tells how to validate the instruction.
  @inline(__always) var isSimple: Bool { bits & 1 << 30 != 0 }

  /// Whether there is such an instruction.
  @inline(__always) var isKnown: Bool { bits != 0 }

  /// Whether a memory argument follows.
  @inline(__always) var hasMemoryArgument: Bool {
    bits >> 16 & 31 == UInt32(Instruction.Immediates.memory.rawValue)
  }

  /// The exponent of the natural alignment.
  @inline(__always) var alignment: UInt32 { bits >> 12 & 15 }

  /// The number of lanes that an index can name.
  @inline(__always) var lanes: UInt32 { bits >> 21 & 63 }

  /// Packs a row.
  init(_ row: Instruction) {
    var bits: UInt32 = 1 << 31 | UInt32(row.immediates.rawValue) << 16
    bits |= UInt32(row.alignment) << 12 | UInt32(row.lanes) << 21
    if let signature = row.signature {
      var operands: UInt32 = 0
      var isResult = false
      for letter in signature.utf8 {
        if letter == UInt8(ascii: ":") {
          isResult = true
        } else if isResult {
          bits |= Self.type(letter) << 9
        } else {
          operands = operands << 3 | Self.type(letter)
        }
      }
      bits |= operands
      if row.immediates == .none || row.immediates == .memory { bits |= 1 << 30 }
    }
    self.bits = bits
  }

  private static func type(_ letter: UInt8) -> UInt32 {
    let type: ValueType =
      switch letter {
      case UInt8(ascii: "i"): .i32
      case UInt8(ascii: "l"): .i64
      case UInt8(ascii: "f"): .f32
      case UInt8(ascii: "d"): .f64
      case UInt8(ascii: "v"): .v128
      default: preconditionFailure("no value type has the letter \(UnicodeScalar(letter))")
      }
    return 0x80 - UInt32(type.code)
  }

  /// No such instruction.
  private init() { bits = 0 }

  /// A table of all instructions that `features` allow, by `InstructionTable.slot`.
  static func table(_ features: Features) -> UnsafePointer<PackedInstruction> {
    features == .default ? defaultTable.pointer : makeTable(features)
  }

  /// Frees a table.
  static func free(_ table: UnsafePointer<PackedInstruction>) {
    if table != defaultTable.pointer { table.deallocate() }
  }

  private static func makeTable(_ features: Features) -> UnsafePointer<PackedInstruction> {
    let table = UnsafeMutablePointer<PackedInstruction>.allocate(
      capacity: InstructionTable.packedCount)
    table.initialize(repeating: PackedInstruction(), count: InstructionTable.packedCount)
    for row in InstructionTable.rows where features.isSuperset(of: row.feature) {
      if let slot = InstructionTable.slot(prefix: row.prefix, code: UInt32(row.code)) {
        table[slot] = PackedInstruction(row)
      }
    }
    return UnsafePointer(table)
  }

  /// An immutable table that lives as long as the process.
  private struct SharedTable: @unchecked Sendable {
    let pointer: UnsafePointer<PackedInstruction>
  }

  private static let defaultTable = SharedTable(pointer: makeTable(.default))
}
