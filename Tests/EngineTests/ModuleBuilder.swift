@testable import Engine

/// Writes modules for tests, byte by byte where a test wants them wrong.
struct ModuleBuilder {
  struct Function {
    var type: Int
    /// Groups of a count and a type.
    var locals: [(UInt32, ValueType)] = []
    /// The instructions, the final `end` included.
    var code: [UInt8]
  }

  var types: [FuncType] = []
  var functions: [Function] = []
  /// Contents of further sections by id; 2, 4 to 9 and 11, 12.
  var sections: [UInt8: [UInt8]] = [:]
  /// Custom sections at the end.
  var customs: [(name: String, content: [UInt8])] = []

  static func leb(_ value: some BinaryInteger) -> [UInt8] {
    var rest = UInt64(value)
    var bytes: [UInt8] = []
    repeat {
      let low = UInt8(rest & 0x7F)
      rest >>= 7
      bytes.append(rest == 0 ? low : low | 0x80)
    } while rest != 0
    return bytes
  }

  static func signedLEB(_ value: Int64) -> [UInt8] {
    var rest = value
    var bytes: [UInt8] = []
    while true {
      let low = UInt8(rest & 0x7F)
      rest >>= 7
      if rest == 0 && low & 0x40 == 0 || rest == -1 && low & 0x40 != 0 { return bytes + [low] }
      bytes.append(low | 0x80)
    }
  }

  static func name(_ text: String) -> [UInt8] { leb(text.utf8.count) + Array(text.utf8) }

  private static func vector(_ items: [[UInt8]]) -> [UInt8] { leb(items.count) + items.joined() }

  /// The module in the binary format.
  var bytes: [UInt8] {
    var contents = sections
    contents[1] = Self.vector(
      types.map { type in
        [0x60] + Self.vector(type.parameters.map { [$0.rawValue] })
          + Self.vector(type.results.map { [$0.rawValue] })
      })
    contents[3] = Self.vector(functions.map { Self.leb($0.type) })
    contents[10] = Self.vector(
      functions.map { function in
        let locals = Self.vector(function.locals.map { Self.leb($0.0) + [$0.1.rawValue] })
        return Self.leb(locals.count + function.code.count) + locals + function.code
      })
    var bytes: [UInt8] = [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0]
    for id: UInt8 in [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 10, 11] {
      guard let content = contents[id] else { continue }
      bytes += [id] + Self.leb(content.count) + content
    }
    for custom in customs {
      let content = Self.name(custom.name) + custom.content
      bytes += [0] + Self.leb(content.count) + content
    }
    return bytes
  }

  /// A module of one function.
  static func function(
    _ parameters: [ValueType] = [], _ results: [ValueType] = [],
    locals: [(UInt32, ValueType)] = [], code: [UInt8]
  ) -> ModuleBuilder {
    ModuleBuilder(
      types: [FuncType(parameters: parameters, results: results)],
      functions: [Function(type: 0, locals: locals, code: code)])
  }
}

/// What is wrong with a module; nil if nothing is.
func fault(_ bytes: [UInt8], features: Features = .default) -> ModuleFault? {
  do {
    let module = try Module(decoding: bytes, features: features)
    do { try module.validateBodies() } catch { return error.kind }
    return nil
  } catch {
    return error.kind
  }
}

/// Repeats a list of bytes.
func times(_ count: Int, _ bytes: [UInt8]) -> [UInt8] {
  Array(repeatElement(bytes, count: count).joined())
}
