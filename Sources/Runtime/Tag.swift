import CMachine
import Engine

/// A tag of a store: a kind of exception, different from all others.
public struct Tag: @unchecked Sendable {
  /// The store it lives in.
  public let store: Store
  let handle: UnsafeMutablePointer<vm_tag>

  /// The types of the values that its exceptions carry.
  public var parameters: [ValueType] { handle.pointee.parameters }

  /// The name under which the first instance that has one imports or exports it, fit to show.
  public var name: String? {
    for instance in store.instances {
      let module = instance.compiled.module
      for (index, tag) in instance.tags.enumerated() where tag == self {
        if let name = module.tagName(index) { return name }
      }
    }
    return nil
  }

  /// The number in `TypeRegistry` of the type of functions that take these values.
  var signature: UInt32 { handle.pointee.signature }
}

extension Tag: Hashable {
  /// Whether two are the same tag.
  public static func == (one: Tag, other: Tag) -> Bool { one.handle == other.handle }

  /// Hashes the identity.
  public func hash(into hasher: inout Hasher) { hasher.combine(handle) }
}

extension vm_tag {
  /// The types of the values that exceptions of the tag carry.
  var parameters: [ValueType] {
    TypeRegistry.type(signature)?.parameters ?? []
  }
}

extension Store {
  /// The tag of an exception of the store.
  public func tag(of exception: ExceptionReference) -> Tag {
    Tag(store: self, handle: UnsafeMutablePointer(mutating: exception.record.pointee.tag))
  }

  /// A new tag.
  public func makeTag(_ parameters: [ValueType]) -> Tag {
    makeTag(type: TypeRegistry.id(of: FuncType(parameters: parameters)))
  }

  /// A new tag of the type with a number in `TypeRegistry`.
  func makeTag(type signature: UInt32) -> Tag {
    let parameters = TypeRegistry.type(signature)?.parameters ?? []
    let types = allocate(bytes: parameters.count).assumingMemoryBound(to: UInt8.self)
    for (i, type) in parameters.enumerated() { types[i] = type.code }
    let tag = allocate(bytes: MemoryLayout<vm_tag>.size)
      .initializeMemory(
        as: vm_tag.self,
        to: vm_tag(
          types: types, signature: signature, count: UInt32(parameters.count),
          word_count: UInt32(parameters.reduce(0) { $0 + Value.words(of: $1) })))
    return Tag(store: self, handle: tag)
  }
}

/// The identity of an exception, as references hold it; valid while its store lives.
public struct ExceptionReference: Hashable, @unchecked Sendable {
  let record: UnsafeMutablePointer<vm_exception>

  /// The exception at `record`, which is kept from here on: the host knows it.
  init(_ record: UnsafeMutablePointer<vm_exception>) {
    self.record = record
    record.pointee.is_shared = ExceptionHeap.isKnownToHost
  }

  /// What it carries.
  public var values: [Value] {
    Value.list(record.pointee.tag.pointee.parameters, at: ExceptionHeap.values(of: record))
  }
}
