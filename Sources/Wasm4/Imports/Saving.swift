import Runtime

extension HostCall {
  /// What is checked is the part that is copied.
  ///
  /// Source: wasm4.md section 6.
  static let saving = [
    HostCall(returning: "diskr", 2) { (console, a) throws(HostError) in
      guard a[1] >= 0 else { throw .outOfBounds(a[0], a.int(1)) }
      let content = console.disk.content
      let count = min(a.int(1), content.count)
      try console.mutableBytes(a[0], count).copyBytes(from: content.prefix(count))
      return Int32(count)
    },
    HostCall(returning: "diskw", 2) { (console, a) throws(HostError) in
      guard a[1] >= 0 else { throw .outOfBounds(a[0], a.int(1)) }
      let count = min(a.int(1), Disk.capacity)
      console.disk.write(try console.bytes(a[0], count))
      return Int32(count)
    },
  ]
}
