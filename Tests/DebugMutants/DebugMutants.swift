import Engine
import Foundation
import Postmortem
import TestKit

/// Damages the debug information of modules that crashed and asks for the report again and again:
/// whatever the bytes are, there is a report with all frames, in bounded time and memory.
public struct DebugMutants: Mutants {
  private let scenes: [CrashScene]
  private let parts: [Sections]
  private let budget: MemoryBudget

  /// Mutants of modules that crash.
  public init(of modules: [[UInt8]]) throws {
    scenes = try modules.flatMap { try CrashScene.all(of: $0) }
    parts = scenes.map(\.sections)
    // The parts that all reports need, such as tables for texts, are in memory afterwards.
    for scene in scenes.prefix(8) { _ = scene.report(with: scene.sections.bytes, asTwin: false) }
    budget = MemoryBudget()
  }

  /// The number of crashes that mutants are made of.
  public var sceneCount: Int { scenes.count }

  /// The bytes of a mutant, a module.
  public func bytes(_ number: Int) -> [UInt8] { mutant(number).module }

  private func mutant(_ number: Int) -> (scene: CrashScene, module: [UInt8], asTwin: Bool) {
    var damage = Damage(number: number)
    let scene = scenes[damage.below(scenes.count)]
    var sections = scene.sections
    let asTwin = damage.below(4) == 0
    damage.apply(to: &sections, others: parts)
    return (scene, sections.bytes, asTwin)
  }

  /// Asks for the report of a mutant.
  public func play(_ number: Int) -> MutantOutcome {
    let (scene, module, asTwin) = mutant(number)
    var outcome = MutantOutcome()
    var frames: Int?
    outcome.measure { _ in
      guard let identity = ModuleIdentity(module) else { return }
      _ = identity.refusal(ofTwin: identity)
      guard let report = scene.report(with: module, asTwin: asTwin) else { return }
      frames = report.frames.count
      _ = TextReport(report).text
      _ = try? JSONEncoder().encode(ReportJSON(report))
    }
    if frames == nil { outcome.verdict = .refused }
    if let frames, frames != scene.frameCount {
      outcome.finding = "\(frames) frames instead of \(scene.frameCount)"
    }
    outcome.finding = budget.finding ?? outcome.finding
    return outcome
  }
}
