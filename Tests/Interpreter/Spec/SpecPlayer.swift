import Engine
import Foundation

/// Plays a script of the test suite on the interpreter.
///
/// Commands about modules that must be refused prove nothing about it and are left out.
public struct SpecPlayer: ~Copyable {
  /// What came of a script.
  public struct Outcome {
    /// Commands that did what they should.
    public var passed = 0
    /// Commands about decoding and validation.
    public var skipped = 0
    /// The others: line and reason.
    public var misses: [String] = []

    /// Nothing played yet.
    public init() {}
  }

  private let script: SpecScript
  private let store = PlainStore(pageLimit: 65536)
  private var machine = Machine()
  private var externs: [[UInt8]: [[UInt8]: PlainExtern]] = [:]
  private var current: PlainInstance?
  private var named: [String: PlainInstance] = [:]

  /// A player for a script.
  public init(_ script: SpecScript) {
    self.script = script
    machine.depthLimit = 2000
    externs[Array("spectest".utf8)] = Self.spectest(store)
  }

  deinit { store.close() }

  /// Plays all commands.
  public mutating func play() -> Outcome {
    var outcome = Outcome()
    for command in script.commands {
      switch command.type {
      case "assert_invalid", "assert_malformed": outcome.skipped += 1
      default:
        if let reason = play(command) {
          outcome.misses.append("\(command.line): \(reason)")
        } else {
          outcome.passed += 1
        }
      }
    }
    return outcome
  }

  /// Plays a command; returns why it failed, nil if it did not.
  private mutating func play(_ command: SpecScript.Command) -> String? {
    switch command.type {
    case "module": module(command)
    case "register": register(command)
    case "action", "assert_return": assertReturn(command)
    case "assert_trap", "assert_exhaustion": assertTrap(command)
    case "assert_exception": assertException(command)
    case "assert_unlinkable": assertUnlinkable(command)
    case "assert_uninstantiable": assertUninstantiable(command)
    default: "\(command.type) is not supported"
    }
  }

  // MARK: Modules

  private mutating func instantiate(_ command: SpecScript.Command) throws -> PlainInstance {
    guard let name = command.filename, let bytes = script.files?[name] else {
      throw CocoaError(.fileNoSuchFile)
    }
    let module = try Module(decoding: [UInt8](bytes))
    return try PlainInstance.instantiate(module, in: store, on: &machine) { [externs] in
      externs[$0.module]?[$0.name]
    }
  }

  private mutating func module(_ command: SpecScript.Command) -> String? {
    do {
      let instance = try instantiate(command)
      current = instance
      if let name = command.name { named[name] = instance }
      return nil
    } catch {
      return "\(error)"
    }
  }

  private mutating func register(_ command: SpecScript.Command) -> String? {
    guard let instance = command.name.map({ named[$0] }) ?? current, let name = command.as else {
      return "no such module"
    }
    for export in instance.module.exports {
      externs[Array(name.utf8), default: [:]][export.name] = instance.export(named: export.name)
    }
    return nil
  }

  private mutating func assertUnlinkable(_ command: SpecScript.Command) -> String? {
    do {
      _ = try instantiate(command)
      return "linked, expected: \(command.text ?? "")"
    } catch PlainInstantiationError.link {
      return nil
    } catch {
      return "\(error)"
    }
  }

  private mutating func assertUninstantiable(_ command: SpecScript.Command) -> String? {
    do {
      _ = try instantiate(command)
      return "instantiated, expected: \(command.text ?? "")"
    } catch PlainInstantiationError.trap(let trap) {
      return mismatch(trap, command.text ?? "")
    } catch {
      return "\(error)"
    }
  }

  // MARK: Actions

  private enum Result {
    case values([PlainValue])
    case trap(PlainTrap)
    case impossible(String)
  }

  private mutating func perform(_ action: SpecScript.Action?) -> Result {
    guard let action, let instance = action.module.map({ named[$0] }) ?? current else {
      return .impossible("no such module")
    }
    switch instance.export(named: Array(action.field.utf8)) {
    case .global(let global): return .values([global.value])
    case .function(let function):
      let arguments = (action.args ?? []).compactMap(\.exact)
      guard arguments.map(\.type) == function.type.parameters else {
        return .impossible("arguments that do not fit \(function.type)")
      }
      do {
        return .values(try machine.call(function, arguments))
      } catch {
        return .trap(error)
      }
    default: return .impossible("nothing to call or get is named \(action.field)")
    }
  }

