import Engine
import Foundation
import Runtime

/// Plays one script of the test suite in a store of its own.
struct WastRunner {
  /// A command that did not do what the script says.
  struct Miss {
    var line: Int
    var reason: String
  }

  private let script: WastScript
  private let config: CodegenConfig
  private let features: Features
  private let missing: Imports.Missing
  private let store: Store
  private var imports: Imports
  private var current: Instance?
  private var named: [String: Instance] = [:]
  private var definitions: [String: CompiledModule] = [:]
  private var lastDefinition: CompiledModule?

  private(set) var passed = 0
  private(set) var misses: [Miss] = []

  init(
    _ script: WastScript, config: CodegenConfig, features: Features = .webAssembly2,
    missing: Imports.Missing
  ) {
    self.script = script
    self.config = config
    self.features = features
    self.missing = missing
    store = Store(
      limits: StoreLimits(memoryBytes: 1 << 32, tableElements: 1 << 28, stackBytes: 8 << 20))
    imports = Imports(missing: missing)
    SpecTestModule.define(in: &imports, store)
  }

  /// Plays all commands.
  ///
  /// When a module command fails, what comes after it counts as failed.
  mutating func run() {
    for (i, command) in script.commands.enumerated() {
      if let reason = play(command) {
        misses.append(Miss(line: command.line, reason: reason))
        if command.type == "module" {
          for later in script.commands[(i + 1)...] {
            misses.append(Miss(line: later.line, reason: "not run: a module failed"))
          }
          return
        }
      } else {
        passed += 1
      }
    }
  }

  /// Plays a command; returns why it failed, nil if it did not.
  private mutating func play(_ command: WastScript.Command) -> String? {
    switch command.type {
    case "module": return module(command)
    case "module_definition": return definition(command)
    case "module_instance": return instance(command)
    case "register": return register(command)
    case "action": return action(command).failure
    case "assert_return": return assertReturn(command)
    case "assert_trap", "assert_exhaustion": return assertTrap(command)
    case "assert_exception": return assertException(command)
    case "assert_invalid", "assert_malformed": return assertRefused(command)
    case "assert_unlinkable": return assertUnlinkable(command)
    case "assert_uninstantiable": return assertUninstantiable(command)
    default: return "\(command.type) is not supported"
    }
  }

  // MARK: Modules

  private enum Outcome<Success> {
    case success(Success)
    case failure(String)

    var failure: String? { if case .failure(let why) = self { why } else { nil } }
  }

  private func compile(_ command: WastScript.Command) -> Outcome<CompiledModule> {
    guard let name = command.filename, let bytes = script.files?[name] else {
      return .failure("the script has no file \(command.filename ?? "?")")
    }
    do {
      let module = try Module(decoding: [UInt8](bytes), features: features)
      return .success(try CompiledModule(compiling: module, config: config))
    } catch {
      return .failure("\(error)")
    }
  }

  private mutating func instantiate(
    _ compiled: CompiledModule, _ name: String?
  ) throws(InstantiationError) {
    let instance = try Instance(compiled, imports: imports, store: store)
    current = instance
    if let name { named[name] = instance }
  }

  private mutating func module(_ command: WastScript.Command) -> String? {
    switch compile(command) {
    case .failure(let why): return why
    case .success(let compiled):
      do {
        try instantiate(compiled, command.name)
        return nil
      } catch {
        return "\(error)"
      }
    }
  }

  private mutating func definition(_ command: WastScript.Command) -> String? {
    switch compile(command) {
    case .failure(let why): return why
    case .success(let compiled):
      lastDefinition = compiled
      if let name = command.name { definitions[name] = compiled }
      return nil
    }
  }

  private mutating func instance(_ command: WastScript.Command) -> String? {
    guard let compiled = command.module.map({ definitions[$0] }) ?? lastDefinition else {
      return "no such definition"
    }
    do {
      try instantiate(compiled, command.name)
      return nil
    } catch {
      return "\(error)"
    }
  }

  private mutating func register(_ command: WastScript.Command) -> String? {
    guard let instance = command.name.map({ named[$0] }) ?? current, let name = command.as else {
      return "no such module"
    }
    imports.define(module: Array(name.utf8), exportsOf: instance)
    return nil
  }

  // MARK: Actions

  private enum ActionResult {
    case values([Value])
    case trap(Trap)
    case impossible(String)

    var failure: String? {
      switch self {
      case .values: nil
      case .trap(let trap): "trapped: \(trap.message)"
      case .impossible(let why): why
      }
    }
  }

