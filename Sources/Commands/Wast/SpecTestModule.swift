import Engine
import Runtime

/// The module `spectest` that the suite's scripts import from.
enum SpecTestModule {
  static func define(in imports: inout Imports, _ store: Store) {
    let functions: [(String, [ValueType])] = [
      ("print", []), ("print_i32", [.i32]), ("print_i64", [.i64]), ("print_f32", [.f32]),
      ("print_f64", [.f64]), ("print_i32_f32", [.i32, .f32]), ("print_f64_f64", [.f64, .f64]),
    ]
    for (name, parameters) in functions {
      imports.define(
        module: "spectest", name: name,
        HostFunction(name, type: FuncType(parameters: parameters)) {
          (_: Caller, _: UnsafeMutablePointer<UInt64>) throws(HostError) in
        })
    }
    let globals: [(String, Value)] = [
      ("global_i32", .i32(666)), ("global_i64", .i64(666)),
      ("global_f32", .f32(Float(666.6).bitPattern)), ("global_f64", .f64((666.6).bitPattern)),
    ]
    let module = Array("spectest".utf8)
    for (name, value) in globals {
      let type = GlobalType(value: value.type, isMutable: false)
      imports.define(
        module: module, name: Array(name.utf8), .global(store.makeGlobal(type, value)))
    }
    let table = TableType(element: .funcref, limits: Limits(minimum: 10, maximum: 20))
    let wideTable = TableType(element: .funcref, limits: table.limits, address: .i64)
    for (name, type) in [("table", table), ("table64", wideTable)] {
      if let table = store.makeTable(type) {
        imports.define(module: module, name: Array(name.utf8), .table(table))
      }
    }
    if let memory = store.makeMemory(MemoryType(limits: Limits(minimum: 1, maximum: 2))) {
      imports.define(module: module, name: Array("memory".utf8), .memory(memory))
    }
  }
}
