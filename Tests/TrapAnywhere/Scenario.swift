import Engine
import Interpreter

/// What happens to a module in either engine: instantiation, then calls of exports one by one.
///
/// Everything follows from the module and the seed, the results of host functions too.
struct Scenario {
  struct Call {
    var export: [UInt8]
    var arguments: [PlainValue]
  }

  let seed: Int
  let calls: [Call]
  /// If there are any, a second instance is made, and its are the calls; it takes these imports from
  /// the first instance: by import the name of the export.
  let links: [Import: [UInt8]]

  init(_ module: Module, seed: Int) {
    self.seed = seed
    var numbers = RandomNumbers(seed: seed, stream: 1)
    var exports = module.exports.filter { $0.kind == .function }
    var links: [Import: [UInt8]] = [:]
    if numbers.once(in: 2) {
      for item in module.imports {
        guard case .function(let type) = item.kind else { continue }
        let fitting = exports.filter { module.type(ofFunction: $0.index) == module.types[type] }
        if !fitting.isEmpty, !numbers.once(in: 4) { links[item] = numbers.one(of: fitting).name }
      }
    }
    self.links = links
    // The file's order is what a program with a start expects.
    if numbers.once(in: 2) { exports.shuffle(using: &numbers) }
    calls = exports.map { export in
      Call(
        export: export.name,
        arguments: module.type(ofFunction: export.index).parameters.map {
          RandomValues.value($0, &numbers)
        })
    }
  }

  /// What the host returns from its call number `number`.
  func hostResults(_ types: [ValueType], call number: Int) -> [PlainValue] {
    var numbers = RandomNumbers(seed: seed &+ number, stream: 2)
    return types.map { RandomValues.value($0, &numbers) }
  }

  /// The call into the module that the host makes in its call number `number`, now and then.
  func nestedCall(inHostCall number: Int, depth: Int) -> Call? {
    var numbers = RandomNumbers(seed: seed &+ number, stream: 5)
    guard depth < 2, !calls.isEmpty, numbers.once(in: 8) else { return nil }
    return numbers.one(of: calls)
  }

  /// The value of an imported global.
  func global(_ type: ValueType, import index: Int) -> PlainValue {
    var numbers = RandomNumbers(seed: seed &+ index, stream: 3)
    return RandomValues.value(type, &numbers)
  }
}
