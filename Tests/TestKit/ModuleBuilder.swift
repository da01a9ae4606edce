// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import Engine

/// Writes modules for tests, byte by byte where a test wants them wrong.
public struct ModuleBuilder {
  /// A function as the type and code sections have it.
  public struct Function {
    /// Index of its type.
    public var type: Int
    /// Groups of a count and a type.
    public var locals: [(UInt32, ValueType)]
    /// The instructions, the final `end` included.
    public var code: [UInt8]

    /// A function of a type.
    public init(type: Int, locals: [(UInt32, ValueType)] = [], code: [UInt8]) {
      self.type = type
      self.locals = locals
      self.code = code
    }
  }

  /// The type section.
  public var types: [FuncType]
  /// The functions, without imported ones.
  public var functions: [Function]
  /// Contents of further sections by id; 2, 4 to 9 and 11 to 13.
  public var sections: [UInt8: [UInt8]] = [:]
  /// Custom sections at the end.
  public var customs: [(name: String, content: [UInt8])] = []
  /// Names for the name section, by function index.
  public var functionNames: [Int: String] = [:]
  /// Entries of sections by id, written after a count where `sections` has nothing.
  private var entries: [UInt8: [[UInt8]]] = [:]
  private var importedFunctionCount = 0

  /// A module of types and functions, to be added to.
  public init(types: [FuncType] = [], functions: [Function] = []) {
    self.types = types
    self.functions = functions
  }

  /// An unsigned integer in LEB128.
  public static func leb(_ value: some BinaryInteger) -> [UInt8] {
    var rest = UInt64(value)
    var bytes: [UInt8] = []
    repeat {
      let low = UInt8(rest & 0x7F)
      rest >>= 7
      bytes.append(rest == 0 ? low : low | 0x80)
    } while rest != 0
    return bytes
  }

  /// A signed integer in LEB128.
  public static func signedLEB(_ value: Int64) -> [UInt8] {
    var rest = value
    var bytes: [UInt8] = []
    while true {
      let low = UInt8(rest & 0x7F)
      rest >>= 7
      if rest == 0 && low & 0x40 == 0 || rest == -1 && low & 0x40 != 0 { return bytes + [low] }
      bytes.append(low | 0x80)
    }
  }

  /// A name with its length.
  public static func name(_ text: String) -> [UInt8] { leb(text.utf8.count) + Array(text.utf8) }

  private static func vector(_ items: [[UInt8]]) -> [UInt8] { leb(items.count) + items.joined() }

  /// The module in the binary format.
  public var bytes: [UInt8] {
    var contents = entries.mapValues { Self.vector($0) }
    contents.merge(sections) { _, raw in raw }
    contents[1] = Self.vector(
      types.map { type in
        [0x60] + Self.vector(type.parameters.map { [$0.code] })
          + Self.vector(type.results.map { [$0.code] })
      })
    contents[3] = Self.vector(functions.map { Self.leb($0.type) })
    contents[10] = Self.vector(
      functions.map { function in
        let locals = Self.vector(function.locals.map { Self.leb($0.0) + [$0.1.code] })
        return Self.leb(locals.count + function.code.count) + locals + function.code
      })
    var bytes: [UInt8] = [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0]
    for id: UInt8 in [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11] {
      guard let content = contents[id] else { continue }
      bytes += [id] + Self.leb(content.count) + content
    }
    var customs = customs
    if !functionNames.isEmpty {
      let map = functionNames.sorted { $0.key < $1.key }.map { Self.leb($0) + Self.name($1) }
      let content = Self.vector(map)
      customs.append(("name", [1] + Self.leb(content.count) + content))
    }
    for custom in customs {
      let content = Self.name(custom.name) + custom.content
      bytes += [0] + Self.leb(content.count) + content
    }
    return bytes
  }

  /// A module of one function.
  public static func function(
    _ parameters: [ValueType] = [], _ results: [ValueType] = [],
    locals: [(UInt32, ValueType)] = [], code: [UInt8]
  ) -> ModuleBuilder {
    ModuleBuilder(
      types: [FuncType(parameters: parameters, results: results)],
      functions: [Function(type: 0, locals: locals, code: code)])
  }

  // MARK: Adding parts

  /// The index of a type, added if it is new.
  public mutating func type(_ parameters: [ValueType] = [], _ results: [ValueType] = []) -> Int {
    let type = FuncType(parameters: parameters, results: results)
    if let known = types.firstIndex(of: type) { return known }
    types.append(type)
    return types.count - 1
  }

