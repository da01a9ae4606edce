import Engine
import TestKit

/// A trap put into a module: before which instruction, and at which of its visits it goes off.
struct Placement {
  /// How it traps.
  ///
  /// All but `unreachable` count visits in a global and keep the code behind them alive; the last
  /// three are straight-line code, before which nothing has to be brought into a canonical state.
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
      }
    let patch = ModulePatch(
      module, function: function, before: offset,
      code: parts.before + parts.trap + parts.after,
      global: [ValueType.i32.rawValue, 1] + parts.start + Op.end)
    return (patch.bytes, patch.insertion + parts.before.count)
  }

  /// The instructions up to the one that traps, that one, and the rest.
  private struct Parts {
    var start: [UInt8]
    var before: [UInt8]
    var trap: [UInt8]
    var after: [UInt8]
  }

  /// Whether the kind can be used: a load must not trap before its time.
  static func fits(_ kind: Kind, visit: Int, in module: Module) -> Bool {
    switch kind {
    case .unreachable: visit == 1
    case .load: module.memories.first.map { visit < Int($0.limits.minimum) << 16 } ?? false
    default: true
    }
  }
}
