import Engine
import Glibc

/// A function: wasm code of an instance, or the host's.
public final class PlainFunction {
  /// What a host function does: arguments in, results out.
  public typealias Host = (inout Machine, [PlainValue]) throws(PlainTrap) -> [PlainValue]

  enum Body {
    case wasm(PlainInstance, FunctionCode)
    case host(Host)
  }

  /// The type.
  public let type: FuncType
  /// The type's number in `TypeRegistry`.
  let signature: UInt32
  /// Index in the function index space of the module that defines it; -1 for the host's.
  public let index: Int
  /// The number in the store.
  public let number: Int
  let body: Body

  init(_ type: FuncType, signature: UInt32, index: Int, number: Int, _ body: Body) {
    self.type = type
    self.signature = signature
    self.index = index
    self.number = number
    self.body = body
  }

  /// The function as a value.
  public var reference: PlainValue { PlainValue(.funcref, UInt64(number) + 1) }
}

/// A linear memory, its 4 GiB reserved at once so that it never moves.
public final class PlainMemory {
  static let pageBytes = 65536
  private static let reserved = 1 << 32

  /// The declared maximum in pages.
  public let maximum: UInt64?
  /// The size in pages beyond which it does not grow.
  private let limit: Int
  /// The type of its addresses.
  let address: ValueType
  let base: UnsafeMutableRawPointer
  /// The size in bytes.
  private(set) var count: Int

  init(_ type: MemoryType, pageLimit: Int) {
    let limits = type.limits
    guard
      let base = mmap(
        nil, Self.reserved, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
        0), base != MAP_FAILED
    else { fatalError("no address space for a memory") }
    self.base = base
    address = type.address
    maximum = limits.maximum
    limit = min(pageLimit, Int(min(limits.maximum ?? 65536, 65536)))
    count = Int(limits.minimum) * Self.pageBytes
  }

  deinit { munmap(base, Self.reserved) }

  /// The size in pages.
  public var pages: Int { count / Self.pageBytes }

  /// The bytes.
  public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

  /// Grows; the size before in pages, or -1.
  func grow(by pages: Int) -> Int {
    let before = self.pages
    guard before + pages <= limit else { return -1 }
    count += pages * Self.pageBytes
    return before
  }
}

/// A table of references.
public final class PlainTable {
  /// The type of the elements.
  public let element: ValueType
  /// The type of its indices.
  let address: ValueType
  /// The declared maximum.
  public let maximum: UInt64?
  /// The elements.
  public internal(set) var elements: [PlainValue]

  init(_ type: TableType) {
    element = type.element
    address = type.address
    maximum = type.limits.maximum
    elements = Array(repeating: .zero(type.element), count: Int(type.limits.minimum))
  }
}

/// A global variable.
public final class PlainGlobal {
  /// The type.
  public let type: GlobalType
  /// The value it has now.
  public internal(set) var value: PlainValue

  init(_ type: GlobalType, _ value: PlainValue) {
    self.type = type
    self.value = value
  }
}

/// What modules export and import.
public enum PlainExtern {
  case function(PlainFunction)
  case table(PlainTable)
  case memory(PlainMemory)
  case global(PlainGlobal)
  case tag(PlainTag)
}
