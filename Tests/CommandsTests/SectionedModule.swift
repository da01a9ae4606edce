import Engine
import Foundation

/// A module whose custom sections can be taken away and added, for tests of what they say.
struct SectionedModule {
  private var sections: [(id: UInt8, content: [UInt8])] = []

  /// Takes a valid module apart.
  init(_ bytes: [UInt8]) throws {
    var reader = ByteReader(bytes, in: 8..<bytes.count)
    while !reader.isAtEnd {
      let id = try reader.byte()
      let range = try reader.skip(Int(try reader.unsigned32()))
      sections.append((id, Array(bytes[range])))
    }
  }

  /// One of the modules in Tests/DwarfTests/Crashers.
  init(crasher name: String) throws {
    try self.init(Self.crasher(name))
  }

  static func crasher(_ name: String) throws -> [UInt8] {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
    return [UInt8](
      try Data(contentsOf: tests.appendingPathComponent("DwarfTests/Crashers/\(name).wasm")))
  }

  /// The module without custom sections.
  func stripped() -> SectionedModule {
    var module = self
    module.sections.removeAll { $0.id == 0 }
    return module
  }

  /// The module with one more custom section at its end.
  func adding(_ name: String, _ content: [UInt8]) -> SectionedModule {
    var module = self
    module.sections.append((0, [UInt8(name.utf8.count)] + Array(name.utf8) + content))
    return module
  }

  /// The module with another last byte in the last function but its `end`: other code.
  func withOtherCode() -> SectionedModule {
    var module = self
    for index in sections.indices where sections[index].id == 10 {
      module.sections[index].content[sections[index].content.count - 2] ^= 1
    }
    return module
  }

  var bytes: [UInt8] {
    [0x00, 0x61, 0x73, 0x6D, 1, 0, 0, 0]
      + sections.flatMap { [$0.id] + leb($0.content.count) + $0.content }
  }

  private func leb(_ count: Int) -> [UInt8] {
    (0..<5).map { UInt8(count >> (7 * $0) & 0x7F) | ($0 < 4 ? 0x80 : 0) }
  }
}
