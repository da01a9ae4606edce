// What the border between host and compiled code costs, and what happens at it when either side
// fails. `boundary cost` prints nanoseconds a call; `boundary instantiate` how long it takes to make an
// instance of a compiled module with 64 KiB of memory, in a store of its own; `boundary values` prints what it takes to read all
// locals and operands of a trap at several depths; `boundary symbols MODULE...` prints how long it
// takes to find the source of 1,000 instructions; `boundary trap` traps in wasm and exits 0;
// `boundary crash` dereferences null in a host function and dies of it.
import Engine
import Foundation
import Postmortem
import Runtime
import TestKit

/// Prints and makes the least of seven runs, in nanoseconds a call.
func measure(_ what: String, calls: Int, _ body: () throws -> Void) rethrows {
  var best = Double.infinity
  for _ in 0..<7 {
    let time = try ContinuousClock().measure(body)
    best = min(
      best, Double(time.components.attoseconds) * 1e-9 + Double(time.components.seconds) * 1e9)
  }
  print("\(what): \(String(format: "%.2f", best / Double(calls))) ns")
}

var module = ModuleBuilder()
let nothing = module.importFunction("host", "nothing")
let scalar = module.importFunction("host", "scalar")
let careless = module.importFunction("host", "careless")
let scalarSum = module.importFunction("host", "scalar-sum", [.i32, .i32], [.i32])
let sumOfTwo = module.importFunction("host", "sum", [.i32, .i32], [.i32])
let crash = module.importFunction("host", "crash")
module.memory(pages: 1)
module.add(export: "empty", [])
module.add([.i32, .i32], [.i32], export: "sum", Op.localGet(0) + Op.localGet(1) + Op.i32add)
/// Calls `code` as often as the parameter says.
@MainActor func loop(_ name: String, _ code: [UInt8]) {
  module.add(
    [.i32], export: name,
    Op.loop(code + Op.localGet(0) + Op.i32(1) + Op.i32sub + Op.localTee(0) + Op.brIf(0)))
}
loop("call-nothing", Op.call(nothing))
// The same, but it gets its arguments in registers.
loop("call-scalar", Op.call(scalar))
// The first, but it is not known to leave the processor's floating-point mode alone.
loop("call-careless", Op.call(careless))
loop("call-sum", Op.i32(1) + Op.i32(2) + Op.call(sumOfTwo) + Op.drop)
loop("call-scalar-sum", Op.i32(1) + Op.i32(2) + Op.call(scalarSum) + Op.drop)
loop("grow", Op.i32(0) + Op.memoryGrow + Op.drop)
module.add(export: "crash", Op.call(crash))
let down = module.add(export: "down", [])
module.functions[module.functions.count - 1].code = Op.call(down) + Op.end
let deep = module.add([.i32], export: "deep", [])
module.functions[module.functions.count - 1].code =
  Op.localGet(0)
  + Op.ifElse(
    0x40, Op.localGet(0) + Op.localGet(0) + Op.i32(1) + Op.i32sub + Op.call(deep) + Op.drop, [])
  + Op.unreachable + Op.end
module.add(export: "trap", Op.i32(-1) + Op.i32load() + Op.drop)

final class Context: Sendable {}
let context = Context()
var imports = Imports()
imports.define(
  module: "host", name: "nothing",
  HostFunction("nothing", type: FuncType(), keepsFloatingPointMode: true) {
    (_: Caller, _: UnsafeMutablePointer<UInt64>) throws(HostError) in
  })
imports.define(
  module: "host", name: "scalar",
  HostFunction("scalar", type: FuncType(), context: context) { _, _, _, _, _, _ in 0 })
imports.define(
  module: "host", name: "scalar-sum",
  HostFunction(
    "scalar-sum", type: FuncType(parameters: [.i32, .i32], results: [.i32]), context: context
  ) { one, other, _, _, _, _ in one &+ other })
imports.define(
  module: "host", name: "careless",
  HostFunction("careless", type: FuncType()) {
    (_: Caller, _: UnsafeMutablePointer<UInt64>) throws(HostError) in
  })
imports.define(
  module: "host", name: "sum",
  HostFunction(
    "sum", type: FuncType(parameters: [.i32, .i32], results: [.i32]), keepsFloatingPointMode: true
  ) {
    (_: Caller, words: UnsafeMutablePointer<UInt64>) throws(HostError) in
    words[0] = UInt64(UInt32(truncatingIfNeeded: words[0]) &+ UInt32(truncatingIfNeeded: words[1]))
  })
imports.define(
  module: "host", name: "crash",
  HostFunction("crash", type: FuncType()) {
    (_: Caller, _: UnsafeMutablePointer<UInt64>) throws(HostError) in
    UnsafeMutablePointer<UInt8>(bitPattern: 8)?.pointee = 1
  })
let instance = try Instance(
  CompiledModule(compiling: Module(decoding: module.bytes)), imports: imports, store: Store())