  /// Imports a function, before any is added; returns its index.
  public mutating func importFunction(
    _ module: String, _ name: String, _ parameters: [ValueType] = [], _ results: [ValueType] = []
  ) -> Int {
    precondition(functions.isEmpty, "imports come before functions")
    let type = type(parameters, results)
    entries[2, default: []].append(
      Self.name(module) + Self.name(name) + [0] + Self.leb(type))
    importedFunctionCount += 1
    return importedFunctionCount - 1
  }

  /// Imports a tag.
  public mutating func importTag(_ module: String, _ name: String, _ parameters: [ValueType]) {
    let type = type(parameters)
    entries[2, default: []].append(
      Self.name(module) + Self.name(name) + [4, 0] + Self.leb(type))
  }

  /// Imports a table of functions.
  public mutating func importTable(_ module: String, _ name: String, size: Int) {
    entries[2, default: []].append(
      Self.name(module) + Self.name(name) + [1, 0x70, 0] + Self.leb(size))
  }

  /// Imports a memory.
  public mutating func importMemory(
    _ module: String, _ name: String, pages: Int, maximum: Int? = nil
  ) {
    let limits = maximum.map { [1] + Self.leb(pages) + Self.leb($0) } ?? [0] + Self.leb(pages)
    entries[2, default: []].append(Self.name(module) + Self.name(name) + [2] + limits)
  }

  /// Imports a mutable global.
  public mutating func importGlobal(_ module: String, _ name: String, _ type: ValueType) {
    entries[2, default: []].append(Self.name(module) + Self.name(name) + [3, type.code, 1])
  }

  /// Adds a function, exported under `export` if given and then named so too; returns its index.
  @discardableResult
  public mutating func add(
    _ parameters: [ValueType] = [], _ results: [ValueType] = [],
    locals: [(UInt32, ValueType)] = [], export: String? = nil, _ code: [UInt8]
  ) -> Int {
    let type = type(parameters, results)
    functions.append(Function(type: type, locals: locals, code: code + Op.end))
    let index = importedFunctionCount + functions.count - 1
    if let export {
      self.export(export, function: index)
      functionNames[index] = export
    }
    return index
  }

  /// Exports a function.
  public mutating func export(_ name: String, function: Int) {
    entries[7, default: []].append(Self.name(name) + [0] + Self.leb(function))
  }

  /// A memory, exported as `memory`.
  public mutating func memory(pages: Int, maximum: Int? = nil) {
    let limits = maximum.map { [1] + Self.leb(pages) + Self.leb($0) } ?? [0] + Self.leb(pages)
    entries[5, default: []].append(limits)
    entries[7, default: []].append(Self.name("memory") + [2, 0])
  }

  /// A further memory, not exported.
  public mutating func anotherMemory(pages: Int, maximum: Int) {
    entries[5, default: []].append([1] + Self.leb(pages) + Self.leb(maximum))
  }

  /// A tag, exported under `export` if given; returns its index.
  @discardableResult
  public mutating func tag(_ parameters: [ValueType] = [], export: String? = nil) -> Int {
    entries[13, default: []].append([0] + Self.leb(type(parameters)))
    let index = entries[13, default: []].count - 1
    if let export { entries[7, default: []].append(Self.name(export) + [4] + Self.leb(index)) }
    return index
  }

  /// A table of functions, exported as `table`, with `elements` from index 0 on.
  public mutating func table(size: Int, elements: [Int]) {
    entries[4, default: []].append([0x70, 0] + Self.leb(size))
    entries[7, default: []].append(Self.name("table") + [1, 0])
    guard !elements.isEmpty else { return }
    entries[9, default: []].append([0, 0x41, 0, 0x0B] + Self.vector(elements.map { Self.leb($0) }))
  }

  /// A mutable global; returns its index.
  @discardableResult
  public mutating func global(_ type: ValueType, _ initial: [UInt8]) -> Int {
    entries[6, default: []].append([type.code, 1] + initial + Op.end)
    return entries[6, default: []].count - 1
  }

  /// Data at an address of memory 0.
  public mutating func data(at address: UInt32, _ bytes: [UInt8]) {
    entries[11, default: []].append(
      [0] + Op.i32(Int32(bitPattern: address)) + Op.end + Self.leb(bytes.count) + bytes)
  }
}

/// Repeats a list of bytes.
public func times(_ count: Int, _ bytes: [UInt8]) -> [UInt8] {
  Array(repeatElement(bytes, count: count).joined())
}
