/// The type of a function: what it takes and what it returns (spec 2.3.6).
public struct FuncType: Hashable, Sendable, CustomStringConvertible {
  /// The types of the arguments, first argument first.
  public var parameters: [ValueType]
  /// The types of the results, first result first.
  public var results: [ValueType]

  /// Creates the type of functions from `parameters` to `results`.
  public init(parameters: [ValueType] = [], results: [ValueType] = []) {
    self.parameters = parameters
    self.results = results
  }

  /// The type as a reader writes it, such as `(i32, f64) -> i32`.
  public var description: String { text(isInner: false) }

  /// The type in words; within another type, `isInner`, function types stay unnamed.
  func text(isInner: Bool) -> String {
    func list(_ types: [ValueType]) -> String {
      types.map { $0.text(isInner: isInner) }.joined(separator: ", ")
    }
    return "(\(list(parameters))) -> " + (results.count == 1 ? list(results) : "(\(list(results)))")
  }
}

/// The size range of a memory, in pages, or of a table, in elements (spec 2.3.9).
public struct Limits: Hashable, Sendable {
  /// The size at the start.
  public var minimum: UInt64
  /// The size never exceeded, if one is declared.
  public var maximum: UInt64?

  /// Creates a size range.
  public init(minimum: UInt64, maximum: UInt64? = nil) {
    self.minimum = minimum
    self.maximum = maximum
  }
}

/// The type of a table: its elements and its size range in elements (spec 2.3.11).
public struct TableType: Hashable, Sendable {
  /// A reference type.
  public var element: ValueType
  /// The size range in elements.
  public var limits: Limits
  /// The type of its indices, i32 or i64.
  public var address: ValueType

  /// Creates a table type.
  public init(element: ValueType, limits: Limits, address: ValueType = .i32) {
    self.element = element
    self.limits = limits
    self.address = address
  }
}

/// The type of a memory: its size range in pages of 64 KiB (spec 2.3.10).
public struct MemoryType: Hashable, Sendable {
  /// The size range in pages.
  public var limits: Limits
  /// The type of its addresses, i32 or i64.
  public var address: ValueType

  /// Creates a memory type.
  public init(limits: Limits, address: ValueType = .i32) {
    self.limits = limits
    self.address = address
  }
}

/// The type of a global: its value type and whether it can be set (spec 2.3.12).
public struct GlobalType: Hashable, Sendable {
  /// The type of the value.
  public var value: ValueType
  /// Whether `global.set` is allowed.
  public var isMutable: Bool

  /// Creates a global type.
  public init(value: ValueType, isMutable: Bool) {
    self.value = value
    self.isMutable = isMutable
  }
}
