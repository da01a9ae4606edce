import Engine

/// A section of a module, for listings (spec 5.5.2).
struct Section {
  /// The name of a custom section, else what the specification calls it.
  var name: String
  var isCustom: Bool
  /// Offset of the content in the file.
  var offset: Int
  var size: Int

  /// The sections of a module that has been decoded before.
  static func all(of module: Module) -> [Section] {
    var reader = ByteReader(module.bytes)
    var sections: [Section] = []
    do throws(ReadError) {
      _ = try reader.skip(8)
      while !reader.isAtEnd {
        let id = Int(try reader.byte())
        let content = try reader.skip(Int(try reader.unsigned32()))
        var name = id < names.count ? names[id] : "section \(id)"
        if id == 0 {
          var inner = ByteReader(module.bytes, in: content)
          name = String(decoding: module.bytes[try inner.name()], as: UTF8.self)
        }
        sections.append(
          Section(
            name: name, isCustom: id == 0, offset: content.lowerBound, size: content.count))
      }
    } catch {
      // A decoded module has no broken section; a listing shows what it found.
    }
    return sections
  }

  private static let names = [
    "custom", "type", "import", "function", "table", "memory", "global", "export", "start",
    "element", "code", "data", "data count",
  ]
}
