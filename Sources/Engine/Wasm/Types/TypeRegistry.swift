import Synchronization

/// A function type as a module declares it (spec 2.3.7).
struct TypeDeclaration: Hashable {
  /// What functions of the type take and return.
  var function: FuncType
  /// The type that it declares itself a subtype of, as a reference; nil for none.
  var supertype: ValueType?
  /// Whether it can have subtypes.
  var isFinal = true
}

/// Types that are declared together and may name each other, counted from the first (spec 2.3.8).
struct TypeGroup: Hashable {
  /// The first.
  var first: TypeDeclaration
  /// The others; mostly there are none.
  var others: [TypeDeclaration] = []
}

/// Gives equal types the same number in the whole process.
///
/// Two types are equal if their groups are equal and they have the same place in them (spec 3.3.2).
/// `call_indirect` compares these numbers. Entries are never removed, since compiled code holds
/// them; a type once seen costs nothing when a module is loaded again.
public enum TypeRegistry {
  private struct Entry {
    var function: FuncType
    /// The number of the supertype; 0 for none.
    var supertype: UInt32
    /// Supertypes above it.
    var depth: Int
    var isFinal: Bool
  }

  private struct State {
    /// The number of the first type of each group.
    var ids: [TypeGroup: UInt32] = [:]
    /// By number; number 0 is none.
    var entries = [Entry(function: FuncType(), supertype: 0, depth: 0, isFinal: true)]

    mutating func add(_ declaration: TypeDeclaration, first: UInt32) {
      let supertype = declaration.supertype.map { type in
        type.relativeIndex.map { first + UInt32($0) } ?? type.typeID ?? 0
      }
      entries.append(
        Entry(
          function: declaration.function.resolved(first), supertype: supertype ?? 0,
          depth: supertype.map { entries[Int($0)].depth + 1 } ?? 0, isFinal: declaration.isFinal))
    }
  }

  private static let state = Mutex(State())

  /// The number of a group's first type, which the others follow; never 0.
  ///
  /// A supertype within the group stands before its subtypes.
  static func id(of group: TypeGroup) -> UInt32 {
    state.withLock { state in
      if let known = state.ids[group] { return known }
      let new = UInt32(state.entries.count)
      state.ids[group] = new
      state.add(group.first, first: new)
      for declaration in group.others { state.add(declaration, first: new) }
      return new
    }
  }

  /// Makes room for so many groups at once, so that few are moved.
  static func reserve(_ count: Int) {
    state.withLock { state in
      state.ids.reserveCapacity(state.ids.count + count)
      state.entries.reserveCapacity(state.entries.count + count)
    }
  }

  /// The number of the type that stands alone, final and without supertype; never 0.
  public static func id(of type: FuncType) -> UInt32 {
    id(of: TypeGroup(first: TypeDeclaration(function: type)))
  }

  /// The type with a number; nil if none has it.
  public static func type(_ id: UInt32) -> FuncType? {
    state.withLock { $0.entries.indices.contains(Int(id)) ? $0.entries[Int(id)].function : nil }
  }

  /// Whether a type is `other` or has declared it a supertype, also by way of others.
  public static func isSubtype(_ id: UInt32, of other: UInt32) -> Bool {
    state.withLock { state in
      var next = id
      while next != other && next != 0 { next = state.entries[Int(next)].supertype }
      return next == other
    }
  }

  /// The type and its supertypes, the topmost first; empty for a type that is final and has none.
  public static func ancestry(of id: UInt32) -> [UInt32] {
    state.withLock { state in
      let entry = state.entries[Int(id)]
      if entry.isFinal && entry.supertype == 0 { return [] }
      var chain: [UInt32] = []
      var next = id
      while next != 0 {
        chain.append(next)
        next = state.entries[Int(next)].supertype
      }
      return chain.reversed()
    }
  }

  /// A type with its supertypes' number, and whether it can have subtypes.
  static func declaration(_ id: UInt32) -> (function: FuncType, depth: Int, isFinal: Bool) {
    state.withLock { state in
      let entry = state.entries[Int(id)]
      return (entry.function, entry.depth, entry.isFinal)
    }
  }
}

extension FuncType {
  /// The type with the numbers of types in place of their places in the group of which `first` is the
  /// first.
  func resolved(_ first: UInt32) -> FuncType {
    func isRelative(_ type: ValueType) -> Bool { type.relativeIndex != nil }
    guard parameters.contains(where: isRelative) || results.contains(where: isRelative) else {
      return self
    }
    return FuncType(
      parameters: parameters.map { $0.resolved(first) }, results: results.map { $0.resolved(first) }
    )
  }

  /// Whether a function of this type can stand where one of `other` is wanted (spec 3.3.6).
  func isSubtype(of other: FuncType) -> Bool {
    parameters.count == other.parameters.count && results.count == other.results.count
      && zip(other.parameters, parameters).allSatisfy { $0.isSubtype(of: $1) }
      && zip(results, other.results).allSatisfy { $0.isSubtype(of: $1) }
  }
}
