import CMachine
import Foundation

/// Stops calls from outside: on request, or when they have used their CPU time.
///
/// A thread of its own looks at the store now and then, so that calls pay nothing. A stop signal
/// can meet an instant at which compiled code cannot be left; it is sent again until the call is
/// over. The thread starts when it is first needed.
final class Watchdog: @unchecked Sendable {
  private let condition = NSCondition()
  private var store: UnsafeMutablePointer<vm_store>?
  private var isRunning = false
  private var cpuLimit: Double?
  /// The call that was asked to stop; 0 for none.
  private var stopping: UInt64 = 0
  /// The call that was running at the last look, and its thread's CPU time then.
  private var seen: (sequence: UInt64, cpuTime: Int64) = (0, 0)

  private static let pollInterval = 0.02
  private static let resendInterval = 0.001

  init(_ store: UnsafeMutablePointer<vm_store>) { self.store = store }

  var limit: Double? {
    get { condition.withLock { cpuLimit } }
    set {
      condition.withLock {
        cpuLimit = newValue
        if newValue != nil { wake() }
      }
    }
  }

  /// Asks the running call to stop.
  func interrupt() {
    condition.withLock {
      guard let store else { return }
      let sequence = vm_store_sequence(store)
      guard sequence & 1 == 1 else { return }
      stopping = sequence
      vm_store_interrupt(store, sequence)
      wake()
    }
  }

  /// Ends the thread; the store is about to go.
  func end() {
    condition.withLock {
      store = nil
      condition.broadcast()
    }
  }

  /// With the lock held.
  private func wake() {
    condition.signal()
    if isRunning { return }
    isRunning = true
    let thread = Thread { [self] in watch() }
    thread.name = "watchdog"
    thread.stackSize = 256 << 10
    thread.start()
  }

  private func watch() {
    condition.lock()
    defer { condition.unlock() }
    while let store {
      let sequence = vm_store_sequence(store)
      if stopping != 0 {
        if sequence == stopping {
          vm_store_interrupt(store, sequence)
        } else {
          stopping = 0
        }
      } else if sequence & 1 == 1, let cpuLimit {
        let time = vm_store_cpu_time(store)
        if seen.sequence != sequence {
          seen = (sequence, time)
        } else if Double(time - seen.cpuTime) * 1e-9 >= cpuLimit {
          stopping = sequence
          vm_store_interrupt(store, sequence)
        }
      }
      if stopping == 0 && cpuLimit == nil {
        condition.wait()
      } else {
        // Sleeping counts real time; a timed wait would follow the wall clock when it is set back.
        let pause = stopping != 0 ? Self.resendInterval : Self.pollInterval
        condition.unlock()
        Thread.sleep(forTimeInterval: pause)
        condition.lock()
      }
    }
    isRunning = false
  }
}