  private mutating func assertReturn(_ command: SpecScript.Command) -> String? {
    switch perform(command.action) {
    case .impossible(let why): return why
    case .trap(let trap): return "trapped: \(trap.kind)"
    case .values(let values):
      // A plain action may return anything.
      guard let expected = command.expected, command.type == "assert_return" else { return nil }
      let isRight =
        values.count == expected.count && zip(values, expected).allSatisfy { $1.matches($0) }
      return isRight ? nil : "returned \(values), expected \(expected)"
    }
  }

  private mutating func assertTrap(_ command: SpecScript.Command) -> String? {
    switch perform(command.action) {
    case .impossible(let why): why
    case .values(let values): "returned \(values), expected \(command.text ?? "")"
    case .trap(let trap): mismatch(trap, command.text ?? "")
    }
  }

  private mutating func assertException(_ command: SpecScript.Command) -> String? {
    switch perform(command.action) {
    case .impossible(let why): why
    case .values(let values): "returned \(values), expected an exception"
    case .trap(let trap): trap.kind == .uncaughtException ? nil : "trapped: \(trap.kind)"
    }
  }

  /// Why a trap is not the one that the suite's words mean; nil if it is.
  private func mismatch(_ trap: PlainTrap, _ text: String) -> String? {
    let words: PlainTrap.Kind? =
      switch text {
      case _ where text.hasPrefix("unreachable"): .unreachable
      case _ where text.hasPrefix("out of bounds memory"): .memoryOutOfBounds
      case _ where text.hasPrefix("out of bounds table"): .tableOutOfBounds
      case _ where text.hasPrefix("undefined element"): .tableOutOfBounds
      case _ where text.hasPrefix("uninitialized"): .indirectCallToNull
      case _ where text.hasPrefix("indirect call type"): .indirectCallTypeMismatch
      case _ where text.hasPrefix("integer divide"): .integerDivideByZero
      case _ where text.hasPrefix("integer overflow"): .integerOverflow
      case _ where text.hasPrefix("invalid conversion"): .invalidConversionToInteger
      case _ where text.hasPrefix("call stack"): .callStackExhausted
      case _ where text.hasPrefix("null"): .nullReference
      default: nil
      }
    return words == trap.kind ? nil : "trapped: \(trap.kind), expected \(text)"
  }

  // MARK: The module that scripts import from

  private static func spectest(_ store: PlainStore) -> [[UInt8]: PlainExtern] {
    var externs: [[UInt8]: PlainExtern] = [:]
    let functions: [(String, [ValueType])] = [
      ("print", []), ("print_i32", [.i32]), ("print_i64", [.i64]), ("print_f32", [.f32]),
      ("print_f64", [.f64]), ("print_i32_f32", [.i32, .f32]), ("print_f64_f64", [.f64, .f64]),
    ]
    for (name, parameters) in functions {
      externs[Array(name.utf8)] = .function(
        store.makeFunction(FuncType(parameters: parameters)) { (_, _) throws(PlainTrap) in [] })
    }
    let globals: [(String, PlainValue)] = [
      ("global_i32", PlainValue(.i32, 666)), ("global_i64", PlainValue(.i64, 666)),
      ("global_f32", PlainValue(.f32, UInt64(Float(666.6).bitPattern))),
      ("global_f64", PlainValue(.f64, (666.6).bitPattern)),
    ]
    for (name, value) in globals {
      externs[Array(name.utf8)] = .global(
        store.makeGlobal(GlobalType(value: value.type, isMutable: false), value))
    }
    externs[Array("table".utf8)] = .table(
      store.makeTable(TableType(element: .funcref, limits: Limits(minimum: 10, maximum: 20))))
    externs[Array("memory".utf8)] = .memory(
      store.makeMemory(MemoryType(limits: Limits(minimum: 1, maximum: 2))))
    return externs
  }
}
