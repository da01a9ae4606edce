/// Why a module is refused before its function bodies are looked at.
public struct DecodeError: Error, Hashable, Sendable {
  /// What is wrong.
  public var kind: ModuleFault
  /// The file offset of the construct that is wrong.
  public var offset: Int

  /// Creates an error.
  public init(_ kind: ModuleFault, at offset: Int) {
    self.kind = kind
    self.offset = offset
  }
}

extension DecodeError: CustomStringConvertible {
  /// What is wrong and where, such as `integer too long at offset 0x1f`.
  public var description: String { "\(kind) at offset 0x\(String(offset, radix: 16))" }
}

/// Why a function body is refused.
public struct ValidationError: Error, Hashable, Sendable {
  /// What is wrong.
  public var kind: ModuleFault
  /// The file offset of the instruction or declaration that is wrong.
  public var offset: Int
  /// The index of the function in the whole index space.
  public var functionIndex: Int?

  /// Creates an error.
  public init(_ kind: ModuleFault, at offset: Int, functionIndex: Int? = nil) {
    self.kind = kind
    self.offset = offset
    self.functionIndex = functionIndex
  }
}

extension ValidationError: CustomStringConvertible {
  /// What is wrong and where, such as `type mismatch: … at offset 0x1f in function 3`.
  public var description: String {
    let place = functionIndex.map { " in function \($0)" } ?? ""
    return "\(kind) at offset 0x\(String(offset, radix: 16))\(place)"
  }
}

/// Why a module is refused that is decoded, validated and compiled in one go.
public enum ModuleError: Error, Hashable, Sendable {
  /// The module is wrong outside of function bodies.
  case decoding(DecodeError)
  /// A function body is wrong.
  case validation(ValidationError)

  /// What is wrong.
  public var kind: ModuleFault {
    switch self {
    case .decoding(let error): error.kind
    case .validation(let error): error.kind
    }
  }

  /// The file offset of what is wrong.
  public var offset: Int {
    switch self {
    case .decoding(let error): error.offset
    case .validation(let error): error.offset
    }
  }
}

extension ModuleError: CustomStringConvertible {
  /// The words of the error in it.
  public var description: String {
    switch self {
    case .decoding(let error): error.description
    case .validation(let error): error.description
    }
  }
}
