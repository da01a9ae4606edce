import Console

/// A run as JSON.
public struct HeadlessReport: Encodable {
  private let profile: String
  private let result: HeadlessResult

  /// The report of a run on the profile with this name.
  public init(profile: String, _ result: HeadlessResult) {
    self.profile = profile
    self.result = result
  }

  private enum Key: String, CodingKey {
    case profile
    case frames
    case hashes
    case trap
    case log
    case secondsPerFrame
  }

  /// What only carts of one profile have stands under the profile's name.
  private struct ProfileKey: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) {
      self.stringValue = stringValue
    }

    init?(intValue: Int) { nil }
  }

  private struct Seconds: Encodable {
    var median: Double
    var max: Double
  }

  private struct Line: Encodable {
    var frame: Int
    var level: String
    var text: String
  }

  /// Encodes all keys; `trap` is null after a run without a crash.
  ///
  /// The key named like the profile is there for carts with sound.
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
      Seconds(median: seconds.median, max: seconds.max), forKey: .secondsPerFrame)
    if let sound = result.sound {
      var own = encoder.container(keyedBy: ProfileKey.self)
      try own.encode(sound, forKey: ProfileKey(stringValue: profile))
    }
  }
}
