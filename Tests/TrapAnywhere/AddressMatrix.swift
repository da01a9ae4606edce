import Engine
import TestKit

/// A module with a function for each way of making an i32 and each use of one in an address, as an
/// index or as something wider.
///
/// The ways and uses that the table of instructions knows come from there.
/// Every function takes two i64, whose upper halves are dirt as far as an i32 goes.
public struct AddressMatrix {
  /// Instructions and what they need besides: a name for reports.
  struct Part {
    var name: String
    var code: [UInt8]
  }

  /// A way of making an i32 and a use of it, by their places in the lists.
  public struct Cell: Sendable {
    /// The way.
    public var producer: Int
    /// The use.
    public var consumer: Int

    /// What both are called.
    public var name: String {
      "\(AddressMatrix.producers[producer].name), \(AddressMatrix.consumers[consumer].name)"
    }

    /// The name of its function.
    var export: String { "\(producer)-\(consumer)" }
  }

  /// The ways of making an i32.
  public static var producerCount: Int { producers.count }
  /// The uses of one.
  public static var consumerCount: Int { consumers.count }
  /// All cells.
  public static var cells: [Cell] {
    producers.indices.flatMap { producer in
      consumers.indices.map { Cell(producer: producer, consumer: $0) }
    }
  }

  // Functions by index; the rest are the matrix.
  static let host = 0
  static let wrapped = 1
  static let last = 2
  static let nothing = 3
  static let pair = 4
  static let wrappedIndirectly = 5
  static let tail = 6
  static let same = 7

  /// The type of functions from i64 to i64.
  static let sameType = 3

  /// The first (0) or second (1) parameter as a value of a type.
  static func operand(_ type: Character, _ index: Int) -> [UInt8] {
    let value = Op.localGet(index)
    switch type {
    case "i": return value + Op.i32wrap
    case "f": return value + Op.i32wrap + Op.plain(0xBE)
    case "d": return value + Op.plain(0xBF)
    case "v": return value + [0xFD, 0x12]  // i64x2.splat
    default: return value
    }
  }

  static func encoded(_ row: Instruction) -> [UInt8] {
    row.prefix == 0 ? [UInt8(row.code)] : [row.prefix] + ModuleBuilder.leb(Int(row.code))
  }

  static let wrap = Op.localGet(0) + Op.i32wrap
  static let other = Op.localGet(1) + Op.i32wrap
  static let smallAddress = other + Op.i32(0xFFF) + Op.i32and

  // MARK: The module

  /// The module with the functions of these cells.
  static func module(_ cells: [Cell]) -> [UInt8] {
    var module = ModuleBuilder()
    let indirect = module.type([.i64], [.i32])
    precondition(indirect == 0)
    let along = module.type([.i32], [.i32])
    precondition(along == 1)
    let exception = module.type([.i32], [])
    let same = module.type([.i64], [.i64])
    precondition(same == sameType)
    _ = module.importFunction("host", "dirty", [.i64], [.i32])
    module.importGlobal("host", "global", .i32)
    module.add([.i64], [.i32], wrap)
    module.add(Array(repeating: .i64, count: 9) + [.i32], [.i32], Op.localGet(9))
    module.add([], [], Op.nop)
    module.add([.i64], [.i32, .i32], wrap + wrap + Op.i32(1) + Op.i32add)
    module.add([.i64], [.i32], wrap + Op.i32(5) + Op.i32xor)
    module.add([.i64], [.i32], Op.localGet(0) + Op.returnCall(wrapped))
    module.add([.i64], [.i64], Op.localGet(0))
    // Memory 0 with a guard, memory 1 that is checked, and one with 64-bit addresses.
    module.sections[5] = [3, 1, 2, 2, 1, 1, 1, 5, 1, 1]
    module.sections[13] = [1, 0] + ModuleBuilder.leb(exception)
    module.global(.i32, Op.i32(0))
    module.sections[4] = [2, 0x70, 1, 6, 6, 0x70, 0, 5]
    let elements = [wrapped, wrappedIndirectly, self.same, host, nothing].flatMap {
      ModuleBuilder.leb($0)
    }
    module.sections[9] =
      [2, 0, 0x41, 0, 0x0B, 5] + elements + [1, 0, 2] + ModuleBuilder.leb(wrapped)
      + ModuleBuilder.leb(wrapped)
    // Bytes that tell where they lie at both ends of the memory, and a passive segment.
    let bytes = (0..<512).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ 3) }
    var segments: [UInt8] = [5, 1, 24]
    segments += bytes.prefix(24)
    segments += [0, 0x41, 0, 0x0B] + ModuleBuilder.leb(512)
    segments += bytes
    segments += [0] + Op.i32(131072 - 64) + [0x0B, 64]
    segments += bytes.prefix(64)
    for (memory, address) in [(1, Op.i32(65536 - 64)), (2, Op.i64(65536 - 64))] {
      segments += [2, UInt8(memory)] + address + [0x0B, 64]
      segments += bytes.prefix(64)
    }
    module.sections[11] = segments
    module.sections[12] = [5]
    for cell in cells {
      module.add(
        [.i64, .i64], [.i64], locals: [(1, .i32)], export: cell.export,
        producers[cell.producer].code + consumers[cell.consumer].code)
    }
    return module.bytes
  }
}
