/// How loud the player wants it.
public struct Volume: Sendable, Equatable {
  /// In hundredths, 0...100.
  public private(set) var level: Int
  /// Silent for now, whatever the level.
  public private(set) var isMuted: Bool

  private static let step = 10

  /// A volume with the level brought into its range.
  public init(level: Int, isMuted: Bool) {
    self.level = min(100, max(0, level))
    self.isMuted = isMuted
  }

  /// Factor for samples: the square of the level, since ears hear ratios.
  public var gain: Float {
    let share = Float(level) / 100
    return isMuted ? 0 : share * share
  }

  /// Does what a key means; says whether it means anything here.
  package mutating func perform(_ action: ShellAction) -> Bool {
    switch action {
    case .mute: isMuted.toggle()
    case .louder: self = Volume(level: level + Self.step, isMuted: false)
    case .quieter: self = Volume(level: level - Self.step, isMuted: isMuted)
    default: return false
    }
    return true
  }

  /// For the player.
  public var text: String { isMuted ? "Sound off (volume \(level) %)" : "Volume \(level) %" }
}
