/// What holds for all cases of a run.
public struct RunRules: Sendable, Codable {
  /// Snapshots that differ or are missing are written anew.
  public var updatesSnapshots = false
  /// A missing snapshot is a failure, and not made.
  public var wantsSnapshots = false
  /// Each case is run twice, and every frame is compared.
  public var verifies = false
  /// Frames that a case may run.
  public var frameLimit = 36_000
  /// Bytes of memory that a cart may have.
  public var memoryLimit = 256 << 20
  /// Processor seconds that a callback may take.
  public var callbackLimit = 2.0
  /// Folder for what failing cases leave.
  public var artifacts: String

  /// The usual rules.
  public init(artifacts: String) { self.artifacts = artifacts }
}
