import Synchronization

/// A copy of a module's code section that the two walks read through plain pointers, followed by at
/// least 32 zero bytes: more than the longest instruction, so that a walk may read immediates before
/// it tests for the end.
///
/// It lives while somebody compiles.
final class CodeCopy: @unchecked Sendable {
  private static let padding = 32
  private let block: UnsafeMutablePointer<UInt8>
  /// The file offset of the copy's first byte.
  private let start: Int

  init(of file: [UInt8], _ section: Range<Int>) {
    block = .allocate(capacity: section.count + Self.padding)
    start = section.lowerBound
    block.initialize(repeating: 0, count: section.count + Self.padding)
    file.withUnsafeBufferPointer { bytes in
      if let base = bytes.baseAddress {
        block.update(from: base + section.lowerBound, count: section.count)
      }
    }
  }

  deinit { block.deallocate() }

  /// Where file offset 0 would be; only the code section can be read.
  var fileStart: UnsafePointer<UInt8> { UnsafePointer(block) - start }
}

/// What a module makes when somebody asks for it: names for people, code for compilers.
final class LazyParts: Sendable {
  private struct Parts {
    var names: NameSection??
    weak var code: CodeCopy?
  }
  private let parts = Mutex(Parts())

  /// The name section, read at the first call.
  func names(_ read: () -> NameSection?) -> NameSection? {
    parts.withLock { parts in
      if let known = parts.names { return known }
      let names = read()
      parts.names = .some(names)
      return names
    }
  }

  /// The code that somebody is reading, or a new copy.
  func code(_ copy: () -> CodeCopy) -> CodeCopy {
    parts.withLock { parts in
      if let known = parts.code { return known }
      let code = copy()
      parts.code = code
      return code
    }
  }
}
