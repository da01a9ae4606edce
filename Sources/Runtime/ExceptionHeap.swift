import CMachine

/// The exceptions of a store.
///
/// One that was caught without its reference is freed at once. The others are kept as long as
/// something may hold their address: when there are many, those are freed whose address stands in
/// no word of the wasm stack, and in no global, table or exception that can. What looks like an
/// address is taken for one.
final class ExceptionHeap {
  /// `vm_exception.is_shared`: an exnref was made.
  static let isReferenced: UInt64 = 1
  /// `vm_exception.is_shared`: the host has seen the exnref, and may keep it.
  static let isKnownToHost: UInt64 = 2

  /// Bytes that all exceptions of a store may take.
  static let byteLimit = 32 << 20

  private var all: Set<UInt> = []
  private var limit = 1024
  /// Bytes that they take.
  private(set) var bytes = 0

  deinit { for address in all { UnsafeMutableRawPointer(bitPattern: address)?.deallocate() } }

  /// Whether an exception is at an address.
  func contains(_ address: UInt) -> Bool { all.contains(address) }

  /// Whether it is time to `collect`.
  var isFull: Bool { all.count >= limit || bytes > Self.byteLimit }

  /// Bytes of an exception of a tag, with what keeping account of it takes.
  private static func size(_ tag: UnsafePointer<vm_tag>) -> Int {
    MemoryLayout<vm_exception>.size + 8 * Int(tag.pointee.word_count) + 32
  }

  /// The words of an exception's values.
  static func values(
    of exception: UnsafeMutablePointer<vm_exception>
  ) -> UnsafeMutablePointer<UInt64> {
    (UnsafeMutableRawPointer(exception) + MemoryLayout<vm_exception>.size)
      .assumingMemoryBound(to: UInt64.self)
  }

  /// A new exception of a tag, with the words of its values.
  func make(
    _ tag: UnsafePointer<vm_tag>, _ words: UnsafePointer<UInt64>
  ) -> UnsafeMutablePointer<vm_exception> {
    let count = Int(tag.pointee.word_count)
    let block = UnsafeMutableRawPointer.allocate(
      byteCount: MemoryLayout<vm_exception>.size + 8 * count, alignment: 16)
    let exception = block.bindMemory(to: vm_exception.self, capacity: 1)
    exception.pointee.tag = tag
    exception.pointee.is_shared = 0
    Self.values(of: exception).update(from: words, count: count)
    all.insert(UInt(bitPattern: block))
    bytes += Self.size(tag)
    return exception
  }

  /// Frees an exception that nothing refers to.
  func free(_ exception: UnsafeMutablePointer<vm_exception>) {
    guard all.remove(UInt(bitPattern: exception)) != nil else { return }
    bytes -= Self.size(exception.pointee.tag)
    UnsafeMutableRawPointer(exception).deallocate()
  }

  /// Frees the exceptions that none of the ranges of words leads to.
  func collect(_ roots: [UnsafeBufferPointer<UInt64>]) {
    var reached: Set<UInt> = []
    var waiting: [UInt] = []
    func reach(_ address: UInt) {
      if all.contains(address), reached.insert(address).inserted { waiting.append(address) }
    }
    for range in roots { for word in range { reach(UInt(word)) } }
    for address in all {
      if let exception = UnsafePointer<vm_exception>(bitPattern: address),
        exception.pointee.is_shared == Self.isKnownToHost
      {
        reach(address)
      }
    }
    while let address = waiting.popLast() {
      guard let exception = UnsafeMutablePointer<vm_exception>(bitPattern: address) else {
        continue
      }
      let values = Self.values(of: exception)
      for i in 0..<Int(exception.pointee.tag.pointee.word_count) { reach(UInt(values[i])) }
    }
    for address in all.subtracting(reached) {
      if let exception = UnsafeMutablePointer<vm_exception>(bitPattern: address) { free(exception) }
    }
    limit = max(1024, 2 * all.count)
  }
}
