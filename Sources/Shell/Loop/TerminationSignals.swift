import Glibc

/// SIGINT and SIGTERM as something to ask for, instead of handlers that interrupt.
struct TerminationSignals {
  private var set = sigset_t()

  /// Holds the signals back in this thread and in those it starts from now on.
  init() {
    sigemptyset(&set)
    sigaddset(&set, SIGINT)
    sigaddset(&set, SIGTERM)
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// The number of a signal that has come since, at most one a call.
  func pending() -> Int32? {
    var set = set
    var now = timespec(tv_sec: 0, tv_nsec: 0)
    let number = sigtimedwait(&set, nil, &now)
    return number > 0 ? number : nil
  }
}
