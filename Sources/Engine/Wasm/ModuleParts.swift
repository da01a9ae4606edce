/// A host or module item that a module asks for (spec 2.5.11).
public struct Import: Hashable, Sendable {
  /// What is imported and its type.
  public enum Kind: Hashable, Sendable {
    /// A function; `type` is an index into the module's types.
    case function(type: Int)
    case table(TableType)
    case memory(MemoryType)
    case global(GlobalType)
    /// A tag; `type` is an index into the module's types.
    case tag(type: Int)
  }

  /// The name of the providing module, UTF-8 bytes (compared by byte).
  public var module: [UInt8]
  /// The name within that module, UTF-8 bytes (compared by byte).
  public var name: [UInt8]
  /// What is imported.
  public var kind: Kind
}

/// An item that a module offers under a name (spec 2.5.10).
public struct Export: Hashable, Sendable {
  /// The index space that an export points into; the raw value is the binary format's code.
  public enum Kind: UInt8, Hashable, Sendable {
    case function = 0
    case table = 1
    case memory = 2
    case global = 3
    case tag = 4
  }

  /// The name, UTF-8 bytes (compared by byte).
  public var name: [UInt8]
  /// The index space.
  public var kind: Kind
  /// The index in that index space, imports first.
  public var index: Int
}

/// The place of a function's body in the file (spec 5.5.13).
public struct FunctionBody: Hashable, Sendable {
  /// The file offset of the byte after the size: the count of local declarations.
  public var bodyOffset: Int
  /// The number of bytes from `bodyOffset`, the final `end` included.
  public var size: Int
}

/// A vector of references to copy into tables (spec 2.5.7).
public struct ElementSegment: Hashable, Sendable {
  /// When and where the segment is used.
  public enum Mode: Hashable, Sendable {
    /// Used by `table.init` alone.
    case passive
    /// Copied at instantiation, then dropped.
    case active(table: Int, offset: ConstantExpression)
    /// Only declares functions for `ref.func`.
    case declarative
  }

  /// One reference; a constant expression that yields one, in compact form.
  public enum Item: Hashable, Sendable {
    /// The function with this index.
    case function(UInt32)
    /// The null reference.
    case null
    /// The value of the imported global with this index.
    case global(UInt32)
  }

  /// The type of the references: `funcref` or `externref`.
  public var type: ValueType
  /// When and where the segment is used.
  public var mode: Mode
  /// The references.
  public var items: [Item]
}

/// A range of bytes to copy into memories (spec 2.5.8).
public struct DataSegment: Hashable, Sendable {
  /// When and where the segment is used.
  public enum Mode: Hashable, Sendable {
    /// Used by `memory.init` alone.
    case passive
    /// Copied at instantiation, then dropped.
    case active(memory: Int, offset: ConstantExpression)
  }

  /// When and where the segment is used.
  public var mode: Mode
  /// The bytes of the segment, as a range of file offsets.
  public var bytes: Range<Int>
}

/// A section for tools: debug information, names (spec 5.5.3).
public struct CustomSection: Hashable, Sendable {
  /// The name, UTF-8 bytes.
  public var name: [UInt8]
  /// The content after the name, as a range of file offsets.
  public var range: Range<Int>
}
