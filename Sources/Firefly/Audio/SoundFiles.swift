import Console

/// The sound files that a cart has opened, kept in memory so that playing never reads a disk.
///
/// Lives on the cart's thread. It holds every file that a node plays, so that none is freed on the
/// thread that renders.
final class SoundFiles {
  /// Bytes of all files that are held.
  static let largestTotal = 256 << 20

  private let files: CartFiles
  private let largestTotal: Int
  private var sounds: [String: SoundFile] = [:]
  private var total = 0

  init(_ files: CartFiles, largestTotal: Int = SoundFiles.largestTotal) {
    self.files = files
    self.largestTotal = largestTotal
  }

  /// The sound of this name.
  ///
  /// - Throws: No such file, not a sound, or more than fits beside what is being played.
  func open(_ name: String) throws(HostCallError) -> SoundFile {
    if let known = sounds[name] { return known }
    guard let size = files.size(of: name),
      let header = files.read(name, limit: SoundFile.headerSize)
    else { throw .fileNotFound }
    // So that a large file which is no sound costs nothing.
    try SoundFile.check(header: header)
    if size > largestTotal - total { forgetUnused() }
    guard size <= largestTotal - total else { throw Self.tooMuch }
    guard let bytes = files.read(name, limit: size) else { throw .fileNotFound }
    let sound = try SoundFile(bytes)
    sounds[name] = sound
    total += bytes.count
    return sound
  }

  /// Lets go of what no node plays any more.
  private func forgetUnused() {
    // Names of their own: a view of the dictionary would hold everything in it once more.
    for name in Array(sounds.keys) where isKnownUniquelyReferenced(&sounds[name]) {
      total -= sounds.removeValue(forKey: name)?.bytes.count ?? 0
    }
  }

  private static let tooMuch = HostCallError("the sound files are too large")
}
