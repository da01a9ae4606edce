import Console

/// What the calls of privileged carts have in common.
extension FireflyState {
  func system() throws(HostCallError) -> SystemFiles {
    guard let tree = services.options.system else { throw HostCallError("sudo is disabled") }
    return SystemFiles(tree: tree)
  }

  /// A path and a buffer, which must not overlap: the official console says the same of both.
  func pathAndBuffer(
    _ path: UInt32, _ length: UInt32, _ buffer: UInt32, _ room: UInt32
  ) throws(HostCallError) -> (path: UnsafeRawBufferPointer, buffer: UnsafeMutableRawBufferPointer) {
    let pathBytes = try bytes(path, length)
    let bufferBytes = try mutableBytes(buffer, room)
    let (first, second) = path < buffer ? ((path, length), buffer) : ((buffer, room), path)
    guard UInt64(first.0) + UInt64(first.1) <= UInt64(second) else { throw .outOfMemory }
    return (pathBytes, bufferBytes)
  }

  /// Bytes that a list of files or of folders takes.
  func listSize(
    _ path: UInt32, _ length: UInt32, ofFolders: Bool
  ) throws(HostCallError) -> UInt32 {
    let path = try SystemPath(bytes(path, length))
    let entries = try system().entries(of: path).filter { $0.isFolder == ofFolders }
    return UInt32(clamping: entries.reduce(0) { $0 + $1.name.utf8.count + 1 })
  }

  /// Writes names, each behind its length; those for which there is no room are left out.
  func list(
    _ path: UnsafeRawBufferPointer, into buffer: UnsafeMutableRawBufferPointer, folders: Bool,
    _ called: String
  ) throws(HostCallError) -> UInt32 {
    var count = 0
    var hasRoom = true
    for entry in try system().entries(of: SystemPath(path)) where entry.isFolder == folders {
      let name = Array(entry.name.utf8)
      guard name.count < buffer.count - count else {
        hasRoom = false
        continue
      }
      buffer[count] = UInt8(clamping: name.count)
      UnsafeMutableRawBufferPointer(rebasing: buffer[(count + 1)...]).copyBytes(from: name)
      count += name.count + 1
    }
    if !hasRoom {
      report(HostCallError("buffer is not big enough to fit all entries"), called)
    }
    return UInt32(clamping: count)
  }

  /// An author's or a cart's id.
  func cartID(_ address: UInt32, _ count: UInt32) throws(HostCallError) -> String {
    let bytes = try bytes(address, count)
    guard let id = String(validating: bytes.prefix(64), as: UTF8.self) else { throw .invalidID }
    func bad(_ reason: String) -> HostCallError { HostCallError("bad ID: \(reason)") }
    guard bytes.count <= 16 else { throw bad("too long") }
    guard !id.hasPrefix("-"), !id.hasSuffix("-") else {
      throw bad("must not start or end with minus")
    }
    guard !id.contains("--") else { throw bad("must not contain '--'") }
    guard !bytes.isEmpty else { throw bad("must not be empty") }
    for scalar in id.utf8.lazy.map(Unicode.Scalar.init) {
      switch scalar {
      case "a"..."z", "0"..."9", "-": break
      default: throw bad("must not contain \(scalar)")
      }
    }
    return id
  }

  /// Asks for another cart in place of this one, if it is installed.
  func run(_ cart: InstalledCart) throws(HostCallError) {
    if cart == InstalledCart(author: "sys", app: "disconnector") {
      request = .exit
      return
    }
    guard try system().isInstalled(cart) else { throw .fileNotFound }
    request = .launch(cart)
  }

  /// There is no flash memory: logs that and returns 1, which means failure.
  func refuseFlash(_ address: UInt32, _ count: UInt32, _ called: String) -> UInt32 {
    do throws(HostCallError) {
      _ = try bytes(address, count)
      throw HostCallError.unsupported
    } catch {
      report(error, called)
    }
    return 1
  }
}
