import Console

/// A run as JSON; what only the profile can tell stands under the profile's name.
public struct HeadlessReport: Encodable {
  private let profile: String
  private let result: HeadlessResult

  /// The report of a run on the profile with this name.
  public init(profile: String, _ result: HeadlessResult) {
    self.profile = profile
    self.result = result
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }

    static let profile = Key(stringValue: "profile")
    static let frames = Key(stringValue: "frames")
    static let hashes = Key(stringValue: "hashes")
    static let trap = Key(stringValue: "trap")
    static let log = Key(stringValue: "log")
    static let secondsPerFrame = Key(stringValue: "secondsPerFrame")
  }

  private struct Seconds: Encodable {
    var median: Double
    var mean: Double
    var max: Double
  }

  private struct Line: Encodable {
    var frame: Int
    var level: String
    var text: String
  }

  /// Encodes all keys; `trap` is null after a run without a crash.
  ///
  /// The key named like the profile is there for carts with sound, or of a profile with notes.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(profile, forKey: .profile)
    try container.encode(result.frames, forKey: .frames)
    let hashes = result.hashes.map { (String($0.key), $0.value) }
    try container.encode(Dictionary(uniqueKeysWithValues: hashes), forKey: .hashes)
    try container.encode(result.crash.map(CrashJSON.init), forKey: .trap)
    try container.encode(
      result.log.map { Line(frame: $0.frame, level: $0.level.rawValue, text: $0.text) },
      forKey: .log)
    let seconds = result.secondsPerFrame
    try container.encode(
      Seconds(median: seconds.median, mean: seconds.mean, max: seconds.max),
      forKey: .secondsPerFrame)
    if result.sound != nil || result.notes != nil {
      // Both fill one object.
      let own = container.superEncoder(forKey: Key(stringValue: profile))
      try result.sound?.encode(to: own)
      try result.notes?.encode(to: own)
    }
  }
}
