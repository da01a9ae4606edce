import Engine

/// A module as a list of sections, so that the custom ones can be damaged while the rest stays.
struct Sections {
  struct Section {
    var id: UInt8
    /// The name of a custom section, which `content` does not repeat.
    var name = ""
    var content: [UInt8]
  }

  private(set) var list: [Section] = []

  /// The sections of a valid module.
  init(_ module: [UInt8]) throws {
    var reader = ByteReader(module, in: 8..<module.count)
    while !reader.isAtEnd {
      let id = try reader.byte()
      var content = try reader.slice(Int(try reader.unsigned32()))
      var name = ""
      if id == 0 {
        name = String(
          decoding: module[try content.skip(Int(try content.unsigned32()))], as: UTF8.self)
      }
      list.append(Section(id: id, name: name, content: Array(module[content.offset..<content.end])))
    }
  }

  /// Places of the custom sections.
  var custom: [Int] { list.indices.filter { list[$0].id == 0 } }

  /// The module without custom sections.
  var stripped: Sections {
    var sections = self
    sections.list.removeAll { $0.id == 0 }
    return sections
  }

  subscript(index: Int) -> [UInt8] {
    get { list[index].content }
    set { list[index].content = newValue }
  }

  /// Adds a custom section, in front or at the end.
  mutating func add(_ name: String, _ content: [UInt8], inFront: Bool) {
    list.insert(Section(id: 0, name: name, content: content), at: inFront ? 0 : list.count)
  }

  mutating func remove(at index: Int) { list.remove(at: index) }

  mutating func swap(_ first: Int, _ second: Int) {
    (list[first].content, list[second].content) = (list[second].content, list[first].content)
  }

  var bytes: [UInt8] {
    var bytes: [UInt8] = [0x00, 0x61, 0x73, 0x6D, 1, 0, 0, 0]
    for section in list {
      let name = section.id == 0 ? Self.leb(section.name.utf8.count) + Array(section.name.utf8) : []
      bytes.append(section.id)
      bytes += Self.leb(name.count + section.content.count)
      bytes += name
      bytes += section.content
    }
    return bytes
  }

  static func leb(_ value: Int) -> [UInt8] {
    var value = value
    var bytes: [UInt8] = []
    repeat {
      bytes.append(UInt8(value & 0x7F) | (value > 0x7F ? 0x80 : 0))
      value >>= 7
    } while value > 0
    return bytes
  }
}
