import Console

/// A recording of a run from its start: everything that it takes to have the same run again.
public struct Replay: Sendable {
  /// Frames that a recording may have: a week of play.
  public static let mostFrames = 7 * 24 * 3600 * Console.frameRate

  /// What it was made with.
  public var header: ReplayHeader
  /// What the cart found saved.
  let start: SavedStart
  /// The frames, packed, in blocks of `FrameBlock.size`; the last may have fewer.
  let blocks: [PackedBlock]
  /// How it ended.
  public let end: ReplayEnd

  /// Number of frames.
  public var frames: Int { end.frames }

  /// The saved files for a run like the recorded one: those that the cart found then, in memory.
  public func makeStorage() -> any WatchedStorage { PlaybackStorage(start) }

  /// The options for a run like the recorded one.
  public var options: ConsoleOptions {
    var options = header.options
    options.storage = makeStorage()
    return options
  }

  /// Checks that a cart is the one that was recorded.
  public func check(_ cart: Cart) throws(ReplayError) {
    let identity = CartIdentity(cart)
    if identity.module != header.cart.module {
      throw .otherCart(
        "its module has the SHA-256 \(header.cart.module), this one \(identity.module)")
    }
    if identity.files != header.cart.files {
      throw .otherCart("its module is the same, its files are not")
    }
  }
}
