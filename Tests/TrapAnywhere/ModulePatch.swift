import Engine
import TestKit

/// A copy of a module with instructions inserted in one place, and a global more.
struct ModulePatch {
  /// The module's bytes.
  let bytes: [UInt8]
  /// The file offset of the first instruction inserted.
  let insertion: Int

  /// Inserts `code` before the instruction at file offset `offset`, which lies in the body of the
  /// defined function `function`, and appends a mutable global whose entry is `global`.
  init(
    _ module: Module, function: Int, before offset: Int, code: [UInt8], global: [UInt8]
  ) {
    var file = Array(module.bytes[..<8])
    var insertion = 0
    var hasGlobals = false
    for section in Self.sections(module.bytes) {
      // Imports, tables, memories and tags stand before the globals, all else behind.
      if !hasGlobals, section.id > 6, section.id != 13 {
        file += Self.section(6, ModuleBuilder.leb(1) + global)
        hasGlobals = true
      }
      var content = Array(module.bytes[section.content])
      switch section.id {
      case 6:
        content = Self.appending(global, toVector: content)
        hasGlobals = true
      case 10:
        let changed = Self.inserting(
          code, module.bodies[function], before: offset, in: module.bytes, section.content)
        content = changed.content
        let header = 1 + ModuleBuilder.leb(content.count).count
        insertion = file.count + header + changed.insertion
      default: break
      }
      file += Self.section(section.id, content)
    }
    bytes = file
    self.insertion = insertion
  }

  private static func section(_ id: UInt8, _ content: [UInt8]) -> [UInt8] {
    [id] + ModuleBuilder.leb(content.count) + content
  }

  private static func sections(_ bytes: [UInt8]) -> [(id: UInt8, content: Range<Int>)] {
    var sections: [(id: UInt8, content: Range<Int>)] = []
    var offset = 8
    while offset < bytes.count {
      let id = bytes[offset]
      let (size, start) = leb(bytes, at: offset + 1)
      sections.append((id, start..<start + size))
      offset = start + size
    }
    return sections
  }

  /// An unsigned LEB128 integer and the offset after it.
  private static func leb(_ bytes: [UInt8], at start: Int) -> (value: Int, next: Int) {
    var (value, shift, offset) = (0, 0, start)
    while true {
      value |= Int(bytes[offset] & 0x7F) << shift
      shift += 7
      offset += 1
      if bytes[offset - 1] < 0x80 { return (value, offset) }
    }
  }

  private static func appending(_ entry: [UInt8], toVector content: [UInt8]) -> [UInt8] {
    let (count, start) = leb(content, at: 0)
    return ModuleBuilder.leb(count + 1) + content[start...] + entry
  }

  /// The code section with a longer body; `insertion` counts from the section's content.
  private static func inserting(
    _ code: [UInt8], _ body: FunctionBody, before offset: Int, in bytes: [UInt8],
    _ section: Range<Int>
  ) -> (content: [UInt8], insertion: Int) {
    // The old size may be padded: it starts after the bodies before.
    var (count, sizeOffset) = leb(bytes, at: section.lowerBound)
    var size = leb(bytes, at: sizeOffset)
    while size.next < body.bodyOffset {
      sizeOffset = size.next + size.value
      size = leb(bytes, at: sizeOffset)
      count -= 1
    }
    precondition(count > 0 && size.next == body.bodyOffset, "no such body")
    var content = Array(bytes[section.lowerBound..<sizeOffset])
    content += ModuleBuilder.leb(body.size + code.count)
    content += bytes[body.bodyOffset..<offset]
    let insertion = content.count
    content += code
    content += bytes[offset..<section.upperBound]
    return (content, insertion)
  }
}
