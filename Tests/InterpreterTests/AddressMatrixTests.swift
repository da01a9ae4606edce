import Engine
import Interpreter
import Runtime
import Testing
import TrapAnywhere

/// Each way of making an i32, with dirt above its 32 bits, times each use in an address or an index:
/// the class of defects behind most escapes from compiled code.
@Suite struct AddressMatrixTests {
  /// Of the 9,000 cells a build without optimisation takes some, others in each mode.
  private static func cells(_ mode: Mode) -> [(producer: Int, consumer: Int)] {
    #if DEBUG
      let stride = 25
    #else
      let stride = 1
    #endif
    let shift = Mode.exact.firstIndex(of: mode) ?? 0
    return AddressMatrix.producers.indices.flatMap { producer in
      AddressMatrix.consumers.indices.filter { (producer + $0 + shift) % stride == 0 }
        .map { (producer, $0) }
    }
  }

  /// An i32 and what lies above it, in both parameters.
  private static let arguments: [(UInt64, UInt64)] = [
    (0, 0xFFFF_FFFF_0000_0001), (0x7654_3210_0000_0002, 3),
    (0xFFFF_FFFF_0001_FFFF, 0x8000_0000_0000_0008), (0x0000_0001_0002_0000, 1 << 40),
    (0x8765_4321_8000_0000, 0x0000_0001_FFFF_FFFF), (0x1_FFFF_FFFF, 0xFFFF_FFF0_0000_0000),
  ]

  @Test(arguments: Mode.exact)
  func `What is above an i32 reaches no address and no index`(mode: Mode) throws {
    let cells = Self.cells(mode)
    let module = try Module(decoding: AddressMatrix.module(cells))
    let (instance, store) = try compiled(module, mode)
    let plainStore = PlainStore()
    defer { plainStore.close() }
    var machine = Machine()
    let plain = try interpreted(module, plainStore, &machine)
    for cell in cells {
      let name = AddressMatrix.name(cell.producer, cell.consumer)
      let function = try #require(instance.export(named: name)?.function)
      guard case .function(let reference)? = plain.export(named: Array(name.utf8)) else {
        Issue.record("\(name): not exported")
        continue
      }
      for (one, two) in Self.arguments {
        let found = outcome { try function.call([.i64(one), .i64(two)]) }
        let expected: String
        do {
          let values = try machine.call(reference, [PlainValue(.i64, one), PlainValue(.i64, two)])
          expected = "\(values.map(\.bits))"
        } catch {
          expected = error.kind.rawValue
        }
        if found != expected {
          Issue.record(
            """
            \(AddressMatrix.producers[cell.producer].name), \
            \(AddressMatrix.consumers[cell.consumer].name) of \(String(one, radix: 16)), \
            \(String(two, radix: 16)): \(found), expected \(expected)
            """)
        }
      }
    }
    #expect(instance.memories[0].contents.all.elementsEqual(plain.memories[0].bytes))
    withExtendedLifetime(store) {}
  }

  private func outcome(_ call: () throws -> [Value]) -> String {
    do {
      return "\(try call().map(\.bits))"
    } catch let trap as Trap {
      return trap.kind.name
    } catch {
      return "\(error)"
    }
  }

  private func compiled(_ module: Module, _ mode: Mode) throws -> (Instance, Store) {
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

  private func interpreted(
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
