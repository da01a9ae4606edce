import Foundation
import Synchronization

/// Runs cases in worker processes, several at a time: a cart that ends its process, hangs or eats
/// memory takes no other case with it.
public struct Crew: Sendable {
  /// The program that is started as a worker, and its arguments; it calls `CaseWorker.serve`.
  public var program: String
  /// See `program`.
  public var arguments: [String]
  /// Workers at a time.
  public var jobs: Int
  /// Wall-clock time that a case may take.
  public var timeLimit: @Sendable (CartCase) -> Duration
  /// Whether no case is begun after one has failed.
  public var stopsAtFailure: Bool

  /// A crew; at least one job.
  public init(
    program: String, arguments: [String], jobs: Int,
    timeLimit: @escaping @Sendable (CartCase) -> Duration, stopsAtFailure: Bool
  ) {
    self.program = program
    self.arguments = arguments
    self.jobs = max(1, jobs)
    self.timeLimit = timeLimit
    self.stopsAtFailure = stopsAtFailure
  }

  private struct Queue {
    var next = 0
    var hasFailed = false
  }

  /// Runs all cases.
  ///
  /// - Parameter onVerdict: Gets each verdict with the index of its case, in any order, one at a
  ///   time.
  public func run(
    _ cases: [CartCase], _ rules: RunRules,
    onVerdict: @escaping @Sendable (_ index: Int, CaseVerdict) -> Void
  ) {
    // A worker that crashes is to be gone at once: taking a backtrace of it may last minutes.
    setenv("SWIFT_BACKTRACE", "enable=no", 0)
    let ended = DispatchGroup()
    let shared = Shared(crew: self, cases: cases, rules: rules, onVerdict: onVerdict)
    for _ in 0..<min(jobs, cases.count) {
      ended.enter()
      // A thread each: workers are tied to the life of the thread that starts them.
      Thread.detachNewThread {
        shared.work()
        ended.leave()
      }
    }
    ended.wait()
  }

  /// What the threads of a run share.
  private final class Shared: Sendable {
    private let crew: Crew
    private let cases: [CartCase]
    private let rules: RunRules
    private let onVerdict: @Sendable (Int, CaseVerdict) -> Void
    private let queue = Mutex(Queue())
    private let reporting = Mutex(())

    init(
      crew: Crew, cases: [CartCase], rules: RunRules,
      onVerdict: @escaping @Sendable (Int, CaseVerdict) -> Void
    ) {
      self.crew = crew
      self.cases = cases
      self.rules = rules
      self.onVerdict = onVerdict
    }

    func work() {
      var seat = Seat(crew: crew)
      while let (index, isWanted) = next() {
        var verdict = CaseVerdict()
        if isWanted {
          verdict = seat.run(cases[index], rules)
        } else {
          verdict.outcome = .skipped("a case has failed before")
        }
        if verdict.outcome == .failed { queue.withLock { $0.hasFailed = true } }
        reporting.withLock { _ in onVerdict(index, verdict) }
      }
      seat.leave()
    }

    private func next() -> (index: Int, isWanted: Bool)? {
      queue.withLock { queue in
        guard queue.next < cases.count else { return nil }
        defer { queue.next += 1 }
        return (queue.next, !(crew.stopsAtFailure && queue.hasFailed))
      }
    }
  }

  /// A place for one worker, who is replaced when he is gone.
  private struct Seat {
    /// Milliseconds that a worker may take to end by itself.
    private static let patience = 2000

    let crew: Crew
    private var worker: WorkerProcess?

    init(crew: Crew) { self.crew = crew }

    mutating func run(_ one: CartCase, _ rules: RunRules) -> CaseVerdict {
      if one.skipReason != nil { return .skipped(one) }
      let start = ContinuousClock.now
      var verdict = answer(one, rules)
      verdict.seconds = (ContinuousClock.now - start) / .seconds(1)
      return verdict
    }

    private mutating func answer(_ one: CartCase, _ rules: RunRules) -> CaseVerdict {
      let worker: WorkerProcess
      do throws(WorkerProcess.StartFailure) {
        worker = try ready()
      } catch {
        return .failed(one.place, "no worker could be started: \(error.reason)")
      }
      self.worker = nil
      guard let order = try? JSONEncoder().encode(WorkOrder(cartCase: one, rules: rules)) else {
        self.worker = worker
        return .failed(one.place, "the case cannot be handed over")
      }
      guard worker.send(order) else {
        return .failed(one.place, "the worker ended: \(worker.end(patience: Self.patience))")
      }
      let limit = crew.timeLimit(one)
      switch worker.answer(within: limit) {
      case .line(let line):
        guard let verdict = try? JSONDecoder().decode(CaseVerdict.self, from: Data(line)) else {
          _ = worker.end(patience: 0)
          return .failed(one.place, "the worker's answer makes no sense")
        }
        self.worker = worker
        return verdict
      case .timeout:
        _ = worker.end(patience: 0)
        let seconds = limit / .seconds(1)
        return .failed(one.place, "the case took longer than \(seconds) seconds and was ended")
      case .gone:
        return .failed(
          one.place, "the case ended its worker: \(worker.end(patience: Self.patience))")
      }
    }

    private func ready() throws(WorkerProcess.StartFailure) -> WorkerProcess {
      if let worker { return worker }
      return try WorkerProcess.start(program: crew.program, arguments: crew.arguments)
    }

    mutating func leave() {
      // A worker without orders ends by itself.
      _ = worker?.end(patience: Self.patience)
      worker = nil
    }
  }
}

extension CaseVerdict {
  fileprivate static func skipped(_ one: CartCase) -> CaseVerdict {
    var verdict = CaseVerdict()
    verdict.outcome = .skipped(one.skipReason ?? "")
    return verdict
  }
}