@MainActor func function(_ name: String) -> Function {
  guard let function = instance.export(named: name)?.function else { fatalError(name) }
  return function
}

switch CommandLine.arguments.dropFirst().first {
case "cost":
  let words = UnsafeMutablePointer<UInt64>.allocate(capacity: 4)
  words.initialize(repeating: 1, count: 4)
  let calls = 2_000_000
  for name in ["empty", "sum"] {
    let function = function(name)
    try measure("host to wasm, \(name)", calls: calls) {
      for _ in 0..<calls { try function.callRaw(words) }
    }
  }
  for name in [
    "call-nothing", "call-careless", "call-sum", "call-scalar", "call-scalar-sum", "grow",
  ] {
    let function = function(name)
    try measure("wasm to host, \(name)", calls: calls) {
      words[0] = UInt64(calls)
      try function.callRaw(words)
    }
  }
  let trap = function("trap")
  measure("trap with backtrace", calls: 1000) {
    for _ in 0..<1000 { try? trap.callRaw(words) }
  }
  let exhaust = function("down")
  measure("exhausted stack with backtrace", calls: 1) { try? exhaust.callRaw(words) }
case "instantiate":
  let compiled = instance.compiled
  measure("store", calls: 1000) { for _ in 0..<1000 { _ = Store() } }
  var small = ModuleBuilder()
  small.memory(pages: 1)
  small.add(export: "run", [])
  let plain = try CompiledModule(compiling: Module(decoding: small.bytes))
  // Its code stays where it is while an instance lives.
  let first = try Instance(plain, imports: Imports(), store: Store())
  try measure("store and instance", calls: 1000) {
    for _ in 0..<1000 { _ = try Instance(plain, imports: Imports(), store: Store()) }
  }
  try measure("store and instance with six host functions", calls: 1000) {
    for _ in 0..<1000 { _ = try Instance(compiled, imports: imports, store: Store()) }
  }
  try measure("store and instance, a page of whose memory is written to", calls: 1000) {
    for _ in 0..<1000 {
      let instance = try Instance(plain, imports: Imports(), store: Store())
      _ = instance.memories.first?.contents.write(1 as UInt32, at: 0)
    }
  }
  withExtendedLifetime(first) {}
case "values":
  let deep = function("deep")
  for depth in [1, 10, 1000, 10_000] {
    var backtrace = Duration.seconds(1)
    var values = Duration.seconds(1)
    for _ in 0..<30 {
      var trap: Trap?
      let whole = ContinuousClock().measure {
        do throws(Trap) { _ = try deep.call([.i32(UInt32(depth - 1))]) } catch { trap = error }
      }
      guard let trap, trap.frames.count == depth else { exit(1) }
      var read = 0
      let reading = ContinuousClock().measure {
        for frame in trap.frameValues { read += frame.locals.count }
      }
      guard read == depth else { exit(1) }
      backtrace = min(backtrace, whole)
      values = min(values, reading)
    }
    func microseconds(_ time: Duration) -> String {
      String(format: "%.1f", Double(time.components.attoseconds) * 1e-12)
    }
    print(
      "depth \(depth): call, trap and backtrace \(microseconds(backtrace)) us, "
        + "all values \(microseconds(values)) us")
  }
case "symbols":
  for path in CommandLine.arguments.dropFirst(2) {
    let module = try Module(decoding: [UInt8](Data(contentsOf: URL(fileURLWithPath: path))))
    let bodies = module.bodies
    guard bodies.count > 0 else { continue }
    let symbolizer = Symbolizer(module)
    /// Looks up `count` instructions, spread over all functions, each at a fraction of its code.
    func find(_ count: Int, at fraction: Double) -> Duration {
      ContinuousClock().measure {
        for number in 0..<count {
          let index = number * bodies.count / count
          let body = bodies[index]
          let offset = body.bodyOffset + Int(Double(body.size) * fraction)
          _ = symbolizer.functions(
            atOffset: offset, inFunction: module.importedFunctionCount + index)
        }
      }
    }
    let first = find(1, at: 0.5)
    let indexing = find(1000, at: 0.5)
    let indexed = find(1000, at: 0.6)
    func milliseconds(_ time: Duration) -> String {
      String(format: "%.2f", time / .milliseconds(1))
    }
    print(
      "\(URL(fileURLWithPath: path).lastPathComponent), \(module.bytes.count) bytes: first frame "
        + "\(milliseconds(first)) ms, 1000 frames \(milliseconds(indexing)) ms, 1000 others once "
        + "indexed \(milliseconds(indexed)) ms")
  }
case "trap":
  do {
    _ = try function("trap").call()
    exit(1)
  } catch {
    guard error.kind == .memoryOutOfBounds, error.frames.count == 1,
      error.fault == MemoryFault(address: 0xFFFF_FFFF, accessSize: 4, memorySize: 65536)
    else { exit(1) }
  }
case "crash": _ = try function("crash").call()
default:
  print("usage: boundary cost|instantiate|values|symbols MODULE...|trap|crash")
  exit(64)
}
