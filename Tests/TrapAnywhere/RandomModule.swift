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

  private let style: RandomStyle

  /// The module of a seed, half of them with vectors.
  public static func bytes(seed: Int, style: RandomStyle = .plain) -> [UInt8] {
    var module = RandomModule(
      numbers: RandomNumbers(seed: seed, stream: 4), globalTypes: RandomCode.types(seed: seed),
      style: style)
    return module.make()
  }

  private init(numbers: RandomNumbers, globalTypes: [ValueType], style: RandomStyle) {
    self.numbers = numbers
    self.globalTypes = globalTypes
    self.style = style
  }

  private mutating func make() -> [UInt8] {
    hosts = 3
    for i in 0..<hosts {
      var type = functionType()
      if style.isComparable { type = FuncType(parameters: type.parameters) }
      functions.append(type)
      let (module, name) = style.isComparable ? ("fuzzing-support", "log-\(i)") : ("host", "f\(i)")
      _ = builder.importFunction(module, name, type.parameters, type.results)
    }
    let defined = 2 + numbers.below(4)
    // Types of imports again, so that another instance can stand for the host.
    for i in 0..<defined {
      functions.append(numbers.once(in: 2) ? functions[i % hosts] : functionType())
    }
    for type in globalTypes { builder.global(type, RandomCode.constant(type, &numbers)) }
    builder.memory(pages: 1, maximum: 3)
    var tags: [[ValueType]] = []
    // What is compared with other engines stays with what all of them know.
    if !style.isComparable {
      builder.anotherMemory(pages: 1, maximum: 2)
      tags = (0..<3).map { limit in
        (0..<limit * 2).map { _ in numbers.one(of: globalTypes) }
      }
      for tag in tags { builder.tag(tag) }
    }
    builder.table(size: 10, elements: Array(hosts..<functions.count))
    builder.data(at: 0, (0..<256).map { _ in UInt8(truncatingIfNeeded: numbers.next()) })
    for index in hosts..<functions.count {
      var code = RandomCode(
        numbers, function: index, of: functions, hosts: hosts, globals: globalTypes, tags: tags,
        style: style, builder)
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
    for limit in [style.parameters, style.results] {
      types.append((0..<numbers.below(limit)).map { _ in numbers.one(of: globalTypes) })
    }
    return FuncType(parameters: types[0], results: types[1])
  }
}
