import Console

/// A cart as it is shipped: a module, metadata and files, checked as far as that goes without
/// running it.
///
/// Source: firefly.md 1.1 and section 11.
public struct ROM: Sendable {
  /// All files by name.
  public let files: CartFiles
  /// Who made what.
  public let metadata: CartMetadata
  /// Whether the files are those that the author shipped.
  public let hash: ROMHash.State

  /// Checks files.
  ///
  /// - Throws: `ROMError` for names that no cart could ask for, without a module or right metadata.
  public init(_ files: CartFiles) throws(ROMError) {
    for name in files.names {
      guard Self.isFileName(name) else {
        throw ROMError(reason: "a file with a name that carts cannot ask for")
      }
    }
    guard let module = files.size(of: Cart.moduleName) else {
      throw ROMError(reason: "it has no file \(Cart.moduleName)")
    }
    guard module > 0 else { throw ROMError(reason: "\(Cart.moduleName) is empty") }
    guard let name = CartMetadata.fileName(in: files), let bytes = files.read(name) else {
      throw ROMError(reason: "it has no file _meta")
    }
    do {
      metadata = try CartMetadata(decoding: bytes)
    } catch {
      throw ROMError(reason: "\(name): \(error.reason)")
    }
    self.files = files
    hash = ROMHash.state(of: files.byName)
  }

  /// A ROM around a bare module, which gets metadata of these ids.
  public init(module: [UInt8], authorID: String, appID: String) throws(ROMError) {
    let metadata: [UInt8]
    do {
      metadata = try CartMetadata.file(authorID: authorID, appID: appID)
    } catch {
      throw ROMError(reason: error.reason)
    }
    try self.init(CartFiles([Cart.moduleName: module, "_meta": metadata]))
  }

  /// The same files with a `_hash` that is theirs.
  public var sealed: CartFiles {
    var all = files.byName
    all[ROMHash.fileName] = ROMHash.digest(of: all)
    return CartFiles(all)
  }

  /// Whether a cart can ask for a file of this name; such names are plain ones for every file
  /// system.
  public static func isFileName(_ name: String) -> Bool {
    name.utf8.withContiguousStorageIfAvailable { bytes in
      (try? FileName(UnsafeRawBufferPointer(bytes))) != nil
    } ?? Array(name.utf8).withUnsafeBytes { (try? FileName($0)) != nil }
  }
}
