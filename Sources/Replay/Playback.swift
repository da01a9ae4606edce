import Console
import Runtime

/// A replay while it is played: gives the input of each frame and compares what comes of it.
public final class Playback {
  /// What is played.
  public let replay: Replay
  /// Where the run first differed; known only when its memory has been compared too, at most a
  /// second after the frame.
  public private(set) var difference: ReplayDifference?
  /// A difference whose memory has not been compared yet.
  private var pending: ReplayDifference?
  private var block = FrameBlock()
  private var blockNumber = -1
  /// Where the next input is in the block: its run, and the frame in it.
  private var place = (run: 0, frame: 0)
  /// Whether anything is compared.
  public let compares: Bool

  /// A playback from the start.
  ///
  /// - Parameters:
  ///   - replay: What to play.
  ///   - compares: Whether anything is compared: not with another cart than the recorded one.
  public init(_ replay: Replay, compares: Bool = true) {
    self.replay = replay
    self.compares = compares
  }

  /// The input of a frame, from 1; frames are to be asked for one after the other, and those that
  /// were not recorded have none.
  public func input(frame: Int) -> InputFrame {
    open(frame)
    let index = (frame - 1) % FrameBlock.size
    guard blockNumber >= 0, frame >= 1, index < block.count else { return InputFrame() }
    if index == 0 { place = (0, 0) }
    while place.run < block.runs.count, place.frame + block.runs[place.run].count <= index {
      place = (place.run + 1, place.frame + block.runs[place.run].count)
    }
    return place.run < block.runs.count ? block.runs[place.run].input : InputFrame()
  }

  /// Compares a frame that has just been run; 0 is the start.
  ///
  /// - Returns: Whether to go on.
  public func compare(frame: Int, _ outcome: StepOutcome, _ console: Console) -> Bool {
    guard compares, difference == nil else { return difference == nil }
    if frame > replay.frames { return true }
    compareOutcome(frame, outcome)
    if case .crashed = outcome { return settle() }
    if difference != nil { return false }
    open(frame)
    let index = (frame - 1) % FrameBlock.size
    guard frame >= 1, blockNumber >= 0, index < block.count else { return true }
    let picture = console.picture
    if pending == nil,
      UInt8(truncatingIfNeeded: Fingerprint.of(picture)) != block.checks[index]
    {
      pending = ReplayDifference(frame: frame, what: .picture, pages: nil, pagesFrame: frame)
    }
    if frame.isMultiple(of: StateSample.interval) { compareSample(frame, picture, console) }
    if frame == replay.frames, pending != nil { compareEnd(console) }
    return difference == nil
  }

  /// Compares the memory at the end, after the last frame or a crash.
  public func finish(_ outcome: StepOutcome, _ console: Console) {
    guard compares, difference == nil else { return }
    if console.frameNumber < replay.frames {
      fail(
        ReplayDifference(
          frame: console.frameNumber,
          what: .outcome(recorded: "\(replay.frames) frames", now: "the end of the run"),
          pages: nil, pagesFrame: console.frameNumber))
      return
    }
    if pending == nil { compareOutcome(replay.frames, outcome, isOver: true) }
    compareEnd(console)
    _ = settle()
  }

  // MARK: Comparing

  /// Compares crashes; that none has come is known only when the run is over, since closing the
  /// console may crash too.
  private func compareOutcome(_ frame: Int, _ outcome: StepOutcome, isOver: Bool = false) {
    var now: String?
    if case .crashed(let crash) = outcome { now = ReplayEnd.RecordedCrash(crash).description }
    let recorded = frame == replay.frames ? replay.end.crash?.description : nil
    guard now != recorded, now != nil || isOver else { return }
    fail(
      ReplayDifference(
        frame: frame, what: .outcome(recorded: recorded ?? "no crash", now: now ?? "no crash"),
        pages: nil, pagesFrame: frame))
  }

  private func compareSample(_ frame: Int, _ picture: Picture, _ console: Console) {
    let first = blockNumber * FrameBlock.size
    let index = frame / StateSample.interval - first / StateSample.interval - 1
    guard block.samples.indices.contains(index) else { return }
    let recorded = block.samples[index]
    let number = frame / StateSample.interval
    let now = StateSample(number: number, picture: picture, memory: console.memory)
    guard pending != nil || now != recorded else { return }
    let pages = StateSample.pages(number: number, count: recorded.pageCount)
    let seen = StateSample.hashes(of: pages, in: console.memory)
    var differing: [Int] = []
    for (place, page) in pages.enumerated() where place < recorded.hashes.count {
      if place >= seen.count || seen[place] != recorded.hashes[place] { differing.append(page) }
    }
    var found =
      pending
      ?? ReplayDifference(
        frame: frame, what: now.picture == recorded.picture ? .memory : .picture, pages: nil,
        pagesFrame: frame)
    if now.pageCount > recorded.pageCount {
      differing += recorded.pageCount..<now.pageCount
    }
    found.pages = differing
    found.pagesFrame = frame
    fail(found)
  }

  private func compareEnd(_ console: Console) {
    // A stop from outside comes at any place, and so does what had been written by then.
    guard replay.end.crash?.kind != TrapKind.interrupted.name,
      let recorded = replay.end.pages, let memory = console.memory
    else { return }
    let count = StateSample.pageCount(memory)
    let now = StateSample.hashes(of: Array(0..<count), in: memory)
    let differing = (0..<max(recorded.count, count)).filter {
      $0 >= recorded.count || $0 >= count || recorded[$0] != now[$0]
    }
    guard pending != nil || !differing.isEmpty else { return }
    var found =
      pending
      ?? ReplayDifference(
        frame: replay.frames, what: .memory, pages: nil, pagesFrame: replay.frames)
    found.pages = differing
    found.pagesFrame = replay.frames
    fail(found)
  }

  private func fail(_ found: ReplayDifference) {
    difference = difference ?? found
    pending = nil
  }

  /// What is pending stays as it is: no further frame will tell more.
  private func settle() -> Bool {
    if let pending { fail(pending) }
    return difference == nil
  }

  // MARK: Blocks

  /// Unpacks the block of a frame, which was found right when the file was read.
  private func open(_ frame: Int) {
    let number = (frame - 1) / FrameBlock.size
    guard frame >= 1, number != blockNumber, replay.blocks.indices.contains(number) else { return }
    blockNumber = number
    place = (0, 0)
    let first = number * FrameBlock.size + 1
    block =
      (try? FrameBlock(decoding: replay.blocks[number].unpacked(), first: first)) ?? FrameBlock()
  }
}
