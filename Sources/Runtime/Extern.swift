import CMachine
import Engine

/// What modules export and import.
public enum Extern: Sendable {
  /// A function.
  case function(Function)
  /// A table.
  case table(Table)
  /// A memory.
  case memory(Memory)
  /// A global.
  case global(Global)
  /// A tag.
  case tag(Tag)

  /// The function, if it is one.
  public var function: Function? { if case .function(let it) = self { it } else { nil } }
  /// The table, if it is one.
  public var table: Table? { if case .table(let it) = self { it } else { nil } }
  /// The memory, if it is one.
  public var memory: Memory? { if case .memory(let it) = self { it } else { nil } }
  /// The global, if it is one.
  public var global: Global? { if case .global(let it) = self { it } else { nil } }
  /// The tag, if it is one.
  public var tag: Tag? { if case .tag(let it) = self { it } else { nil } }
}

/// A function of a store: wasm or host.
public struct Function: @unchecked Sendable {
  /// The store it lives in.
  public let store: Store
  let record: UnsafePointer<vm_function>

  /// Its type.
  public var type: FuncType {
    TypeRegistry.type(record.pointee.signature) ?? FuncType()
  }

  /// The function as a reference value.
  public var reference: FunctionReference { FunctionReference(record: record) }

  /// Calls the function.
  ///
  /// The arguments must be values of the parameters' types, and of this store.
  public func call(_ arguments: [Value] = []) throws(Trap) -> [Value] {
    let type = type
    precondition(
      arguments.count == type.parameters.count
        && zip(arguments, type.parameters).allSatisfy { $0.fits($1) },
      "arguments of other types than \(type)")
    let words = UnsafeMutablePointer<UInt64>.allocate(capacity: rawValueCount)
    words.initialize(repeating: 0, count: rawValueCount)
    defer { words.deallocate() }
    Value.write(arguments, to: words)
    let status = vm_call(store.handle, record, words)
    if status != 0 { throw store.trap(status) }
    return Value.list(type.results, at: words)
  }

  /// Words that a buffer for `callRaw` must have room for.
  public var rawValueCount: Int { max(1, Int(record.pointee.value_bytes) / 8) }

  /// Calls the function with arguments as words, which the results overwrite; a v128 takes two.
  ///
  /// Allocates nothing.
  public func callRaw(_ values: UnsafeMutablePointer<UInt64>) throws(Trap) {
    let status = vm_call(store.handle, record, values)
    if status != 0 { throw store.trap(status) }
  }
}

/// A linear memory of a store.
public struct Memory: @unchecked Sendable {
  /// The store it lives in.
  public let store: Store
  let handle: UnsafeMutablePointer<vm_memory>
  /// The declared maximum in pages.
  let maximum: UInt64?

  /// The type with the present size as minimum.
  public var type: MemoryType {
    MemoryType(
      limits: Limits(
        minimum: handle.pointee.length / VM_PAGE_BYTES,
        maximum: maximum),
      address: handle.pointee.is_wide == 0 ? .i32 : .i64)
  }
  /// The bytes, behind the bounds-checked door.
  public var contents: GuestMemory { GuestMemory(handle) }
}

/// A table of a store.
public struct Table: @unchecked Sendable {
  /// The store it lives in.
  public let store: Store
  let handle: UnsafeMutablePointer<vm_table>
  /// The type of its elements.
  public let element: ValueType
  /// The declared maximum.
  let maximum: UInt64?

  /// The type with the present size as minimum.
  public var type: TableType {
    TableType(
      element: element, limits: Limits(minimum: handle.pointee.length, maximum: maximum),
      address: handle.pointee.is_wide == 0 ? .i32 : .i64)
  }

  /// Number of elements.
  public var count: Int { Int(handle.pointee.length) }

  /// The element at `index`, nil outside of the table.
  public subscript(index: Int) -> Value? {
    guard index >= 0, index < count else { return nil }
    return Value(element, bits: handle.pointee.elements[index])
  }
}

extension Table: Hashable {
  /// Whether two are the same table.
  public static func == (one: Table, other: Table) -> Bool { one.handle == other.handle }

  /// Hashes the identity.
  public func hash(into hasher: inout Hasher) { hasher.combine(handle) }
}

/// A global of a store.
public struct Global: @unchecked Sendable {
  /// The store it lives in.
  public let store: Store
  let cell: UnsafeMutablePointer<UInt64>
  /// Its type.
  public let type: GlobalType

  /// The value it has now.
  public var value: Value {
    var words = UnsafePointer(cell)
    return Value(type.value, reading: &words)
  }
}
