import Console
import Synchronization

/// The sound of a cart: a tree of nodes that the cart builds and somebody else renders.
///
/// The cart's thread keeps the books, so that ids and errors are right at once, and leaves commands
/// to the mixer. Whoever renders applies them first; the two meet under a lock only when a cart has
/// left more commands than there is room for.
///
/// Source: firefly.md 6.2.
final class AudioGraph: AudioSource, @unchecked Sendable {
  /// Nodes, the root included.
  static let capacity = AudioMixer.capacity
  private static let largestParameter: UInt32 = 4

  private let queue: AudioCommandQueue
  /// Whose turn it is may take from the queue and use the mixer.
  private let turn = Mutex(())
  private var mixer = AudioMixer()

  private let halted = Atomic(false)

  // The books, for the cart's thread only.
  /// The mixer's place of each node by id; the root's is 0.
  private var places = [0]
  /// Parent and children by place.
  private var parents = [Int](repeating: 0, count: capacity)
  private var childCounts = [Int](repeating: 0, count: capacity)
  private var isTaken = [true] + [Bool](repeating: false, count: capacity - 1)

  /// A graph of its root alone, with room for this many commands that wait.
  init(queueCapacity: Int = 512) {
    queue = AudioCommandQueue(capacity: max(1, queueCapacity))
  }

  /// Whether there is silence and time stands still, as while the console's menu is open.
  var isHalted: Bool {
    get { halted.load(ordering: .relaxed) }
    set { halted.store(newValue, ordering: .relaxed) }
  }

  /// Mixes what comes next; may wait for a thread that applies commands, never for a cart.
  func render(into samples: UnsafeMutableBufferPointer<Int16>) {
    guard !isHalted else { return samples.update(repeating: 0) }
    turn.withLock { _ in
      applyCommands()
      mixer.render(into: samples)
    }
  }

  /// Only for the thread whose turn it is.
  private func applyCommands() {
    queue.takeAll { mixer.apply($0) }
  }

  // MARK: The cart's calls

  /// Adds a node to another.
  ///
  /// - Returns: Its id.
  func add(_ processor: AudioProcessor, to parent: UInt32) throws(HostCallError) -> UInt32 {
    guard places.count < Self.capacity, let place = isTaken.firstIndex(of: false) else {
      throw .audio("the tree has too many nodes")
    }
    let parent = try self.place(of: parent)
    guard childCounts[parent] < AudioNode.largestFamily else {
      throw .audio("the node has too many children")
    }
    childCounts[parent] += 1
    parents[place] = parent
    isTaken[place] = true
    places.append(place)
    send(.add(processor, place: place, parent: parent))
    return UInt32(places.count - 1)
  }

  /// Lets a modulator drive a parameter, in place of any that the node has.
  func modulate(
    _ node: UInt32, _ parameter: UInt32, low: Float, high: Float, _ modulator: Modulator
  ) throws(HostCallError) {
    let place = try place(of: node)
    let parameter = try self.parameter(parameter)
    send(.modulate(place, Modulation(modulator, parameter: parameter, low: low, high: high)))
  }

  func set(_ node: UInt32, _ parameter: UInt32, to value: Float) throws(HostCallError) {
    let place = try place(of: node)
    send(.set(place, parameter: try self.parameter(parameter), value: value))
  }

  /// Takes a node back to its beginning, its children not.
  func reset(_ node: UInt32) throws(HostCallError) {
    send(.reset(try place(of: node)))
  }

  func resetAll(_ node: UInt32) throws(HostCallError) {
    send(.resetAll(try place(of: node)))
  }

  /// Removes all that is below a node; the ids of the others close up.
  func clear(_ node: UInt32) throws(HostCallError) {
    let place = try place(of: node)
    guard childCounts[place] > 0 else { return }
    let removed = places.filter { $0 != place && isBelow($0, place) }
    places.removeAll(where: removed.contains)
    for below in removed {
      isTaken[below] = false
      childCounts[below] = 0
    }
    childCounts[place] = 0
    send(.clear(place))
  }

  private func isBelow(_ place: Int, _ ancestor: Int) -> Bool {
    var place = place
    while place != ancestor {
      if place == 0 { return false }
      place = parents[place]
    }
    return true
  }

  private func place(of node: UInt32) throws(HostCallError) -> Int {
    guard node < places.count else { throw .audio("there is no node with id \(node)") }
    return places[Int(node)]
  }

  private func parameter(_ index: UInt32) throws(HostCallError) -> Int {
    guard index <= Self.largestParameter else {
      throw HostCallError("param index is too high")
    }
    return Int(index)
  }

  private func send(_ command: AudioCommand) {
    while !queue.append(command) {
      // Nobody renders, or not often enough.
      turn.withLock { _ in applyCommands() }
    }
  }
}

extension HostCallError {
  fileprivate static func audio(_ reason: String) -> HostCallError {
    HostCallError("audio node error: \(reason)")
  }
}
