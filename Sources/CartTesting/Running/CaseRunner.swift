import Console
import Foundation
import Headless
import Replay

/// Runs cases in this process.
public struct CaseRunner {
  /// Lines of the cart that a verdict quotes.
  private static let quotedLines = 20

  private let rules: RunRules
  private let openCart: (_ path: String, _ profile: String?) throws -> (Cart, any Profile.Type)
  private let keepCrash: (Crash, _ folder: String) -> [String]

  /// A runner.
  ///
  /// - Parameters:
  ///   - rules: What holds for all cases.
  ///   - openCart: Opens a cart by path or id, and finds the profile of a name or the cart's own.
  ///   - keepCrash: Leaves what helps to understand a crash in a folder, and returns the files.
  public init(
    _ rules: RunRules,
    openCart: @escaping (_ path: String, _ profile: String?) throws -> (Cart, any Profile.Type),
    keepCrash: @escaping (Crash, _ folder: String) -> [String] = { _, _ in [] }
  ) {
    self.rules = rules
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
    let last = one.lastFrame ?? rules.frameLimit
    guard last <= rules.frameLimit else {
      return .failed(one.place, "\(last) frames are more than the \(rules.frameLimit) allowed")
    }
    do {
      let beside = one.path(of: one.cart)
      let isThere = FileManager.default.fileExists(atPath: beside)
      let (cart, profile) = try openCart(isThere ? beside : one.cart, one.profile)
      let judge = try play(one, cart, profile, frames: last, isJudged: true)
      var verdict = finish(judge)
      if rules.verifies {
        let again = try play(one, cart, profile, frames: last, isJudged: false)
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
    _ one: CartCase, _ cart: Cart, _ profile: any Profile.Type, frames: Int, isJudged: Bool
  ) throws -> CaseJudge {
    let playback = try one.replay.map { Playback(try Self.recording(one.path(of: $0))) }
    let storage = MemoryStorage(
      try one.data.map { try SavedFiles.read(one.path(of: $0)) }
        ?? playback?.replay.savedFiles ?? [:])
    var options =
      playback?.replay.options ?? ConsoleOptions(seed: one.seed, settings: one.settings)
    options.memoryLimit = rules.memoryLimit
    options.callbackLimit = rules.callbackLimit
    options.fuel = one.fuel ?? options.fuel
    options.storage = storage
    let console = try Console(cart: cart, profile: profile, options: options)
    let judge = CaseJudge(
      one, console, storage, rules: rules, lastFrame: frames, isJudging: isJudged)
    var run = HeadlessRun(frames: frames, input: playback?.input(frame:) ?? one.input(frame:))
    run.hasSound = rules.verifies || judge.wantsSound
    let result = run.run(
      console, onSound: { judge.listen($0) }, onFrame: { judge.look($0, $1) })
    judge.finish(result)
    return judge
  }

  private static func recording(_ path: String) throws -> Replay {
    do {
      return try ReplayFile.decode(Cart.readFile(path, limit: ReplayFile.largest))
    } catch let error as ReplayError {
      throw CartError.bad(reason: "\(path): \(error)")
    }
  }

  private func finish(_ judge: CaseJudge) -> CaseVerdict {
    var verdict = judge.verdict
    if let crash = judge.unexpectedCrash {
      let lines = judge.crashLines(crash)
      verdict.complaints.insert(
        .init(
          place: judge.cartCase.place, message: lines.headline, details: lines.report,
          attachments: keepCrash(crash, judge.artifactFolder)), at: 0)
      verdict.outcome = .failed
    }
    if verdict.outcome == .failed {
      verdict.log = judge.log.suffix(Self.quotedLines).map {
        "\($0.frame) \($0.level.rawValue): \($0.text)"
      }
    }
    return verdict
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