  private func action(_ command: WastScript.Command) -> ActionResult {
    guard let action = command.action else { return .impossible("no action") }
    guard let instance = action.module.map({ named[$0] }) ?? current else {
      return .impossible("no such module")
    }
    let export = instance.export(named: Array(action.field.utf8))
    if action.type == "get" {
      guard let global = export?.global else { return .impossible("no global \(action.field)") }
      return .values([global.value])
    }
    guard let function = export?.function else {
      return .impossible("no function \(action.field)")
    }
    let arguments = (action.args ?? []).compactMap(\.argument)
    guard arguments.count == action.args?.count ?? 0,
      zip(arguments, function.type.parameters).allSatisfy({ $0.fits($1) }),
      arguments.count == function.type.parameters.count
    else { return .impossible("arguments that do not fit \(function.type)") }
    do {
      return .values(try function.call(arguments))
    } catch {
      return .trap(error)
    }
  }

  private func assertReturn(_ command: WastScript.Command) -> String? {
    let result = action(command)
    guard case .values(let values) = result else { return result.failure }
    let expected = command.expected ?? []
    guard values.count == expected.count,
      zip(values, expected).allSatisfy({ $1.matches($0) })
    else {
      return "returned (\(values.map(\.script).joined(separator: ", "))), expected "
        + "(\(expected.map(\.words).joined(separator: ", ")))"
    }
    return nil
  }

  private func assertTrap(_ command: WastScript.Command) -> String? {
    switch action(command) {
    case .values(let values):
      return "returned (\(values.map(\.script).joined(separator: ", "))), expected a trap"
    case .impossible(let why): return why
    case .trap(let trap): return mismatch(trap, command.text ?? "")
    }
  }

  private func assertException(_ command: WastScript.Command) -> String? {
    switch action(command) {
    case .values(let values):
      return "returned (\(values.map(\.script).joined(separator: ", "))), expected an exception"
    case .impossible(let why): return why
    case .trap(let trap):
      return trap.kind == .uncaughtException ? nil : "trapped: \(trap.message)"
    }
  }

  /// Why a trap is not the one that the suite's words mean; nil if it is.
  private func mismatch(_ trap: Trap, _ text: String) -> String? {
    let kinds: [(String, TrapKind)] = [
      ("unreachable", .unreachable), ("out of bounds memory", .memoryOutOfBounds),
      ("out of bounds table", .tableOutOfBounds), ("undefined element", .tableOutOfBounds),
      ("uninitialized", .indirectCallToNull),
      ("indirect call type mismatch", .indirectCallTypeMismatch),
      ("integer divide by zero", .integerDivideByZero), ("integer overflow", .integerOverflow),
      ("invalid conversion", .invalidConversionToInteger),
      ("call stack exhausted", .callStackExhausted), ("null", .nullReference),
    ]
    guard let wanted = kinds.first(where: { text.hasPrefix($0.0) })?.1 else {
      return "trapped: \(trap.message); the script's \"\(text)\" is not known"
    }
    return wanted == trap.kind ? nil : "trapped: \(trap.message), expected \(text)"
  }

  // MARK: Refusals

  private func assertRefused(_ command: WastScript.Command) -> String? {
    guard let name = command.filename, let bytes = script.files?[name] else {
      return "the script has no file \(command.filename ?? "?")"
    }
    let text = command.text ?? ""
    let module: Module
    do throws(DecodeError) {
      module = try Module(decoding: [UInt8](bytes), features: features)
    } catch {
      return error.kind.isMeant(by: text) ? nil : "refused: \(error), expected: \(text)"
    }
    do throws(ValidationError) {
      _ = try CompiledModule(compiling: module, config: config)
      return "accepted, expected: \(text)"
    } catch {
      return error.kind.isMeant(by: text) ? nil : "refused: \(error), expected: \(text)"
    }
  }

  private func assertUnlinkable(_ command: WastScript.Command) -> String? {
    switch compile(command) {
    case .failure(let why): return why
    case .success(let compiled):
      do {
        _ = try Instance(compiled, imports: imports, store: store)
        return "linked, expected: \(command.text ?? "")"
      } catch {
        if case .link = error { return nil }
        return "\(error), expected: \(command.text ?? "")"
      }
    }
  }

  private func assertUninstantiable(_ command: WastScript.Command) -> String? {
    switch compile(command) {
    case .failure(let why): return why
    case .success(let compiled):
      do {
        _ = try Instance(compiled, imports: imports, store: store)
        return "instantiated, expected: \(command.text ?? "")"
      } catch {
        if case .trap(let trap) = error { return mismatch(trap, command.text ?? "") }
        return "\(error), expected a trap"
      }
    }
  }
}
