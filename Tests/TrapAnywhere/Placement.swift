import Engine
import TestKit

/// A trap put into a module: before which instruction, and at which of its visits it goes off.
struct Placement {
  /// How it traps.
  ///
  /// All but `unreachable` keep the code behind them alive. Those from `division` on are
  /// straight-line code, before which nothing has to be brought into a canonical state.
  enum Kind: CaseIterable {
    /// At the first visit; what follows is dead.
    case unreachable
    /// `unreachable` in an `if`.
    case conditional
    /// Division by zero.
    case division
    /// Conversion of a float out of range.
    case conversion
    /// A load out of bounds.
    case load
    /// A `table.get` out of bounds.
    case tableGet
    /// A `memory.copy` out of bounds.
    case memoryCopy
    /// An indirect call out of bounds, at the first visit.
    case indirectCall
    /// A call of the host, which then fails.
    case hostCall
  }

  var kind: Kind
  /// The defined function.
  var function: Int
  /// The file offset of the instruction.
  var offset: Int
  /// The visit at which it traps, from 1 on.
  var visit: Int

  /// The module with the trap, and the file offset of the instruction that traps.
  func patch(_ module: Module) -> (bytes: [UInt8], trap: Int) {
    let global = module.globals.count
    let get = Op.globalGet(global)
    let count = get + Op.i32(1) + Op.i32sub + Op.globalSet(global)
    // The global reaches 0 at the visit that is to trap, or -1, which is the largest address.
    let last = Op.i32(Int32(visit - 1))
    let lastButOne = Op.i32(Int32(visit - 2))
    let parts: Parts =
      switch kind {
      case .unreachable: Parts(start: last, before: [], trap: Op.unreachable, after: [])
      case .conditional:
        Parts(
          start: last, before: get + Op.i32eqz + [0x04, 0x40], trap: Op.unreachable,
          after: Op.end + count)
      case .division:
        Parts(start: last, before: Op.i32(100) + get, trap: Op.i32divU, after: Op.drop + count)
      case .conversion:
        // From -1 on a float is too small for an unsigned integer.
        Parts(
          start: lastButOne, before: get + Op.plain(0xB7), trap: Op.plain(0xAB),
          after: Op.drop + count)
      case .load:
        Parts(start: lastButOne, before: get, trap: Op.memory(0x2D), after: Op.drop + count)
      case .tableGet:
        Parts(start: lastButOne, before: get, trap: [0x25, 0], after: Op.drop + count)
      case .memoryCopy:
        // Before its time it copies bytes onto themselves.
        Parts(
          start: lastButOne, before: Op.i32(0) + Op.i32(0) + get, trap: Op.memoryCopy, after: count)
      case .indirectCall:
        call(
          module.types[offset % module.types.count], start: last, index: Op.i32(-1),
          Op.callIndirect(type: offset % module.types.count))
      case .hostCall:
        call(
          module.type(ofFunction: offset % module.importedFunctionCount), start: last, index: [],
          Op.call(offset % module.importedFunctionCount))
      }
    let patch = ModulePatch(
      module, function: function, before: offset,
      code: parts.before + parts.trap + parts.after,
      global: [ValueType.i32.code, 1] + parts.start + Op.end)
    return (patch.bytes, patch.insertion + parts.before.count)
  }

  /// The instructions up to the one that traps, that one, and the rest.
  private struct Parts {
    var start: [UInt8]
    var before: [UInt8]
    var trap: [UInt8]
    var after: [UInt8]
  }

  /// Calls with arguments that can be told apart.
  private func call(
    _ type: FuncType, start: [UInt8], index: [UInt8], _ instruction: [UInt8]
  ) -> Parts {
    let arguments = type.parameters.enumerated().flatMap { Op.constant($1, 1000 + $0) }
    return Parts(
      start: start, before: arguments + index, trap: instruction,
      after: type.results.flatMap { _ in Op.drop })
  }

  /// Whether the kind can be used: nothing must trap before its time.
  static func fits(_ kind: Kind, visit: Int, in module: Module) -> Bool {
    let bytes = Int(module.memories.first?.limits.minimum ?? 0) << 16
    return switch kind {
    case .unreachable: visit == 1
    case .load: visit < bytes
    case .memoryCopy: !module.memories.isEmpty && visit < max(2, bytes)
    case .tableGet:
      module.tables.first.map { visit == 1 || visit - 2 < Int($0.limits.minimum) } ?? false
    case .indirectCall: visit == 1 && module.tables.first?.element == .funcref
    case .hostCall: module.importedFunctionCount > 0
    case .conditional, .division, .conversion: true
    }
  }
}

extension Placement: CustomStringConvertible {
  var description: String { "\(kind) before \(offset), visit \(visit)" }
}

extension Op {
  /// A value of a type; null of references.
  fileprivate static func constant(_ type: ValueType, _ value: Int) -> [UInt8] {
    switch type.kind {
    case .i32: i32(Int32(value))
    case .i64: i64(Int64(value))
    case .f32: f32(Float(value))
    case .f64: f64(Double(value))
    case .v128: [0xFD, 0x0C] + Array(repeating: UInt8(truncatingIfNeeded: value), count: 16)
    case .funcref, .externref, .exnref: [0xD0, type.code]
    }
  }
}
