/// A name of a file of a cart.
///
/// Source: firefly.md section 7.
struct FileName {
  let text: String

  init(_ bytes: UnsafeRawBufferPointer) throws(HostCallError) {
    guard let text = String(validating: bytes.prefix(Self.longest + 1), as: UTF8.self) else {
      throw .invalidFileName
    }
    func bad(_ reason: String) -> HostCallError { HostCallError("bad file name: \(reason)") }
    guard !bytes.isEmpty else { throw bad("must not be empty") }
    guard bytes.count <= Self.longest else { throw bad("must not be longer than 255 bytes") }
    guard !text.hasPrefix(".") else { throw bad("must not start or end with dot") }
    // Byte by byte, as the official console looks at a name: part of a letter counts as one.
    for scalar in text.utf8.lazy.map(Unicode.Scalar.init) {
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-": break
      default: throw bad("must not contain \(scalar)")
      }
    }
    self.text = text
  }

  private static let longest = 255
}
