import Console
import TOML

/// A run of a cart with scripted input, and what is expected of it.
public struct CartCase: Sendable, Codable {
  /// The case file, as it was named.
  public var file: String
  /// Where in the file the case begins.
  public var place: TextPlace
  /// What the case is called.
  public var name: String
  /// Path of the cart relative to the case file, or the id of an installed one.
  public var cart: String
  /// Name of the profile; nil leaves it to the cart.
  public var profile: String?
  /// Source of the cart's random numbers.
  public var seed: UInt64 = 0
  /// Frames to run; nil runs as far as the expectations ask.
  public var frames: Int?
  /// What the cart is told about the player.
  public var settings = PlayerSettings()
  /// Folder with the cart's saved files, relative to the case file.
  public var data: String?
  /// A recording, relative to the case file, that gives input, seed, settings and saved files.
  public var replay: String?
  /// Steps that a callback may take; nil leaves it to the recording, and to the watchdog.
  public var fuel: UInt64?
  /// Why the case is not to be run.
  public var skipReason: String?
  /// Who presses what.
  public var input: [InputSpan] = []
  /// What is to be seen, at least one thing.
  public var expectations: [Expectation] = []

  /// A case without input and expectations.
  public init(file: String, place: TextPlace, name: String, cart: String) {
    self.file = file
    self.place = place
    self.name = name
    self.cart = cart
  }

  /// `FILE: NAME`, by which the case is told from all others.
  public var title: String { "\(file): \(name)" }

  /// A path of the case file as seen from where the program runs.
  public func path(of relative: String) -> String {
    guard !relative.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return relative }
    return file[...slash] + relative
  }

  /// The picture that a snapshot's name stands for: in a folder named like the case file.
  public func snapshotPath(_ name: String) -> String {
    let ending = ".toml"
    let folder = file.hasSuffix(ending) ? String(file.dropLast(ending.count)) : file + ".snapshots"
    return "\(folder)/\(name).png"
  }

  /// The last frame to run; nil if the case leaves that to the cart.
  public var lastFrame: Int? {
    frames ?? (endsItself ? nil : expectations.compactMap(\.frame).max())
  }

  /// Whether the cart is expected to crash or to end itself in a frame that is not said.
  var endsItself: Bool {
    expectations.contains { expectation in
      switch expectation.kind {
      case .trap, .exit: expectation.frame == nil
      default: false
      }
    }
  }

  /// What all players do in a frame: spans add up; of several pads or mice the last one counts.
  public func input(frame: Int) -> InputFrame {
    var result = InputFrame()
    for span in input where span.frames.contains(frame) { span.apply(to: &result) }
    return result
  }
}

/// What one player does in some frames.
public struct InputSpan: Sendable, Codable {
  /// Players there can be.
  public static let players = 1...4

  /// From 1; the end may be `Int.max`.
  public var frames: ClosedRange<Int>
  /// From 1.
  public var player = 1
  /// Buttons held down, as bits.
  public var buttons: UInt8 = 0
  /// Place of the finger, nil if the span says nothing about it.
  public var pad: SIMD2<Int16>?
  /// Bits of the byte in which WASM-4 carts read a gamepad.
  public var gamepad: UInt8 = 0
  /// The one mouse, nil if the span says nothing about it.
  public var mouse: MouseInput?

  func apply(to input: inout InputFrame) {
    while input.players.count < player { input.players.append(PlayerInput()) }
    input.players[player - 1].buttons.formUnion(Buttons(rawValue: buttons))
    input.players[player - 1].gamepad |= gamepad
    if let pad { input.players[player - 1].pad = pad }
    if let mouse { input.mouse = mouse }
  }
}
