/// A node of the graph as the mixer keeps it, in one of its places.
struct AudioNode {
  /// Children of a node.
  static let largestFamily = 4

  var processor: AudioProcessor
  var modulation: Modulation?
  /// Places of the children; the first `childCount` count.
  private(set) var children = SIMD4<UInt8>()
  private(set) var childCount = 0

  init(_ processor: AudioProcessor) {
    self.processor = processor
  }

  mutating func add(child place: Int) {
    guard childCount < Self.largestFamily else { return }
    children[childCount] = UInt8(truncatingIfNeeded: place)
    childCount += 1
  }

  mutating func removeChildren() { childCount = 0 }

  /// Sets a parameter by hand, which ends a modulation of it.
  mutating func set(_ parameter: Int, to value: Float) {
    if modulation?.parameter == parameter { modulation = nil }
    processor.set(parameter, to: value)
  }

  mutating func reset() {
    processor.reset()
    modulation?.reset()
  }

  /// Lets the modulation set its parameter for the next block.
  mutating func modulate() {
    guard let value = modulation?.next(), let parameter = modulation?.parameter else { return }
    processor.set(parameter, to: value)
  }
}
