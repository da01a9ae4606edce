/// What holds for all cases of a run.
public struct RunRules: Sendable, Codable {
  /// Snapshots that differ or are missing are written anew.
  public var updatesSnapshots = false
  /// A missing snapshot is a failure, and not made.
  public var wantsSnapshots = false
  /// Each case is run twice, and every frame is compared.
  public var verifies = false
  /// Frames that a case may run; nil lets each have what it names, and `openEnd` otherwise.
  public var frameLimit: Int?
  /// Frames of a case that names none: it waits for a cart to end or to crash.
  static let openEnd = 36_000
  /// Bytes of memory that a cart may have.
  public var memoryLimit = 256 << 20
  /// Processor seconds that a callback may take.
  public var callbackLimit = 2.0
  /// Folder for what failing cases leave.
  public var artifacts: String

  /// The usual rules.
  public init(artifacts: String) { self.artifacts = artifacts }
}
