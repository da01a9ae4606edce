import Console
import Engine
import TestKit
import Wasm4

/// A cart that a test writes: calls of the console with constant arguments, and stores.
struct TestCart {
  /// What a callback does.
  enum Action {
    /// Calls an import; a result is dropped.
    case call(String, [Int32])
    /// Calls an import and keeps its result at an address.
    case keep(String, [Int32], at: Int32)
    /// Stores 16 bits at an address.
    case store16(Int32, Int32)
    /// Any instructions.
    case code([UInt8])
  }

  /// Bytes to be found at addresses from the beginning.
  var data: [(UInt32, [UInt8])] = []
  /// What callbacks do, by export.
  var callbacks: [String: [Action]] = [:]
  /// The maximum of the imported memory, in pages.
  var memory: (pages: Int, maximum: Int?) = (1, 1)
  /// Parameters of an import, where they are not those of the console.
  var arities: [String: Int] = [:]

  /// A cart that draws in its first frame.
  init(_ update: Action..., data: [(UInt32, [UInt8])] = []) {
    callbacks["update"] = update
    self.data = data
  }

  var bytes: [UInt8] {
    var builder = ModuleBuilder()
    builder.importMemory("env", "memory", pages: memory.pages, maximum: memory.maximum)
    var imports: [String: Int] = [:]
    let actions = callbacks.values.flatMap(\.self)
    for action in actions {
      guard let (name, count) = action.callee, imports[name] == nil else { continue }
      imports[name] = builder.importFunction(
        "env", name, Array(repeating: .i32, count: arities[name] ?? count),
        name.hasPrefix("disk") ? [.i32] : [])
    }
    for (name, actions) in callbacks.sorted(by: { $0.key < $1.key }) {
      builder.add(export: name, actions.flatMap { $0.code(imports) })
    }
    for (address, bytes) in data { builder.data(at: address, bytes) }
    return builder.bytes
  }

  /// The cart on a console that has booted.
  func console(
    storage: any Storage = MemoryStorage(), font: [UInt8]? = nil
  ) throws(CartError) -> Console {
    var options = ConsoleOptions(storage: storage)
    options.font = font
    let console = try Console(
      cart: Cart(id: "test", wasm: bytes), profile: Wasm4Profile.self, options: options)
    _ = console.boot()
    return console
  }

  /// The picture after the first frame.
  func picture(font: [UInt8]? = nil) throws(CartError) -> Picture {
    let console = try console(font: font)
    _ = console.step(InputFrame())
    return console.picture
  }
}

extension TestCart.Action {
  /// Sets the four draw colours: one hexadecimal digit each, colour 1 in the last.
  static func colors(_ digits: Int32) -> TestCart.Action { .store16(0x14, digits) }

  fileprivate var callee: (name: String, count: Int)? {
    switch self {
    case .call(let name, let arguments), .keep(let name, let arguments, _):
      (name, arguments.count)
    case .store16, .code: nil
    }
  }

  fileprivate func code(_ imports: [String: Int]) -> [UInt8] {
    func call(_ name: String, _ arguments: [Int32]) -> [UInt8] {
      arguments.flatMap { Op.i32($0) } + [0x10] + ModuleBuilder.leb(imports[name] ?? 0)
    }
    switch self {
    case .call(let name, let arguments):
      return call(name, arguments) + (name.hasPrefix("disk") ? Op.drop : [])
    case .keep(let name, let arguments, let address):
      return Op.i32(address) + call(name, arguments) + [0x36, 2, 0]
    case .store16(let address, let value):
      return Op.i32(address) + Op.i32(value) + [0x3B, 1, 0]
    case .code(let code): return code
    }
  }
}

/// A part of a picture as rows of letters, `.` for index 0 and `abc` for the others.
func letters(
  _ picture: Picture, width: Int, height: Int, x: Int = 0, y: Int = 0
) -> String {
  let alphabet = Array(".abc")
  return (y..<y + height).map { row in
    String(
      (x..<x + width).map { alphabet[Int(picture.pixels[row * picture.width + $0])] })
  }.joined(separator: "\n")
}
