import Engine

/// What a module's imports are looked up in.
///
/// Names are compared by bytes.
public struct Imports: Sendable {
  /// What happens to an import that is not there.
  public enum Missing: Sendable {
    /// Instantiation fails.
    case error
    /// A function that traps when called; anything else fails.
    case trap
    /// A function that returns zeros; anything else fails.
    case zero
  }

  enum Item: Sendable {
    /// Of one name and different types.
    case host([HostFunction])
    case extern(Extern)
  }

  private struct Key: Hashable {
    var module: [UInt8]
    var name: [UInt8]
  }

  /// What happens to an import that is not there.
  public var missing = Missing.error
  private var items: [Key: Item] = [:]

  /// No imports.
  public init(missing: Missing = .error) { self.missing = missing }

  /// Offers a host function, also beside others of that name whose types differ: a module gets the
  /// one that it imports.
  public mutating func define(module: String, name: String, _ function: HostFunction) {
    let key = Key(module: Array(module.utf8), name: Array(name.utf8))
    guard case .host(let others)? = items[key] else {
      items[key] = .host([function])
      return
    }
    items[key] = .host([function] + others.filter { $0.type != function.type })
  }

  /// Offers a function, table, memory or global of the store.
  public mutating func define(module: [UInt8], name: [UInt8], _ extern: Extern) {
    items[Key(module: module, name: name)] = .extern(extern)
  }

  /// Offers all exports of an instance under a module name.
  public mutating func define(module: [UInt8], exportsOf instance: Instance) {
    for export in instance.compiled.module.exports {
      if let extern = instance.export(named: export.name) {
        define(module: module, name: export.name, extern)
      }
    }
  }

  func item(for item: Import) -> Item? { items[Key(module: item.module, name: item.name)] }
}

/// An import that cannot be had.
public struct LinkError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The module's name, fit to show.
  public var module: String
  /// The import's name, fit to show.
  public var name: String
  /// What is wrong.
  public var reason: String

  /// The error in words.
  public var description: String { "import \(module).\(name): \(reason)" }
}

/// Why an instance could not be made.
public enum InstantiationError: Error, Sendable, CustomStringConvertible {
  /// An import cannot be had.
  case link(LinkError)
  /// A segment or the start function trapped.
  case trap(Trap)
  /// The system or a limit refuses memory, a table or room for code.
  case resources(String)

  /// The error in words.
  public var description: String {
    switch self {
    case .link(let error): error.description
    case .trap(let trap): trap.description
    case .resources(let what): what
    }
  }
}
