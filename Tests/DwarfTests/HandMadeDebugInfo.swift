// Debug information written byte by byte, for what no compiler writes.

/// A module whose custom sections are these.
func module(_ sections: [String: [UInt8]]) -> [UInt8] {
  var bytes: [UInt8] = [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0, 10, 1, 0]
  for (name, content) in sections {
    let body = uleb(name.utf8.count) + Array(name.utf8) + content
    bytes += [0] + uleb(body.count) + body
  }
  return bytes
}

func uleb(_ value: Int) -> [UInt8] {
  var value = value
  var bytes: [UInt8] = []
  repeat {
    bytes.append(UInt8(value & 0x7F) | (value > 0x7F ? 0x80 : 0))
    value >>= 7
  } while value > 0
  return bytes
}

func fixed(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(value >> (8 * $0) & 0xFF) } }

/// A unit of version 4 with these entries.
func unit(_ entries: [UInt8], abbreviations: Int = 0) -> [UInt8] {
  let body: [UInt8] = [4, 0] + fixed(abbreviations) + [4] + entries
  return fixed(body.count) + body
}
