/// Why a replay cannot be read or played.
public enum ReplayError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The bytes are something else.
  case notAReplay
  /// Made by a console that writes another version of the format.
  case version(UInt32)
  /// The file ends too early.
  case cutOff
  /// Some part is not what it should be.
  case damaged(String)
  /// Something is more than the format's limits allow.
  case tooLarge(String)
  /// The cart is not the one that was recorded.
  case otherCart(String)

  /// What is wrong: lower case, no full stop.
  public var description: String {
    switch self {
    case .notAReplay: "not a replay"
    case .version(let number):
      "format version \(number); this console reads version \(ReplayFile.version)"
    case .cutOff: "the file is cut off"
    case .damaged(let what): "damaged: \(what)"
    case .tooLarge(let what): "more than a replay may have: \(what)"
    case .otherCart(let what): "recorded with another cart: \(what)"
    }
  }
}
