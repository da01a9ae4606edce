import Console

/// What a cart saves: one record of at most 1,024 bytes.
///
/// A cart may write as often as it likes; the file is written when a frame is over, at most once a
/// second, and when the cart ends in whatever way. Source: wasm4.md section 6.
final class Disk {
  static let capacity = 1024
  /// The file's name in the cart's storage.
  static let fileName = "disk"
  private static let framesBetweenSaves = Console.frameRate

  private(set) var content: [UInt8]
  private var saved: [UInt8]
  private var lastSave: Int?
  private var hasFailed = false
  private let canSave: Bool
  private let storage: any Storage
  private let log: ConsoleLog

  init(storage: any Storage, log: ConsoleLog) {
    self.storage = storage
    self.log = log
    do throws(StorageError) {
      content = Array((try storage.read(Self.fileName) ?? []).prefix(Self.capacity))
      canSave = true
    } catch {
      // What cannot be read is not to be written over.
      content = []
      canSave = false
      log.add(.error, "diskr: \(error.why)")
    }
    saved = content
  }

  /// Replaces everything.
  func write(_ bytes: some Collection<UInt8>) { content = Array(bytes.prefix(Self.capacity)) }

  /// Saves what has changed, unless that was done a moment ago.
  func endFrame(_ frame: Int) {
    if let lastSave, frame - lastSave < Self.framesBetweenSaves { return }
    if save() { lastSave = frame }
  }

  /// Saves what has changed; says whether there was anything.
  @discardableResult func save() -> Bool {
    guard canSave, content != saved else { return false }
    do throws(StorageError) {
      if content.isEmpty {
        try storage.remove(Self.fileName)
      } else {
        try storage.write(Self.fileName, content)
      }
      saved = content
      hasFailed = false
    } catch {
      // Said once, not with every attempt.
      if !hasFailed { log.add(.error, "diskw: \(error.why)") }
      hasFailed = true
    }
    return true
  }
}
