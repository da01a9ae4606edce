/// The graph as it sounds: applies commands and renders, without allocating memory.
///
/// Source: firefly.md 6.1 and 6.2.
struct AudioMixer: ~Copyable {
  /// Places for nodes; the root has place 0.
  static let capacity = 32
  /// Pulls of nodes a block; what is beyond counts as ended.
  ///
  /// A loop pulls a child that has ended twice, so a chain of loops could ask for 2^30.
  private static let pullsPerBlock = 1024

  private let nodes: UnsafeMutablePointer<AudioNode>
  private var pullsLeft = 0
  /// A block of which a buffer had room for the first values only, interleaved.
  private var rest = SIMD16<Int16>()
  /// Where it goes on; at its length there is none.
  private var restStart = Self.valuesPerBlock
  private static let valuesPerBlock = SIMD16<Int16>.scalarCount

  init() {
    nodes = .allocate(capacity: Self.capacity)
    nodes.initialize(repeating: AudioNode(.empty), count: Self.capacity)
    nodes.pointee = AudioNode(.mix)
  }

  deinit {
    nodes.deinitialize(count: Self.capacity)
    nodes.deallocate()
  }

  // MARK: Commands

  mutating func apply(_ command: AudioCommand) {
    switch command {
    case .add(let processor, let place, let parent):
      nodes[place] = AudioNode(processor)
      nodes[parent].add(child: place)
    case .modulate(let place, let modulation): nodes[place].modulation = modulation
    case .set(let place, let parameter, let value): nodes[place].set(parameter, to: value)
    case .reset(let place): nodes[place].reset()
    case .resetAll(let place): resetAll(place)
    case .clear(let place):
      for index in 0..<nodes[place].childCount { remove(child(index, of: place)) }
      nodes[place].removeChildren()
    }
  }

  private func child(_ index: Int, of place: Int) -> Int { Int(nodes[place].children[index]) }

  private mutating func resetAll(_ place: Int) {
    nodes[place].reset()
    for index in 0..<nodes[place].childCount { resetAll(child(index, of: place)) }
  }

  private mutating func remove(_ place: Int) {
    for index in 0..<nodes[place].childCount { remove(child(index, of: place)) }
    nodes[place] = AudioNode(.empty)
  }

  // MARK: Rendering

  /// Fills the buffer; when the root ends, the rest of this buffer is silent.
  mutating func render(into samples: UnsafeMutableBufferPointer<Int16>) {
    var count = takeRest(samples, 0)
    while samples.count - count >= Self.valuesPerBlock, nextBlock() {
      count = takeRest(samples, count)
    }
    guard count < samples.count else { return }
    // Also after the end, as the official console does: it asks once more a buffer.
    if nextBlock() { count = takeRest(samples, count) }
    samples[count...].update(repeating: 0)
  }

  /// Renders a block into `rest`; says whether there was one.
  private mutating func nextBlock() -> Bool {
    pullsLeft = Self.pullsPerBlock
    guard let block = pull(0) else { return false }
    let right = block.right ?? block.left
    for lane in 0..<SoundBlock.length {
      rest[2 * lane] = sample(block.left[lane])
      rest[2 * lane + 1] = sample(right[lane])
    }
    restStart = 0
    return true
  }

  /// Copies as much of `rest` as there is room for; returns how far the buffer is filled.
  private mutating func takeRest(
    _ samples: UnsafeMutableBufferPointer<Int16>, _ filled: Int
  ) -> Int {
    let count = min(Self.valuesPerBlock - restStart, samples.count - filled)
    for index in 0..<count { samples[filled + index] = rest[restStart + index] }
    restStart += count
    return filled + count
  }

  // MARK: Pulling

  /// The next block of a node; nil when it has ended.
  private mutating func pull(_ place: Int) -> SoundBlock? {
    guard pullsLeft > 0 else { return nil }
    pullsLeft -= 1
    nodes[place].modulate()
    switch nodes[place].processor {
    case .empty, .zero, .oscillator, .noise, .file: return nodes[place].processor.nextBlock()
    case .pause(isPaused: true): return nil
    case .allForOne:
      guard nodes[place].childCount > 0 else { return nil }
      return average(place) { mixer, child in mixer.pull(child) }
    case .loop:
      return average(place) { mixer, child in
        if let block = mixer.pull(child) { return block }
        mixer.nodes[child].reset()
        return mixer.pull(child)
      }
    case .takeLeft:
      return average(place) { mixer, child in mixer.pull(child).map { SoundBlock($0.left) } }
    case .takeRight:
      return average(place) { mixer, child in
        mixer.pull(child).map { SoundBlock($0.right ?? .zero) }
      }
    case .concat:
      for index in 0..<nodes[place].childCount {
        if let block = pull(child(index, of: place)) { return block }
      }
      return nil
    case .pause, .mix, .gain, .pan, .mute, .trackPosition, .pass, .swap, .clip:
      guard let sum = sum(place) else { return nil }
      return nodes[place].processor.change(sum)
    }
  }

  /// The sum of the children that go on; nil if none does.
  private mutating func sum(_ place: Int) -> SoundBlock? {
    var sum = SoundBlock.silence
    var isEmpty = true
    for index in 0..<nodes[place].childCount {
      guard let block = pull(child(index, of: place)) else { continue }
      sum = sum + block
      isEmpty = false
    }
    return isEmpty ? nil : sum
  }

  /// The mean of all children; nil as soon as one has nothing.
  ///
  /// Without children it is not a number, as on the official console.
  private mutating func average(
    _ place: Int, _ pull: (inout AudioMixer, _ child: Int) -> SoundBlock?
  ) -> SoundBlock? {
    var sum = SoundBlock.silence
    let count = nodes[place].childCount
    for index in 0..<count {
      guard let block = pull(&self, child(index, of: place)) else { return nil }
      sum = sum + block
    }
    return sum / Float(count)
  }
}

/// A sample as a loudspeaker gets it; what is not a number is silence.
private func sample(_ value: Float) -> Int16 {
  guard value == value else { return 0 }
  return Int16(max(-1, min(1, value)) * Float(Int16.max))
}
