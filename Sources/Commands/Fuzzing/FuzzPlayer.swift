import Engine
import Runtime
import Synchronization

/// Repeats on our engine what another engine did with a random module, and compares.
struct FuzzPlayer {
  /// What came of a module.
  enum Verdict: Equatable {
    /// Nothing differs.
    case same
    /// All differences, one line each.
    case different([String])
    /// The module needs something that the engine does not have.
    case skipped(String)
  }

  let config: CodegenConfig

  /// Plays a module from its bytes.
  func play(_ expected: FuzzExpectation.Module, _ bytes: [UInt8]) -> Verdict {
    let compiled: CompiledModule
    switch compile(bytes) {
    case .success(let module): compiled = module
    case .failure(.fault(.featureMissing(let feature), _)): return .skipped("\(feature)")
    case .failure(.fault(_, let why)): return .different(["refused: \(why)"])
    }
    var differences = Self.unrepeatable(compiled)

    // Other engines' frames are larger or smaller: the stack must not be what makes the difference.
    let store = Store(limits: StoreLimits(memoryBytes: 1 << 32, stackBytes: 64 << 20))
    let book = LogBook()
    let instance: Instance
    do {
      instance = try Instance(compiled, imports: book.imports(for: compiled.module), store: store)
    } catch .trap(let trap) {
      if expected.instantiate != trap.kind.name {
        differences.append("instantiation: trapped with \(trap.kind.name)")
      }
      return Self.verdict(differences)
    } catch {
      return .different(differences + ["instantiation: \(error)"])
    }
    if let trap = expected.instantiate {
      return .different(differences + ["instantiation: succeeded, expected \(trap)"])
    }
    for call in expected.calls { check(call, instance, &differences) }
    checkState(expected, instance, &differences)
    if let logs = expected.logs, logs != book.logs {
      differences.append("logs: \(book.logs), expected \(logs)")
    }
    return Self.verdict(differences)
  }

  /// Compares the verdict on a damaged module of WebAssembly 2.0.
  func judge(_ damaged: DamagedModules.Module) -> Verdict {
    switch (compile([UInt8](damaged.bytes), features: .webAssembly2), damaged.verdict) {
    case (.success, .valid), (.failure, .invalid): .same
    case (.success, .invalid): .different(["accepted a module that is invalid (\(damaged.kind))"])
    case (.failure(.fault(.featureMissing(let feature), _)), .valid): .skipped("\(feature)")
    case (.failure(.fault(_, let why)), .valid): .different(["refused: \(why) (\(damaged.kind))"])
    }
  }

  private static func verdict(_ differences: [String]) -> Verdict {
    differences.isEmpty ? .same : .different(differences)
  }

  // MARK: Compiling

  private enum Refusal: Error {
    case fault(ModuleFault, String)
  }

  private func compile(
    _ bytes: [UInt8], features: Features = .default
  ) -> Result<CompiledModule, Refusal> {
    let module: Module
    do {
      module = try Module(decoding: bytes, features: features)
    } catch {
      return .failure(.fault(error.kind, "\(error)"))
    }
    do {
      return .success(try CompiledModule(compiling: module, config: config))
    } catch {
      return .failure(.fault(error.kind, "\(error)"))
    }
  }

  /// Functions that do not compile to the same code a second time.
  private static func unrepeatable(_ compiled: CompiledModule) -> [String] {
    (0..<compiled.definedFunctionCount).compactMap { index in
      let function = index + compiled.module.importedFunctionCount
      return compiled.map(ofFunction: function) == nil
        ? "function \(function) compiles to other code the second time" : nil
    }
  }

  // MARK: Running

  private func check(
    _ call: FuzzExpectation.Call, _ instance: Instance, _ differences: inout [String]
  ) {
    let place = "\(call.export)(\(call.args.map(\.value).joined(separator: ", ")))"
    guard let function = instance.export(named: call.export)?.function else {
      return differences.append("\(place): no such function")
    }
    let type = function.type
    let arguments = zip(type.parameters, call.args).compactMap { Value($0, data: $1.value) }
    guard arguments.count == type.parameters.count, call.args.count == arguments.count else {
      return differences.append("\(place): arguments do not fit \(type)")
    }
    let found: String
    do {
      // The modules count their own loops and calls down from here, so that all calls end.
      _ = try instance.export(named: "hangLimitInitializer")?.function?.call()
      found = try function.call(arguments).map(\.oracleText).joined(separator: " ")
    } catch {
      found = "trap \(error.kind.name)"
      if error.frames.isEmpty { differences.append("\(place): \(found) without a backtrace") }
    }
    let wanted =
      call.trap.map { "trap \($0)" }
      ?? (call.result ?? []).map { "\($0.type) \($0.value)" }.joined(separator: " ")
    if found != wanted { differences.append("\(place): \(found), expected \(wanted)") }
  }

  private func checkState(
    _ expected: FuzzExpectation.Module, _ instance: Instance, _ differences: inout [String]
  ) {
    for wanted in expected.globals ?? [] {
      let found = instance.export(named: wanted.export)?.global?.value.oracleText ?? "none"
      if found != "\(wanted.type) \(wanted.value)" {
        differences.append("global \(wanted.export): \(found), expected \(wanted.value)")
      }
    }
    guard let wanted = expected.memories?.first else { return }
    let exported = instance.compiled.module.exports.first { $0.kind == .memory }
    guard let memory = exported.flatMap({ instance.export(named: $0.name)?.memory }) else {
      return differences.append("memory: none")
    }
    let contents = memory.contents.all
    var sum = Checksum()
    sum.add(contents)
    if contents.count != wanted.pages << 16 {
      differences.append("memory: \(contents.count >> 16) pages, expected \(wanted.pages)")
    } else if sum.value != wanted.crc32 {
      differences.append("memory: checksum \(sum.value), expected \(wanted.crc32)")
    }
  }
}

extension Value {
  /// An argument from data; nil if it is none of this type.
  fileprivate init?(_ type: ValueType, data: String) {
    switch type {
    case .f32, .f64: self.init(type, parsing: "bits:" + data)
    default: self.init(type, parsing: data)
    }
  }

  /// The value as the oracle writes it.
  fileprivate var oracleText: String {
    if type.isReference { return "\(type) \(dataText == "null" ? "null" : "some")" }
    return "\(type) \(dataText)"
  }
}

/// Keeps the checksum of the host calls that a module makes.
private final class LogBook: Sendable {
  private let lines = Mutex((count: 0, sum: Checksum()))

  var logs: FuzzExpectation.Logs {
    lines.withLock { FuzzExpectation.Logs(count: $0.count, crc32: $0.sum.value) }
  }

  /// A logging function for each import of a module.
  func imports(for module: Module) -> Imports {
    var imports = Imports()
    for item in module.imports {
      guard case .function(let index) = item.kind else { continue }
      let type = module.types[index]
      let name = String(decoding: item.name, as: UTF8.self)
      guard item.module == Array("fuzzing-support".utf8), type.results.isEmpty else { continue }
      imports.define(
        module: "fuzzing-support", name: name,
        HostFunction(
          name, type: type,
          valueBody: { [self] (_, arguments) in
            write(([name] + arguments.map(\.dataText)).joined(separator: " "))
            return []
          }))
    }
    return imports
  }

  private func write(_ line: String) {
    lines.withLock {
      $0.count += 1
      $0.sum.add(line + "\n")
    }
  }
}
