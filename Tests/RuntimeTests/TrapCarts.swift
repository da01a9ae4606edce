import Engine
import Runtime
import TestKit

/// Where in a call chain a trap happens; each is an export name of `TrapCarts` before the kind.
enum TrapPlace: String, CaseIterable {
  /// In the called function itself.
  case top
  /// Two calls further in.
  case nested
  /// In a call that a host function makes, which wasm has called.
  case entering
  /// Behind `call_indirect`.
  case indirect
  /// In another instance's function; exported by the second module.
  case cross
}

/// Modules that trap in each of the ways, from each of the places.
///
/// The first module has for each kind the functions `top-KIND`, `mid-KIND` (calls it),
/// `nested-KIND` (calls that), `entering-KIND` (has the host call `top-KIND`) and `indirect-KIND`;
/// the second has `cross-KIND`, which calls an import that is the first's `nested-KIND`.
enum TrapCarts {
  static let kinds: [TrapKind] = [
    .unreachable, .memoryOutOfBounds, .tableOutOfBounds, .indirectCallToNull,
    .indirectCallTypeMismatch, .integerDivideByZero, .integerOverflow,
    .invalidConversionToInteger, .callStackExhausted, .hostError,
  ]

  // Imports and globals of the first module.
  private static let raise = 0
  private static let enter = 1
  private static let address = 0
  private static let zero = 1
  private static let minusOne = 2
  private static let tableSize = 3

  /// The operands of the trapping instruction, the instruction, and what follows.
  private static func code(
    _ kind: TrapKind, _ own: Int, _ nothing: Int
  ) -> (before: [UInt8], at: [UInt8], after: [UInt8]) {
    switch kind {
    case .unreachable: ([], Op.unreachable, [])
    case .memoryOutOfBounds: (Op.globalGet(address), Op.i32load(offset: 1), Op.drop)
    case .tableOutOfBounds: (Op.globalGet(tableSize), Op.callIndirect(type: nothing), [])
    // The last two elements are null and of another type.
    case .indirectCallToNull:
      (
        Op.globalGet(tableSize) + Op.i32(2) + Op.i32sub, Op.callIndirect(type: nothing), []
      )
    case .indirectCallTypeMismatch:
      (Op.globalGet(zero), Op.callIndirect(type: nothing), [])
    case .integerDivideByZero: (Op.i32(7) + Op.globalGet(zero), Op.i32divU, Op.drop)
    case .integerOverflow: (Op.i32(.min) + Op.globalGet(minusOne), Op.i32divS, Op.drop)
    case .invalidConversionToInteger: (Op.f64(.nan), Op.i32truncF64S, Op.drop)
    case .callStackExhausted: (Op.nop, Op.call(own), Op.nop)
    default: (Op.nop, Op.call(raise), [])
    }
  }

  static let first: [UInt8] = {
    var module = ModuleBuilder()
    let nothing = module.type()
    _ = module.importFunction("host", "raise")
    _ = module.importFunction("host", "enter", [.i32])
    module.memory(pages: 1)
    let size = kinds.count + 3
    module.global(.i32, Op.i32(65532))
    module.global(.i32, Op.i32(0))
    module.global(.i32, Op.i32(-1))
    module.global(.i32, Op.i32(Int32(size)))
    let sum = module.add(
      [.i32, .i32], [.i32], export: "sum", Op.localGet(0) + Op.localGet(1) + Op.i32add)
    var elements = [sum]
    for (number, kind) in kinds.enumerated() {
      let own = sum + 1 + 5 * number
      let parts = code(kind, own, nothing)
      let top = module.add(
        locals: [(1, .i64)], export: "top-\(kind.name)",
        Op.i64(1) + Op.localSet(0) + parts.before + parts.at + parts.after)
      precondition(top == own)
      elements.append(top)
      let mid = module.add(export: "mid-\(kind.name)", Op.nop + Op.block(Op.call(top)))
      module.add(
        export: "nested-\(kind.name)",
        Op.i32(1) + Op.ifElse(0x40, Op.call(mid), Op.nop))
      module.add(export: "entering-\(kind.name)", Op.i32(Int32(number)) + Op.call(enter))
      module.add(
        export: "indirect-\(kind.name)",
        Op.nop + Op.i32(Int32(number + 1)) + Op.callIndirect(type: nothing))
    }
    module.table(size: size, elements: elements)
    return module.bytes
  }()

  static let second: [UInt8] = {
    var module = ModuleBuilder()
    let imports = kinds.map { module.importFunction("first", "nested-\($0.name)") }
    for (kind, function) in zip(kinds, imports) {
      module.add(export: "cross-\(kind.name)", Op.nop + Op.call(function) + Op.nop)
    }
    return module.bytes
  }()

  /// A running pair of instances.
  struct Pair {
    let store: Store
    let first: Instance
    let second: Instance
    /// What the host function `enter` calls.
    ///
    /// It is not kept by the function, which the store keeps, so that no cycle arises.
    fileprivate let exports: Exports

    /// The exported function of a place and a kind.
    func function(_ place: TrapPlace, _ kind: TrapKind) -> Function? {
      (place == .cross ? second : first).export(named: "\(place.rawValue)-\(kind.name)")?.function
    }
  }

  /// Instantiates both modules in a new store.
  static func start(
    _ config: CodegenConfig = .host, limits: StoreLimits = StoreLimits()
  ) throws -> Pair {
    let store = Store(limits: limits)
    let exports = Exports()
    var imports = Imports()
    imports.define(
      module: "host", name: "raise",
      HostFunction("raise", type: FuncType()) {
        (_: Caller, _: UnsafeMutablePointer<UInt64>) throws(HostError) in
        throw HostError("the cart asked for it")
      })
    imports.define(
      module: "host", name: "enter",
      HostFunction("enter", type: FuncType(parameters: [.i32])) { [unowned exports] _, arguments in
        guard case .i32(let number)? = arguments.first else { return [] }
        return try exports.functions[Int(number)].call()
      })
    let first = try Instance(
      CompiledModule(compiling: Module(decoding: first), config: config), imports: imports,
      store: store)
    exports.functions = kinds.compactMap { first.export(named: "top-\($0.name)")?.function }
    var links = Imports()
    links.define(module: Array("first".utf8), exportsOf: first)
    let second = try Instance(
      CompiledModule(compiling: Module(decoding: second), config: config), imports: links,
      store: store)
    return Pair(store: store, first: first, second: second, exports: exports)
  }
}

/// The functions that the host can call back, by kind.
private final class Exports: @unchecked Sendable {
  var functions: [Function] = []
}
