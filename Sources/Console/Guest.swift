import Engine
import Runtime

/// A running cart: its instance and the callbacks that it exports.
public final class Guest {
  /// The instance.
  public let instance: Instance
  /// The callback that ran last, or runs.
  public private(set) var callback = "start"
  // Looked up once: a cart that lacks a callback lacks it for good. So few that a hash costs more.
  private var callbacks: [(name: String, function: Function?)] = []
  private let words: UnsafeMutablePointer<UInt64>

  init(_ instance: Instance) {
    self.instance = instance
    words = .allocate(capacity: Self.wordCount)
    words.initialize(repeating: 0, count: Self.wordCount)
  }

  deinit {
    words.deallocate()
  }

  /// The memory that the cart exports under this name.
  public func memory(named name: String) -> GuestMemory? {
    instance.export(named: name)?.memory?.contents
  }

  /// Calls an exported function that takes i32 arguments, a few at most, and returns nothing.
  ///
  /// Does nothing if the cart has none of this name and type. A callback is always called with the
  /// same number of arguments.
  ///
  /// - Parameter droppingResults: Takes a function with results too, and forgets them.
  public func call(
    _ name: String, _ arguments: [Int32] = [], droppingResults: Bool = false
  ) throws(Trap) {
    guard let function = function(name, arity: arguments.count, droppingResults) else { return }
    callback = name
    for (index, argument) in arguments.enumerated() {
      words[index] = UInt64(UInt32(bitPattern: argument))
    }
    try function.callRaw(words)
  }

  private func function(_ name: String, arity: Int, _ droppingResults: Bool) -> Function? {
    for known in callbacks where known.name == name { return known.function }
    var function = instance.export(named: name)?.function
    if let found = function {
      let type = found.type
      let fits =
        type.parameters == Array(repeating: .i32, count: arity)
        && (droppingResults || type.results.isEmpty)
      if !fits || found.rawValueCount > Self.wordCount { function = nil }
    }
    callbacks.append((name, function))
    return function
  }

  /// Words for the arguments of a callback, with room to spare.
  private static let wordCount = 16
}
