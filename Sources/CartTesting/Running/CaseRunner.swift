import Console
import Foundation
import Headless
import Replay

/// Runs cases in this process.
public struct CaseRunner {
  /// Opens a cart by path or id, and finds the profile of a name or the cart's own.
  public typealias CartOpener =
    (_ path: String, _ profile: String?) throws -> (Cart, any Profile.Type)
  /// Leaves what helps to understand a crash in a folder, and returns the files.
  public typealias CrashKeeper = (Crash, Cart, Replay, _ folder: String) -> [String]

  private let rules: RunRules
  private let consoleVersion: String
  private let openCart: CartOpener
  private let keepCrash: CrashKeeper

  /// A runner.
  ///
  /// - Parameters:
  ///   - rules: What holds for all cases.
  ///   - consoleVersion: The version of the program, for recordings of crashes.
  ///   - openCart: How carts are found.
  ///   - keepCrash: What is done about a crash that no expectation names.
  public init(
    _ rules: RunRules, consoleVersion: String, openCart: @escaping CartOpener,
    keepCrash: @escaping CrashKeeper = { _, _, _, _ in [] }
  ) {
    self.rules = rules
    self.consoleVersion = consoleVersion
    self.openCart = openCart
    self.keepCrash = keepCrash
  }

  /// Runs a case to its end.
  public func run(_ one: CartCase) -> CaseVerdict {
    if let reason = one.skipReason {
      var verdict = CaseVerdict()
      verdict.outcome = .skipped(reason)
      return verdict
    }
    let start = ContinuousClock.now
    var verdict = verdict(of: one)
    verdict.seconds = (ContinuousClock.now - start) / .seconds(1)
    return verdict
  }

  private func verdict(of one: CartCase) -> CaseVerdict {
    do {
      let replay = try one.replay.map { try Self.recording(one.path(of: $0)) }
      let last = one.lastFrame ?? replay?.frames ?? rules.frameLimit ?? RunRules.openEnd
      if let limit = rules.frameLimit, last > limit {
        return .failed(one.place, "\(last) frames are more than the \(limit) allowed")
      }
      let beside = one.path(of: one.cart)
      let isThere = FileManager.default.fileExists(atPath: beside)
      // An installed cart's id stays what it is.
      let path = isThere ? URL(fileURLWithPath: beside).standardizedFileURL.path : one.cart
      let (cart, profile) = try openCart(path, one.profile)
      func play(isJudged: Bool) throws -> CaseJudge {
        try self.play(one, cart, at: path, profile, replay, frames: last, isJudged: isJudged)
      }
      let judge = try play(isJudged: true)
      var verdict = judge.verdict
      if rules.verifies {
        let again = try play(isJudged: false)
        if let difference = judge.trace.difference(from: again.trace) {
          verdict.add(.init(place: one.place, message: "not the same twice: \(difference)"))
        }
      }
      return verdict
    } catch let error as CartError {
      return .failed(one.place, "\(one.cart): \(error.why)")
    } catch {
      return .failed(one.place, "\(error)")
    }
  }

  private func play(
    _ one: CartCase, _ cart: Cart, at path: String, _ profile: any Profile.Type,
    _ replay: Replay?, frames: Int, isJudged: Bool
  ) throws -> CaseJudge {
    let playback = replay.map { Playback($0, compares: false) }
    let storage: any WatchedStorage =
      try replay?.makeStorage()
      ?? MemoryStorage(try one.data.map { try SavedFiles.read(one.path(of: $0)) } ?? [:])
    var options = replay?.options ?? ConsoleOptions(seed: one.seed, settings: one.settings)
    options.memoryLimit = min(replay?.header.memoryLimit ?? .max, rules.memoryLimit)
    options.callbackLimit = rules.callbackLimit
    options.fuel = one.fuel ?? options.fuel
    options.storage = storage
    let recorder = Recorder(
      cart, profile: profile.name, options: &options, consoleVersion: consoleVersion,
      cartPath: path)
    let console = try Console(cart: cart, profile: profile, options: options)
    let judge = CaseJudge(
      one, console, storage, rules: rules, lastFrame: frames, isJudging: isJudged)
    var run = HeadlessRun(frames: frames, input: playback?.input(frame:) ?? one.input(frame:))
    run.hasSound = rules.verifies || judge.wantsSound
    let result = run.run(
      console, onSound: { judge.listen($0) },
      onStep: { frame, input, outcome in
        recorder?.add(frame: frame, input, outcome, console)
        return true
      }, onFrame: { judge.look($0, $1) })
    recorder?.closed(result.outcome)
    judge.finish(result) { crash in
      recorder.map { keepCrash(crash, cart, $0.replay(console), judge.artifactFolder) } ?? []
    }
    return judge
  }

  private static func recording(_ path: String) throws -> Replay {
    do {
      return try ReplayFile.decode(Cart.readFile(path, limit: ReplayFile.largest))
    } catch let error as ReplayError {
      throw CartError.bad(reason: "\(path): \(error)")
    }
  }
}

/// The saved files that a case starts with.
enum SavedFiles {
  /// All plain files of a folder and the folders in it, by their paths in it.
  static func read(_ folder: String) throws -> [String: [UInt8]] {
    let limits = StorageLimits.cart
    var files: [String: [UInt8]] = [:]
    var bytes = 0
    guard let names = FileManager.default.enumerator(atPath: folder) else {
      throw CartError.missing(path: folder)
    }
    for case let name as String in names {
      guard names.fileAttributes?[.type] as? FileAttributeType == .typeRegular else { continue }
      let content = try Cart.readFile(folder + "/" + name, limit: limits.bytes)
      bytes += content.count
      guard files.count < limits.files, bytes <= limits.bytes else {
        throw CartError.bad(reason: "\(folder): more than a cart may save")
      }
      files[name] = content
    }
    return files
  }
}
