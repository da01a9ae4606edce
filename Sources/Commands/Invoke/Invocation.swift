import Engine
import Foundation
import Runtime

/// One call of an export from scratch: load, compile, instantiate, run; with the time of each step.
struct Invocation {
  /// The module file; a directory stands for the `_bin` of a ROM, `-` for standard input.
  var path: String
  /// The exported function.
  var export: String
  /// Its arguments as on the command line.
  var arguments: [String] = []
  /// How often the function is called, on the same instance.
  var repetitions = 1
  var config = CodegenConfig.host
  var limits = StoreLimits(memoryBytes: 1 << 32)
  var missing = Imports.Missing.error
  /// CPU seconds that one call may take; nil for no limit.
  var callbackLimit: Double?
  /// Units of fuel that one call may take, in code that counts; nil for no limit.
  var fuel: UInt64?

  /// Carries it out.
  ///
  /// A trap is an answer, not a failure.
  func run() throws(Failure) -> InvocationResult {
    var seconds = InvocationResult.Seconds()
    var arrival: ContinuousClock.Instant?
    let start: ContinuousClock.Instant
    let compiled: CompiledModule
    let store = Store(limits: limits)
    store.callbackLimit = callbackLimit
    store.fuel = fuel
    var compileBytes: Int?
    if path == StandardInput.word {
      start = .now
      (compiled, arrival) = try receive(&seconds)
    } else {
      let bytes = try readFile(modulePath(path))
      start = .now
      let memory = PeakMemory()
      compiled = try compile(bytes, &seconds)
      compileBytes = memory.growth
    }
    let (function, values) = try target(in: compiled.module)
    var result = InvocationResult(compiled, seconds)
    result.compileBytes = compileBytes
    do {
      let instance = try ThreadClock.measure(&result.seconds.instantiate) {
        () throws(InstantiationError) in
        try Instance(compiled, imports: Imports(missing: missing), store: store)
      }
      result.seconds.lastByteToCallable = arrival.map { $0.duration(to: .now) / .seconds(1) }
      guard let function = instance.function(function) else {
        throw Failure.internalError(path, "no function \(function)")
      }
      try repeatCall(function, values, &result)
    } catch let trap as Trap {
      result.trap = trap
    } catch InstantiationError.trap(let trap) {
      result.trap = trap
      result.hasStarted = false
    } catch let failure as Failure {
      throw failure
    } catch {
      throw fail(error)
    }
    let wall = start.duration(to: .now).components
    result.seconds.wall = Double(wall.seconds) + Double(wall.attoseconds) * 1e-18
    return result
  }

  private func fail(_ error: some Error) -> Failure { .badData(inputName(path), "\(error)") }

  private func compile(
    _ bytes: [UInt8], _ seconds: inout InvocationResult.Seconds
  ) throws(Failure) -> CompiledModule {
    let module: Module
    do {
      module = try ThreadClock.measure(&seconds.load) { () throws(DecodeError) in
        try Module(decoding: bytes)
      }
    } catch {
      throw fail(error)
    }
    do {
      return try ThreadClock.measure(&seconds.compile) { () throws(ValidationError) in
        try CompiledModule(compiling: module, config: config)
      }
    } catch {
      throw fail(error)
    }
  }

  /// Compiles what comes through standard input; also tells when the last of it came.
  private func receive(
    _ seconds: inout InvocationResult.Seconds
  ) throws(Failure) -> (CompiledModule, ContinuousClock.Instant) {
    var input = try StandardInput()
    let compiled = try ThreadClock.measure(&seconds.compile) { () throws(Failure) in
      try input.compile(config: config)
    }
    seconds.lastByteToCode = input.lastArrival.duration(to: .now) / .seconds(1)
    return (compiled, input.lastArrival)
  }

  private func repeatCall(
    _ function: Function, _ values: [Value], _ result: inout InvocationResult
  ) throws(Trap) {
    for _ in 0..<repetitions {
      var time = 0.0
      defer {
        result.runs.append(time)
        result.seconds.run += time
      }
      result.values = try ThreadClock.measure(&time) { () throws(Trap) in
        try function.call(values)
      }
    }
  }

  /// The function's index and the arguments as values of its parameters' types.
  private func target(in module: Module) throws(Failure) -> (Int, [Value]) {
    let name = Array(export.utf8)
    guard let found = module.exports.first(where: { $0.name == name }) else {
      throw .badData(
        inputName(path), "no export \(String(displaying: name)); \(Self.offer(of: module))")
    }
    guard found.kind == .function else {
      throw .badData(inputName(path), "export \(String(displaying: name)) is not a function")
    }
    let type = module.type(ofFunction: found.index)
    guard arguments.count == type.parameters.count else {
      throw .usage(
        export, "takes \(type.parameters.count) arguments (\(type)), got \(arguments.count)")
    }
    var values: [Value] = []
    for (type, text) in zip(type.parameters, arguments) {
      guard let value = Value(type, parsing: text) else {
        throw .usage("argument \(values.count + 1)", "\(visible(text)) is not of type \(type)")
      }
      values.append(value)
    }
    return (found.index, values)
  }

  private func visible(_ text: String) -> String { String(displaying: text.utf8, limit: 80) }

  /// The names of a module's functions, for somebody who asked for another.
  private static func offer(of module: Module) -> String {
    let names = module.exports.filter { $0.kind == .function }.map { String(displaying: $0.name) }
    if names.isEmpty { return "the module exports no functions" }
    let shown = names.prefix(8).joined(separator: ", ")
    return "there \(names.count == 1 ? "is" : "are") \(shown)\(names.count > 8 ? ", …" : "")"
  }
}
