import Console
import Runtime

/// Records a run from its start, frame by frame, on the cart's thread.
///
/// What it costs: a fingerprint of each picture, and once a second of up to 2 MiB of memory. What it
/// keeps: a packed block a minute, and `largest` bytes at most; then the recording ends, not the
/// run.
public final class Recorder {
  /// Bytes of packed blocks that are kept.
  public static let largest = 64 << 20

  private let cart: Cart
  private let profile: String
  private let consoleVersion: String
  private let cartPath: String?
  private let options: ConsoleOptions
  private let storage: RecordingStorage
  private var blocks: [PackedBlock] = []
  private var packedBytes = 0
  private var block = FrameBlock()
  private var frames = 0
  private var end = ReplayEnd(cause: .running, frames: 0)

  /// A recorder for a run that is about to begin.
  ///
  /// - Parameters:
  ///   - cart: What will be played.
  ///   - profile: On which kind of console.
  ///   - options: What the console is going to be started with; its saved files are from now on
  ///     looked at by the recorder.
  ///   - consoleVersion: The version of the program.
  ///   - cartPath: Where the cart is, so that it is found again.
  /// - Returns: Nil for a privileged cart: what all of the console's files hold is not recorded.
  public init?(
    _ cart: Cart, profile: String, options: inout ConsoleOptions, consoleVersion: String,
    cartPath: String? = nil
  ) {
    guard options.system == nil else { return nil }
    storage = RecordingStorage(options.storage)
    options.storage = storage
    self.cart = cart
    self.profile = profile
    self.consoleVersion = consoleVersion
    self.cartPath = cartPath
    self.options = options
  }

  /// Whether there is no room for more frames.
  public var isFull: Bool { end.cause == .full }

  /// Takes in a frame: what went in, what came out; frame 0 is how the cart has booted.
  public func add(
    frame: Int, _ input: InputFrame, _ outcome: StepOutcome, _ console: Console
  ) {
    guard !isFull else { return }
    guard frame > 0 else { return take(outcome) }
    frames += 1
    let picture = console.picture
    var sample: StateSample?
    if frames.isMultiple(of: StateSample.interval) {
      sample = StateSample(
        number: frames / StateSample.interval, picture: picture, memory: console.memory)
    }
    let fingerprint = sample?.picture ?? Fingerprint.of(picture)
    block.add(input, check: UInt8(truncatingIfNeeded: fingerprint), sample: sample)
    if block.isFull { pack() }
    take(outcome)
  }

  /// Takes in that the console has been closed.
  public func closed(_ outcome: StepOutcome) {
    guard !isFull else { return }
    take(outcome)
  }

  /// The recording up to now.
  ///
  /// To be asked for before anything else runs in the console: the memory at the end is looked at
  /// now.
  public func replay(_ console: Console) -> Replay {
    var end = end
    end.frames = frames
    let memory = console.memory
    end.pages = memory.map {
      StateSample.hashes(of: Array(0..<StateSample.pageCount($0)), in: $0)
    }
    if isFull { end.pages = nil }
    let header = ReplayHeader(
      console: consoleVersion, profile: profile, cartID: cart.id, cartPath: cartPath,
      cart: CartIdentity(cart), seed: options.seed, memoryLimit: options.memoryLimit,
      fuel: options.fuel, settings: options.settings, today: options.today, font: options.font,
      filesLeftOut: storage.leftOut)
    let last = block.count > 0 ? [PackedBlock(.frames, packing: block.encoded)] : []
    return Replay(header: header, start: storage.start, blocks: blocks + last, end: end)
  }

  private func take(_ outcome: StepOutcome) {
    switch outcome {
    case .running: end.cause = .running
    case .exit: end.cause = .exit
    case .restart: end.cause = .restart
    case .launch: end.cause = .launch
    case .crashed(let crash):
      end.cause = .crashed
      end.crash = ReplayEnd.RecordedCrash(crash)
    }
    if case .running = outcome, frames >= Replay.mostFrames || packedBytes > Self.largest {
      end.cause = .full
    }
  }

  private func pack() {
    let packed = PackedBlock(.frames, packing: block.encoded)
    packedBytes += packed.packed.count
    blocks.append(packed)
    block = FrameBlock()
  }
}
