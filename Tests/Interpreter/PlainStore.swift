import Engine

/// What instances that share things live in: the functions by number, and limits.
public final class PlainStore {
  /// Pages that a memory may grow to.
  public let pageLimit: Int
  /// Elements that a table may grow to.
  public let tableLimit: Int
  private(set) var functions: [PlainFunction] = []
  /// The exceptions that references may mean; none is ever forgotten.
  private(set) var exceptions: [PlainException] = []
  private(set) var instanceCount = 0

  /// An empty store.
  public init(pageLimit: Int = 4096, tableLimit: Int = 10_000_000) {
    self.pageLimit = pageLimit
    self.tableLimit = tableLimit
  }

  /// The function that a reference value means, nil for null.
  public func function(_ reference: PlainValue) -> PlainFunction? {
    reference.bits == 0 ? nil : functions[Int(reference.bits) - 1]
  }

  /// The exception that a reference value means, nil for null.
  func exception(_ reference: PlainValue) -> PlainException? {
    reference.bits == 0 ? nil : exceptions[Int(reference.bits) - 1]
  }

  /// A reference to an exception: 1 + its number.
  func reference(to exception: PlainException) -> PlainValue {
    let number = exceptions.firstIndex { $0 === exception } ?? exceptions.count
    if number == exceptions.count { exceptions.append(exception) }
    return PlainValue(.exnref, UInt64(number) + 1)
  }

  /// A function of the host.
  public func makeFunction(
    _ type: FuncType, _ body: @escaping PlainFunction.Host
  ) -> PlainFunction {
    add(type, signature: TypeRegistry.id(of: type), index: -1, .host(body))
  }

  /// A memory.
  public func makeMemory(_ type: MemoryType) -> PlainMemory {
    PlainMemory(type, pageLimit: pageLimit)
  }

  /// A table of nulls.
  public func makeTable(_ type: TableType) -> PlainTable { PlainTable(type) }

  /// A global with its initial value.
  public func makeGlobal(_ type: GlobalType, _ value: PlainValue) -> PlainGlobal {
    PlainGlobal(type, value)
  }

  func add(
    _ type: FuncType, signature: UInt32, index: Int, _ body: PlainFunction.Body
  ) -> PlainFunction {
    let function = PlainFunction(
      type, signature: signature, index: index, number: functions.count, body)
    functions.append(function)
    return function
  }

  func nextInstanceNumber() -> Int {
    instanceCount += 1
    return instanceCount - 1
  }

  /// Functions and instances hold on to each other: forgets both, so that they go.
  public func close() {
    for case .wasm(let instance, _) in functions.map(\.body) { instance.clear() }
    functions = []
  }
}
