import Engine
import Interpreter
import Runtime

/// Plays cells of the address matrix on compiled code and on the interpreter.
public struct MatrixComparison {
  /// Calls of both.
  public private(set) var calls = 0
  /// Of them those that trapped, as they should.
  public private(set) var traps = 0
  /// What was not the same.
  public private(set) var differences: [String] = []

  /// An i32 and what lies above it, in both parameters.
  private static let arguments: [(UInt64, UInt64)] = [
    (0, 0xFFFF_FFFF_0000_0001), (0x7654_3210_0000_0002, 3), (0x1234_5678_0000_FFF8, 1 << 35),
    (0xFFFF_FFFF_0001_FFFF, 0x8000_0000_0000_0008), (0x0000_0001_0002_0000, 1 << 40),
    (0x8765_4321_8000_0000, 0x0000_0001_FFFF_FFFF), (0x1_FFFF_FFFF, 0xFFFF_FFF0_0000_0000),
  ]

  /// Compares some cells in one module, compiled in a mode.
  public init(_ cells: [AddressMatrix.Cell], mode: Mode) throws {
    let module = try Module(decoding: AddressMatrix.module(cells))
    let (instance, store) = try Self.compiled(module, mode)
    let plainStore = PlainStore()
    defer { plainStore.close() }
    var machine = Machine()
    let plain = try Self.interpreted(module, plainStore, &machine)
    for cell in cells {
      guard let function = instance.export(named: cell.export)?.function,
        case .function(let reference)? = plain.export(named: Array(cell.export.utf8))
      else {
        differences.append("\(cell.name): not exported")
        continue
      }
      for (one, two) in Self.arguments {
        let found = Self.outcome { try function.call([.i64(one), .i64(two)]) }
        let expected: String
        do {
          let values = try machine.call(reference, [PlainValue(.i64, one), PlainValue(.i64, two)])
          expected = "\(values.map(\.bits))"
        } catch {
          expected = error.kind.rawValue
          traps += 1
        }
        calls += 1
        if found == expected { continue }
        differences.append(
          "\(cell.name) of \(String(one, radix: 16)), \(String(two, radix: 16)): \(found), "
            + "expected \(expected)")
      }
    }
    for (index, (found, expected)) in zip(instance.memories, plain.memories).enumerated()
    where !found.contents.all.elementsEqual(expected.bytes) {
      differences.append("memory \(index) in the end")
    }
    withExtendedLifetime(store) {}
  }

  private static func outcome(_ call: () throws -> [Value]) -> String {
    do {
      return "\(try call().map(\.bits))"
    } catch let trap as Trap {
      return trap.kind.name
    } catch {
      return "\(error)"
    }
  }

  private static func compiled(_ module: Module, _ mode: Mode) throws -> (Instance, Store) {
    let store = Store()
    var imports = Imports()
    imports.define(
      module: "host", name: "dirty",
      HostFunction("dirty", type: FuncType(parameters: [.i64], results: [.i32])) {
        (_: Caller, words: UnsafeMutablePointer<UInt64>) throws(HostError) in
        words[0] |= 0xFFFF_FFFF_0000_0000
      })
    imports.define(
      module: Array("host".utf8), name: Array("global".utf8),
      .global(store.makeGlobal(GlobalType(value: .i32, isMutable: true), .i32(0))))
    let compiled = try CompiledModule(compiling: module, config: mode.config)
    return (try Instance(compiled, imports: imports, store: store), store)
  }

  private static func interpreted(
    _ module: Module, _ store: PlainStore, _ machine: inout Machine
  ) throws -> PlainInstance {
    try PlainInstance.instantiate(module, in: store, on: &machine) { item in
      switch item.kind {
      case .function(let type):
        .function(
          store.makeFunction(module.types[type]) { (_, arguments) throws(PlainTrap) in
            [PlainValue(.i32, arguments[0].bits & 0xFFFF_FFFF)]
          })
      case .global(let type): .global(store.makeGlobal(type, .zero(.i32)))
      default: nil
      }
    }
  }
}
