/// What a node of the graph does with the sound of its children.
///
/// How children are pulled is the mixer's part.
///
/// Source: firefly.md 6.2.
enum AudioProcessor {
  // Sources: they have no use for children.
  case empty
  case zero
  case oscillator(Oscillator)
  case noise(Noise)
  case file(SoundPlayer)

  // Ways of putting children together.
  case allForOne
  case loop
  case concat
  case pause(isPaused: Bool)
  case takeLeft
  case takeRight

  // Changes to the sum of the children.
  case mix
  case gain(Float)
  case pan(Panorama)
  case mute(isMuted: Bool)
  case trackPosition
  case pass(Biquad)
  case swap
  case clip(ClipWindow)

  /// The next block of a source; nil when it has ended.
  mutating func nextBlock() -> SoundBlock? {
    switch self {
    case .zero: return .silence
    case .oscillator(var oscillator):
      defer { self = .oscillator(oscillator) }
      return oscillator.next()
    case .noise(var noise):
      defer { self = .noise(noise) }
      return noise.next()
    case .file(var player):
      defer { self = .file(player) }
      return player.next()
    default: return nil
    }
  }

  /// What becomes of the sum of the children.
  mutating func change(_ block: SoundBlock) -> SoundBlock {
    switch self {
    case .gain(let level): return block.mapChannels { $0 * level }
    case .pan(let panorama): return panorama.weigh(block)
    case .mute(isMuted: true): return block.mapChannels { _ in .zero }
    case .pass(var filter):
      defer { self = .pass(filter) }
      return block.mapChannels { filter.filter($0) }
    case .swap: return block.right.map { SoundBlock($0, block.left) } ?? block
    case .clip(let window): return block.mapChannels(window.cut)
    default: return block
    }
  }

  /// Sets a parameter; there are nodes without, and numbers that mean nothing.
  mutating func set(_ parameter: Int, to value: Float) {
    switch (self, parameter) {
    case (.oscillator(var oscillator), 0):
      oscillator.set(frequency: value)
      self = .oscillator(oscillator)
    case (.file(var player), 0):
      player.seek(to: value)
      self = .file(player)
    case (.gain, 0): self = .gain(value)
    case (.pan, 0): self = .pan(Panorama(value))
    case (.mute, 0): self = .mute(isMuted: value < 0.5)
    case (.pause, 0): self = .pause(isPaused: value < 0.5)
    case (.pass(var filter), 0):
      filter.set(frequency: value)
      self = .pass(filter)
    case (.clip(var window), 0):
      window.move(toLow: value)
      self = .clip(window)
    case (.clip(let window), 1): self = .clip(ClipWindow(low: value, high: window.high))
    case (.clip(let window), 2): self = .clip(ClipWindow(low: window.low, high: value))
    default: break
    }
  }

  /// Goes back to the beginning; most parameters stay as they were set.
  mutating func reset() {
    switch self {
    case .oscillator(var oscillator):
      oscillator.reset()
      self = .oscillator(oscillator)
    case .file(var player):
      player.rewind()
      self = .file(player)
    case .mute: self = .mute(isMuted: false)
    case .pause: self = .pause(isPaused: false)
    case .pass(var filter):
      filter.reset()
      self = .pass(filter)
    default: break
    }
  }
}
