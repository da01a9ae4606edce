import Glibc

/// An open file or directory, closed with the last reference.
final class FileHandle: Sendable {
  private let descriptor: Int32

  /// Takes over a descriptor; a negative one is a file that is not open.
  init(_ descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  var isOpen: Bool { descriptor >= 0 }

  /// Opens a file of this directory to read it; a link is not followed.
  func open(_ name: String) -> FileHandle {
    guard isOpen, !name.isEmpty, name != ".", name != "..",
      !name.utf8.contains(UInt8(ascii: "/")), !name.utf8.contains(0), name.utf8.count <= 255
    else {
      errno = ENOENT
      return FileHandle(-1)
    }
    return FileHandle(
      openat(descriptor, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK))
  }

  /// Bytes of a regular file; nil for anything else.
  var size: Int? {
    var status = stat()
    guard isOpen, fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      return nil
    }
    return Int(status.st_size)
  }

  /// The first bytes of a regular file; nil after a read error.
  func read(limit: Int) -> [UInt8]? {
    guard let size, limit >= 0 else { return nil }
    let wanted = min(size, limit)
    var failed = false
    let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
      while count < wanted {
        let part = pread(
          descriptor, buffer.baseAddress.map { $0 + count }, wanted - count, off_t(count))
        if part < 0, errno == EINTR { continue }
        if part < 0 { failed = true }
        if part <= 0 { return }
        count += part
      }
    }
    return failed ? nil : bytes
  }
}
