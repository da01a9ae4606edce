import Console

/// The one place that knows how an `InputFrame` is written down.
///
/// A frame is a sparse list of channels: numbers under a number. A channel that is zero is left out,
/// so that a new field of the input is a new row here and old recordings stay what they are; a
/// recording with a channel that is not known comes from a newer console and is refused.
enum InputCoding {
  /// Players that a recording can have.
  static let mostPlayers = 32

  /// Players beyond the first.
  private static let furtherPlayers: UInt64 = 0
  /// 1 while the mouse is not at rest.
  private static let mouse: UInt64 = 1
  private static let mouseX: UInt64 = 2
  private static let mouseY: UInt64 = 3
  private static let mouseButtons: UInt64 = 4
  /// Channels of player n start at (n + 1) * 16.
  private static let channelsOfPlayer: UInt64 = 16
  private static let buttons: UInt64 = 0
  /// 1 while the pad is touched.
  private static let touch: UInt64 = 1
  private static let padX: UInt64 = 2
  private static let padY: UInt64 = 3
  private static let directions: UInt64 = 4
  private static let gamepad: UInt64 = 5

  /// Values by channel, without those that are zero.
  static func channels(_ frame: InputFrame) -> [UInt64: Int64] {
    var result: [UInt64: Int64] = [:]
    let players = frame.players.prefix(mostPlayers)
    result[furtherPlayers] = Int64(players.count - 1)
    if frame.mouse != .rest {
      result[mouse] = 1
      result[mouseX] = Int64(frame.mouse.x)
      result[mouseY] = Int64(frame.mouse.y)
      result[mouseButtons] = Int64(frame.mouse.buttons)
    }
    for (number, player) in players.enumerated() {
      let base = channelsOfPlayer * UInt64(number + 1)
      result[base + buttons] = Int64(player.buttons.rawValue)
      result[base + directions] = Int64(player.directions.rawValue)
      result[base + gamepad] = Int64(player.gamepad)
      guard let pad = player.pad else { continue }
      result[base + touch] = 1
      result[base + padX] = Int64(pad.x)
      result[base + padY] = Int64(pad.y)
    }
    return result.filter { $0.value != 0 }
  }

  /// The frame of these channels.
  static func frame(_ channels: [UInt64: Int64]) throws(ReplayError) -> InputFrame {
    let further = channels[furtherPlayers] ?? 0
    guard (0..<Int64(mostPlayers)).contains(further) else { throw .tooLarge("players") }
    var players = Array(repeating: PlayerInput(), count: Int(further) + 1)
    for (channel, value) in channels where channel > mouseButtons && value != 0 {
      let number = channel / channelsOfPlayer
      guard number >= 1, number <= UInt64(players.count) else {
        throw .damaged("input of a player that is not there")
      }
      let index = Int(number - 1)
      switch channel % channelsOfPlayer {
      case buttons:
        guard let bits = UInt8(exactly: value) else { throw .damaged("buttons \(value)") }
        players[index].buttons = Buttons(rawValue: bits)
      case touch:
        guard value == 1 else { throw .damaged("a touch of \(value)") }
        let x = try coordinate(channels[number * channelsOfPlayer + padX])
        let y = try coordinate(channels[number * channelsOfPlayer + padY])
        players[index].pad = SIMD2(x, y)
      case padX, padY:
        guard channels[number * channelsOfPlayer + touch] == 1 else {
          throw .damaged("a place on a pad that nobody touches")
        }
      case directions:
        guard let bits = UInt16(exactly: value),
          Controls.directions.isSuperset(of: Controls(rawValue: bits))
        else { throw .damaged("directions \(value)") }
        players[index].directions = Controls(rawValue: bits)
      case gamepad:
        guard let bits = UInt8(exactly: value) else { throw .damaged("a gamepad of \(value)") }
        players[index].gamepad = bits
      default: throw .damaged("input of a kind that this console does not know")
      }
    }
    return InputFrame(players: players, mouse: try mouseInput(channels))
  }

  private static func mouseInput(_ channels: [UInt64: Int64]) throws(ReplayError) -> MouseInput {
    let (x, y) = (channels[mouseX] ?? 0, channels[mouseY] ?? 0)
    let held = channels[mouseButtons] ?? 0
    guard let flag = channels[mouse] else {
      guard x == 0, y == 0, held == 0 else { throw .damaged("a place of a mouse at rest") }
      return .rest
    }
    guard flag == 1, let x = Int16(exactly: x), let y = Int16(exactly: y),
      let held = UInt8(exactly: held)
    else { throw .damaged("a mouse at \(x), \(y)") }
    return MouseInput(x: x, y: y, buttons: held)
  }

  private static func coordinate(_ value: Int64?) throws(ReplayError) -> Int16 {
    let value = value ?? 0
    guard (-1000...1000).contains(value) else { throw .damaged("a place on the pad of \(value)") }
    return Int16(value)
  }

  // MARK: Changes

  /// Writes what differs from the frame before: number of channels, then for each its distance from
  /// the channel before and the difference of its values.
  static func write(
    _ next: [UInt64: Int64], after last: [UInt64: Int64], to writer: inout ByteWriter
  ) {
    let changed = Set(next.keys).union(last.keys).filter { next[$0] != last[$0] }.sorted()
    writer.number(changed.count)
    var previous: UInt64 = 0
    for channel in changed {
      writer.number(channel - previous)
      writer.signed((next[channel] ?? 0) &- (last[channel] ?? 0))
      previous = channel
    }
  }

  /// Reads what `write` has written, and changes the channels accordingly.
  static func read(
    _ reader: inout ByteReader, changing channels: inout [UInt64: Int64]
  ) throws(ReplayError) {
    let count = try reader.number(upTo: mostPlayers * Int(channelsOfPlayer) * 2, "input")
    var channel: UInt64 = 0
    for _ in 0..<count {
      let (next, overflow) = channel.addingReportingOverflow(try reader.number())
      guard !overflow else { throw .damaged("input of a kind that this console does not know") }
      channel = next
      let value = (channels[channel] ?? 0) &+ (try reader.signed())
      channels[channel] = value == 0 ? nil : value
    }
  }
}
