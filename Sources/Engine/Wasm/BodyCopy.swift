/// A copy of the function body at hand, which the two walks read through plain pointers.
///
/// At least 32 zero bytes follow it: more than the longest instruction, so that a walk may read
/// immediates before it tests for the end, and finds the same whatever follows in the file.
struct BodyCopy: ~Copyable {
  private static let padding = 32
  private var block = Arena<UInt8>(capacity: 4096)
  /// Where file offset 0 would be; only the body can be read.
  private(set) var fileStart: UnsafePointer<UInt8>

  init() { fileStart = UnsafePointer(block.base) }

  /// Copies a body of `file`, in place of the one before.
  mutating func load(_ body: FunctionBody, of file: [UInt8]) {
    block.ensure(body.size + Self.padding)
    let copy = block.base
    file.withUnsafeBufferPointer { bytes in
      if let base = bytes.baseAddress {
        copy.update(from: base + body.bodyOffset, count: body.size)
      }
    }
    (copy + body.size).update(repeating: 0, count: Self.padding)
    fileStart = UnsafePointer(copy) - body.bodyOffset
  }
}
