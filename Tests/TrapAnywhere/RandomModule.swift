import Engine
import TestKit

/// Makes valid modules that keep many operands alive: what compilers of C do not.
///
/// Calls go to functions of higher index alone and loops count down, so that everything ends.
public struct RandomModule {
  private var numbers: RandomNumbers
  private var builder = ModuleBuilder()
  private var functions: [FuncType] = []
  private var hosts = 0
  private let globalTypes: [ValueType]

  /// The module of a seed, half of them with vectors.
  public static func bytes(seed: Int) -> [UInt8] {
    var module = RandomModule(
      numbers: RandomNumbers(seed: seed, stream: 4), globalTypes: RandomCode.types(seed: seed))
    return module.make()
  }

  private init(numbers: RandomNumbers, globalTypes: [ValueType]) {
    self.numbers = numbers
    self.globalTypes = globalTypes
  }

  private mutating func make() -> [UInt8] {
    hosts = 3
    for i in 0..<hosts {
      let type = functionType()
      functions.append(type)
      _ = builder.importFunction("host", "f\(i)", type.parameters, type.results)
    }
    let defined = 2 + numbers.below(4)
    // Types of imports again, so that another instance can stand for the host.
    for i in 0..<defined {
      functions.append(numbers.once(in: 2) ? functions[i % hosts] : functionType())
    }
    for type in globalTypes { builder.global(type, RandomCode.constant(type, &numbers)) }
    builder.memory(pages: 1, maximum: 3)
    builder.anotherMemory(pages: 1, maximum: 2)
    let tags = (0..<3).map { limit in
      (0..<limit * 2).map { _ in numbers.one(of: globalTypes) }
    }
    for tag in tags { builder.tag(tag) }
    builder.table(size: 10, elements: Array(hosts..<functions.count))
    builder.data(at: 0, (0..<256).map { _ in UInt8(truncatingIfNeeded: numbers.next()) })
    for index in hosts..<functions.count {
      var code = RandomCode(
        numbers, function: index, of: functions, hosts: hosts, globals: globalTypes, tags: tags,
        builder)
      let body = code.body()
      numbers = code.numbers
      builder = code.builder
      builder.add(
        functions[index].parameters, functions[index].results,
        locals: code.locals.dropFirst(functions[index].parameters.count).map { (1, $0) },
        export: "f\(index)", body)
    }
    return builder.bytes
  }

  private mutating func functionType() -> FuncType {
    var types: [[ValueType]] = []
    for limit in [8, 3] {
      types.append((0..<numbers.below(limit)).map { _ in numbers.one(of: globalTypes) })
    }
    return FuncType(parameters: types[0], results: types[1])
  }
}
