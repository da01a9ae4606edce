/// Reads values in the postcard encoding.
///
/// Source: firefly.md 11.1. Input is hostile: every read checks what is left.
struct PostcardReader {
  private var bytes: ArraySlice<UInt8>

  /// Why a value could not be read.
  struct Failure: Error, Equatable {
    let reason: String
  }

  init(_ bytes: [UInt8]) {
    self.bytes = bytes[...]
  }

  mutating func byte() throws(Failure) -> UInt8 {
    guard let byte = bytes.popFirst() else { throw Failure(reason: "unexpected end") }
    return byte
  }

  mutating func bool() throws(Failure) -> Bool {
    switch try byte() {
    case 0: return false
    case 1: return true
    case let other: throw Failure(reason: "a truth value is 0 or 1, not \(other)")
    }
  }

  /// An unsigned number of up to 32 bits, LEB128.
  mutating func u32() throws(Failure) -> UInt32 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), through: 28, by: 7) {
      let byte = try byte()
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 {
        guard let result = UInt32(exactly: value) else { break }
        return result
      }
    }
    throw Failure(reason: "number too large")
  }

  mutating func string() throws(Failure) -> String {
    let count = Int(try u32())
    guard count <= bytes.count else { throw Failure(reason: "text longer than the file") }
    let text = bytes.prefix(count)
    bytes = bytes.dropFirst(count)
    guard let string = String(validating: text, as: UTF8.self) else {
      throw Failure(reason: "text is not valid UTF-8")
    }
    return string
  }
}
