import Console
import Replay
import TestKit

/// Reads damaged replays again and again: whatever they hold, there is a replay that can be played
/// or an error.
public final class ReplayMutants: Mutants {
  private let whole: [UInt8]

  /// Mutants of a small recording that has some of everything.
  public init() throws { whole = try SmallRecording.make() }

  /// The bytes of a mutant.
  public func bytes(_ number: Int) -> [UInt8] {
    var damage = ReplayDamage(number: number)
    return damage.apply(to: whole)
  }

  /// Reads a mutant, writes it again, and asks for all its input if it is accepted.
  public func play(_ number: Int) -> MutantOutcome {
    let bytes = bytes(number)
    var outcome = MutantOutcome()
    outcome.measure { outcome in
      do throws(ReplayError) {
        let replay = try ReplayFile.decode(bytes)
        outcome.finding = Self.use(replay)
      } catch {
        outcome.verdict = .refused
        if error.description.isEmpty { outcome.finding = "refused without a reason" }
      }
    }
    return outcome
  }

  private static func use(_ replay: Replay) -> String? {
    let playback = Playback(replay)
    for frame in 1...max(1, min(replay.frames, 20_000)) {
      let input = playback.input(frame: frame)
      if input.players.count > 32 { return "\(input.players.count) players" }
      for case let pad? in input.players.map(\.pad)
      where !(-1000...1000).contains(pad.x) || !(-1000...1000).contains(pad.y) {
        return "a finger beyond the pad"
      }
      if !input.players.allSatisfy({ $0.directions.isSubset(of: .directions) }) {
        return "a direction that is none"
      }
    }
    let options = replay.options
    _ = try? options.storage.read("etc/save")
    if options.settings.language.utf8.count != 2 { return "a language of other than two letters" }
    guard let again = try? ReplayFile.encode(replay), let same = try? ReplayFile.decode(again)
    else { return "what was accepted is refused when it is written again" }
    return same.header == replay.header && same.end == replay.end ? nil : "is another one again"
  }
}
