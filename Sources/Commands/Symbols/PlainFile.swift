import Foundation

/// A file that is read in pieces or whole, whatever lies at its path.
///
/// Only regular files count: no pipe is waited for, and no device is read.
struct PlainFile: ~Copyable {
  /// Greatest number of bytes of a module.
  static let largestModule = 1 << 30

  private let descriptor: Int32
  /// The number of bytes.
  let size: Int
  /// When it was last written, in seconds since 1970.
  let modified: Int

  /// Opens a file; nil if there is none, or it cannot be read.
  init?(_ path: String) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { return nil }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      return nil
    }
    self.descriptor = descriptor
    size = Int(status.st_size)
    modified = Int(status.st_mtim.tv_sec)
  }

  deinit { close(descriptor) }

  /// The bytes of a range; nil if not all of them can be read.
  func bytes(_ range: Range<Int>) -> [UInt8]? {
    var count = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, initialized in
      while count < range.count, let start = buffer.baseAddress {
        let read = pread(
          descriptor, start + count, range.count - count, off_t(range.lowerBound + count))
        if read < 0, errno == EINTR { continue }
        guard read > 0 else { break }
        count += read
      }
      initialized = count
    }
    return count == range.count ? bytes : nil
  }

  /// All bytes; nil if they are more than a module may have, or cannot be read.
  func module() -> [UInt8]? { size <= Self.largestModule ? bytes(0..<size) : nil }

  /// The beginning of the first custom section with a name; reads heads of sections alone.
  func customSection(named name: String, limit: Int = 1024) -> [UInt8]? {
    guard bytes(0..<min(4, size)) == [0x00, 0x61, 0x73, 0x6D] else { return nil }
    let wanted = [UInt8(name.utf8.count)] + Array(name.utf8)
    var offset = 8
    // More sections than that are no module that anybody has linked.
    for _ in 0..<10_000 {
      guard offset < size, let head = bytes(offset..<min(offset + 6, size)) else { return nil }
      var length = 0
      var next = 1
      while next < head.count {
        length |= Int(head[next] & 0x7F) << (7 * (next - 1))
        next += 1
        if head[next - 1] < 0x80 { break }
      }
      let start = offset + next
      let end = start + length
      guard end <= size else { return nil }
      if head[0] == 0, let content = bytes(start..<min(end, start + wanted.count + limit)),
        content.starts(with: wanted)
      {
        return Array(content.dropFirst(wanted.count))
      }
      offset = end
    }
    return nil
  }
}
