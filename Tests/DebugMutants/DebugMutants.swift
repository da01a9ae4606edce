import Engine
import Foundation
import Postmortem

/// Damages the debug information of modules that crashed and asks for the report again and again:
/// whatever the bytes are, there is a report with all frames, in bounded time and memory.
public struct DebugMutants {
  /// What a report may take at most, in seconds.
  public static let timeLimit = 1.0
  /// What reports may take at most, in bytes, beside what was there before the first.
  public static let memoryLimit = 256 << 20

  /// How a mutant was told of.
  public struct Outcome {
    /// What is wrong with it; nil if nothing is.
    public var finding: String?
    /// Whether the decoder refused the module.
    public var isRefused = false
    /// Seconds that the report took.
    public var seconds = 0.0
  }

  private let scenes: [CrashScene]
  private let parts: [Sections]
  private let memoryBefore: Int

  /// Mutants of modules that crash.
  public init(of modules: [[UInt8]]) throws {
    scenes = try modules.flatMap { try CrashScene.all(of: $0) }
    parts = scenes.map(\.sections)
    // The parts that all reports need, such as tables for texts, are in memory afterwards.
    for scene in scenes.prefix(8) { _ = scene.report(with: scene.sections.bytes, asTwin: false) }
    memoryBefore = Self.peakMemory()
  }

  /// The number of crashes that mutants are made of.
  public var sceneCount: Int { scenes.count }

  /// The bytes of a mutant.
  public func module(_ number: Int) -> [UInt8] { mutant(number).module }

  private func mutant(_ number: Int) -> (scene: CrashScene, module: [UInt8], asTwin: Bool) {
    var damage = Damage(number: number)
    let scene = scenes[damage.below(scenes.count)]
    var sections = scene.sections
    let asTwin = damage.below(4) == 0
    damage.apply(to: &sections, others: parts)
    return (scene, sections.bytes, asTwin)
  }

  /// Asks for the report of a mutant.
  public func play(_ number: Int) -> Outcome {
    let (scene, module, asTwin) = mutant(number)
    var outcome = Outcome()
    var frames: Int?
    let taken = ContinuousClock().measure {
      guard let identity = ModuleIdentity(module) else { return }
      _ = identity.refusal(ofTwin: identity)
      guard let report = scene.report(with: module, asTwin: asTwin) else { return }
      frames = report.frames.count
      _ = TextReport(report).text
      _ = try? JSONEncoder().encode(ReportJSON(report))
    }
    outcome.seconds = taken / .seconds(1)
    outcome.isRefused = frames == nil
    if let frames, frames != scene.frameCount {
      outcome.finding = "\(frames) frames instead of \(scene.frameCount)"
    }
    if outcome.seconds > Self.timeLimit { outcome.finding = "took \(outcome.seconds) s" }
    let grown = Self.peakMemory() - memoryBefore
    if grown > Self.memoryLimit { outcome.finding = "the process has grown by \(grown >> 20) MiB" }
    return outcome
  }

  /// The most memory the process ever had, in bytes.
  public static func peakMemory() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Int(usage.ru_maxrss) << 10
  }
}
