/// What numbers of a base type are (DWARF 5, 7.8).
enum BaseEncoding {
  static let boolean: UInt64 = 0x02
  static let float: UInt64 = 0x04
  static let signed: UInt64 = 0x05
  static let signedCharacter: UInt64 = 0x06
  static let unsigned: UInt64 = 0x07
  static let unsignedCharacter: UInt64 = 0x08
  static let character: UInt64 = 0x10
}

/// A type as its entry tells it.
struct TypeEntry {
  var entry: Entry
  /// As the source calls it; nil for types without a name.
  var name: String?
  /// The mangled name, of Swift types.
  var linkageName: String?
  /// In bytes.
  var size: Int?
  var encoding: UInt64 = 0
  /// The entry of the type it is made of.
  var target: Int?

  var tag: UInt16 { entry.tag }
}

extension DebugReader {
  /// The type whose entry is at an offset.
  func type(at offset: Int) -> TypeEntry? {
    guard let entry = entry(at: offset) else { return nil }
    var type = TypeEntry(entry: entry)
    forEachAttribute(of: entry) { name, value in
      switch name {
      case Attribute.name: type.name = text(value, in: entry.unit)
      case Attribute.linkageName: type.linkageName = text(value, in: entry.unit)
      case Attribute.byteSize: type.size = value.number.map { Int(clamping: $0) }
      case Attribute.encoding: type.encoding = value.number ?? 0
      case Attribute.type: type.target = value.reference
      default: break
      }
    }
    return type
  }

  /// The type below names and qualifiers.
  func plainType(at offset: Int?) -> TypeEntry? {
    var offset = offset
    for _ in 0..<32 {
      guard let place = offset, let type = type(at: place) else { return nil }
      switch type.tag {
      case Tag.typedef, Tag.constType, Tag.volatileType, Tag.restrictType, Tag.atomicType:
        offset = type.target
      default: return type
      }
    }
    return nil
  }

  /// The size in bytes of values of a type; nil if it is not known.
  func size(of type: TypeEntry, depth: Int = 0) -> Int? {
    if let size = type.size { return size }
    switch type.tag {
    case Tag.pointerType, Tag.referenceType, Tag.rvalueReferenceType: return 4
    case Tag.arrayType:
      guard depth < 8, let element = plainType(at: type.target),
        let size = size(of: element, depth: depth + 1)
      else { return nil }
      return dimensions(of: type).reduce(Optional(size)) { total, count in
        guard let total, let count else { return nil }
        let (product, overflow) = total.multipliedReportingOverflow(by: count)
        return overflow ? nil : product
      }
    default: return type.isSwift ? SwiftType.size(type.name) : nil
    }
  }

  /// The numbers of elements of an array, outermost first; nil where it does not tell.
  func dimensions(of array: TypeEntry) -> [Int?] {
    var dimensions: [Int?] = []
    forEachChild(of: array.entry) { child in
      guard child.tag == Tag.subrangeType else { return true }
      var count: Int?
      forEachAttribute(of: child) { name, value in
        guard let number = value.number, let own = Int(exactly: number) else { return }
        if name == Attribute.count { count = own }
        if name == Attribute.upperBound { count = own < .max ? own + 1 : nil }
      }
      dimensions.append(count)
      return dimensions.count < 8
    }
    return dimensions
  }

  /// The name of a type, close to the spelling of its language.
  func typeName(at offset: Int?, depth: Int = 0) -> String {
    guard let offset else { return "void" }
    guard depth < 12, let type = type(at: offset) else { return "?" }
    if let linkage = type.linkageName, linkage.hasPrefix("$") {
      let readable = typeDemangler.readable(linkage)
      if readable != linkage { return readable }
    }
    if let name = type.name { return name }
    let target = { self.typeName(at: type.target, depth: depth + 1) }
    switch type.tag {
    case Tag.pointerType: return target() + "*"
    case Tag.referenceType: return target() + "&"
    case Tag.rvalueReferenceType: return target() + "&&"
    case Tag.constType: return qualified("const", type.target, target())
    case Tag.volatileType: return qualified("volatile", type.target, target())
    case Tag.restrictType, Tag.atomicType: return target()
    case Tag.arrayType:
      return target() + dimensions(of: type).map { "[\($0.map(String.init) ?? "")]" }.joined()
    case Tag.subroutineType: return "function"
    case Tag.structureType, Tag.classType: return "struct"
    case Tag.unionType: return "union"
    case Tag.enumerationType: return "enum"
    default: return "?"
    }
  }
}

extension DebugReader {
  /// A type's name with a qualifier: behind a pointer, where it is the pointer's own.
  private func qualified(_ qualifier: String, _ target: Int?, _ name: String) -> String {
    guard let type = target.flatMap({ self.type(at: $0) }) else { return qualifier + " " + name }
    switch type.tag {
    case Tag.pointerType where type.name == nil: return name + " " + qualifier
    // Swift has `let`.
    case _ where type.isSwift: return name
    default: return qualifier + " " + name
    }
  }

  /// The alignment of values of a type of Swift, by its rules for structures.
  func swiftAlignment(of type: TypeEntry, depth: Int = 0) -> Int {
    if type.tag == Tag.structureType, SwiftType.encoding(type.name) == nil, depth < 8 {
      if let known = knownAlignments[type.entry.offset] { return known }
      var alignment = 1
      knownAlignments[type.entry.offset] = alignment
      forEachChild(of: type.entry) { child in
        if child.tag == Tag.member,
          let own = plainType(at: attribute(Attribute.type, of: child)?.reference)
        {
          alignment = max(alignment, swiftAlignment(of: own, depth: depth + 1))
        }
        return !effort.isExhausted
      }
      knownAlignments[type.entry.offset] = alignment
      return alignment
    }
    let size = size(of: type) ?? 1
    return [2, 4, 8].contains(size) ? size : 1
  }
}

extension TypeEntry {
  /// Whether the type is one of Swift's.
  var isSwift: Bool { linkageName?.hasPrefix("$") ?? false }

  /// Whether values have parts.
  var isAggregate: Bool {
    [Tag.structureType, Tag.classType, Tag.unionType, Tag.arrayType].contains(tag)
  }

  /// Whether values are one character of text.
  var isByteCharacter: Bool {
    tag == Tag.baseType && size == 1
      && (encoding == BaseEncoding.signedCharacter || encoding == BaseEncoding.unsignedCharacter)
  }

  /// Whether values are bytes.
  var isByte: Bool {
    isByteCharacter || (tag == Tag.baseType && size == 1 && encoding == BaseEncoding.unsigned)
  }
}
