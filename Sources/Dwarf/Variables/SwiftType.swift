/// What the debug information of Swift leaves to the reader: the numbers of the standard library.
enum SwiftType {
  /// The size of values of a type with a name.
  static func size(_ name: String?) -> Int? {
    switch name {
    case "Bool", "Int8", "UInt8": 1
    case "Int16", "UInt16": 2
    case "Int", "UInt", "Int32", "UInt32", "Float": 4
    case "Int64", "UInt64", "Double": 8
    case let name? where isPointer(name): 4
    default: nil
    }
  }

  /// The encoding of values of a type with a name; nil if it is no number.
  static func encoding(_ name: String?) -> UInt64? {
    switch name {
    case "Bool": BaseEncoding.boolean
    case "Float", "Double": BaseEncoding.float
    case "Int", "Int8", "Int16", "Int32", "Int64": BaseEncoding.signed
    case "UInt", "UInt8", "UInt16", "UInt32", "UInt64": BaseEncoding.unsigned
    default: nil
    }
  }

  /// Whether a type with a name is one of the unsafe pointers, which are one address.
  static func isPointer(_ name: String?) -> Bool {
    guard let name else { return false }
    return [
      "UnsafePointer", "UnsafeMutablePointer", "UnsafeRawPointer", "UnsafeMutableRawPointer",
      "OpaquePointer",
    ].contains(name)
  }
}

extension ValueText {
  /// An optional number of Swift: the number and a byte that is 0 if there is one; nil for others.
  mutating func swiftOptional(_ type: TypeEntry, _ bytes: Bytes, _ depth: Int) -> String? {
    guard let name = type.linkageName, name.hasSuffix("SgD") || name.hasSuffix("Sg") else {
      return nil
    }
    var payload: TypeEntry?
    reader.forEachChild(of: type.entry) { child in
      guard child.tag == Tag.templateTypeParameter else { return true }
      payload = reader.plainType(at: reader.attribute(Attribute.type, of: child)?.reference)
      return false
    }
    guard let payload, payload.isSwift, payload.name != "Bool",
      SwiftType.encoding(payload.name) != nil, let size = SwiftType.size(payload.name),
      bytes.count > size, let flag = number(bytes.dropFirst(size), 1)
    else { return nil }
    switch flag {
    case 0: return text(payload, bytes.prefix(size), depth: depth + 1)
    case 1: return "nil"
    default: return nil
    }
  }
}
