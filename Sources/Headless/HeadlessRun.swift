import Console
import Glibc

/// A run of a cart without a display, on a virtual clock.
///
/// Frame k is the state after update k and its render, and a frame's sound is rendered after that.
/// The same cart, seed and script give the same pictures and the same sound.
public struct HeadlessRun {
  /// Lines of the log that are kept.
  public static let largestLog = 10_000

  /// Updates to run.
  public var frames: Int
  /// Who presses what, by the number of the frame.
  public var input: (_ frame: Int) -> InputFrame
  /// Frames whose picture is hashed.
  public var hashed: Set<Int>
  /// Frames whose picture is kept.
  public var photographed: Set<Int>
  /// Whether sound is rendered; carts do not notice.
  public var hasSound = true

  /// A run of `frames` updates with the input of a script.
  public init(
    frames: Int, input: InputScript = InputScript(), hashed: Set<Int> = [],
    photographed: Set<Int> = []
  ) {
    self.init(frames: frames, input: input.input(frame:))
    self.hashed = hashed
    self.photographed = photographed
  }

  /// A run of `frames` updates with input from anywhere.
  public init(frames: Int, input: @escaping (_ frame: Int) -> InputFrame) {
    self.frames = frames
    self.input = input
    hashed = []
    photographed = []
  }

  /// Boots the console and runs it to the last frame, a crash, or the cart's own wish to end.
  ///
  /// - Parameters:
  ///   - onPicture: Gets each picture to keep when its frame is over.
  ///   - onScreenshot: Gets each picture that was taken with the console's menu.
  ///   - onSound: Gets each frame's samples, interleaved stereo; never called for a cart without
  ///     sound.
  ///   - onStep: Gets each frame at once when it is over, with what went in and how it ended; frame 0
  ///     is the start. The run ends where it returns false.
  ///   - onFrame: Called when all is known about a frame, with what the run has led to so far; not
  ///     for the frame in which the cart crashed.
  public func run(
    _ console: Console, onPicture: (_ frame: Int, Picture) -> Void = { _, _ in },
    onScreenshot: (_ frame: Int, Picture) -> Void = { _, _ in },
    onSound: (UnsafeBufferPointer<Int16>) -> Void = { _ in },
    onStep: (_ frame: Int, InputFrame, StepOutcome) -> Bool = { _, _, _ in true },
    onFrame: (_ frame: Int, HeadlessResult) -> Void = { _, _ in }
  ) -> HeadlessResult {
    var result = HeadlessResult()
    let notes = console.makeRunNotes()
    var outcome = console.boot()
    result.take(console.log)
    var goesOn = onStep(0, InputFrame(), outcome)
    while goesOn, case .running = outcome, console.frameNumber < frames {
      let frame = console.frameNumber + 1
      let given = input(frame)
      let start = monotonicNanoseconds()
      outcome = console.step(given)
      result.frameSeconds.append(Double(monotonicNanoseconds() &- start) * 1e-9)
      result.take(console.log)
      goesOn = onStep(frame, given, outcome)
      for picture in console.takeScreenshots() { onScreenshot(frame, picture) }
      if case .crashed = outcome { break }
      if hasSound, let audio = console.audio { result.listen(to: audio, onSound) }
      notes?.note(frame: frame, isHashed: hashed.contains(frame))
      if hashed.contains(frame) { result.hashes[frame] = FrameHash.sha256(console.picture) }
      if photographed.contains(frame) { onPicture(frame, console.picture) }
      onFrame(frame, result)
    }
    if case .running = outcome {
      result.reachesEnd = true
      outcome = console.close()
    }
    notes?.finish()
    result.outcome = outcome
    result.finish(outcome, console)
    result.notes = notes
    return result
  }
}

/// What a run without a display led to.
public struct HeadlessResult {
  /// Whether the last frame was reached, and the cart did not end before.
  public internal(set) var reachesEnd = false
  /// Frames that were run to their end.
  public private(set) var frames = 0
  /// SHA-256 of the picture by frame.
  public internal(set) var hashes: [Int: String] = [:]
  /// The sound of all frames; nil for a cart without.
  public private(set) var sound: SoundDigest?
  /// How the run ended.
  public internal(set) var outcome = StepOutcome.running
  /// Why the cart stopped, if it crashed.
  public private(set) var crash: Crash?
  /// What was said, up to `HeadlessRun.largestLog` lines.
  public private(set) var log: [LogLine] = []
  /// What only the profile can tell.
  public internal(set) var notes: (any RunNotes)?
  /// Wall-clock seconds of each frame.
  public fileprivate(set) var frameSeconds: [Double] = []

  /// Median, mean and maximum of `frameSeconds`; 0 if there was no frame.
  public var secondsPerFrame: (median: Double, mean: Double, max: Double) {
    let sorted = frameSeconds.sorted()
    guard let last = sorted.last else { return (0, 0, 0) }
    let mean = sorted.reduce(0, +) / Double(sorted.count)
    let middle = sorted.count / 2
    let median =
      sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    return (median, mean, last)
  }

  mutating func listen(
    to audio: any AudioSource, _ body: (UnsafeBufferPointer<Int16>) -> Void
  ) {
    withUnsafeTemporaryAllocation(of: Int16.self, capacity: 2 * AudioFormat.samplesPerFrame) {
      audio.render(into: $0)
      let samples = UnsafeBufferPointer($0)
      sound = sound ?? SoundDigest()
      sound?.add(samples)
      body(samples)
    }
  }

  mutating func take(_ lines: ConsoleLog) {
    log += lines.drain().prefix(HeadlessRun.largestLog - log.count)
  }

  mutating func finish(_ outcome: StepOutcome, _ console: Console) {
    frames = console.frameNumber
    take(console.log)
    switch outcome {
    case .crashed(let crash):
      self.crash = crash
      frames = max(0, crash.frame - 1)
    case .launch(let cart):
      // One run is one cart: who wants the other one starts it.
      let text = "the cart asks for \(cart.author).\(cart.app) in its place"
      log.append(LogLine(level: .notice, frame: frames, text: text))
    case .running, .exit, .restart: break
    }
  }
}

/// Nanoseconds of the system's monotonic clock, which is read without a system call.
private func monotonicNanoseconds() -> UInt64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
}
