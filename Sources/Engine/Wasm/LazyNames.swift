import Synchronization

/// The name section of a module, read when somebody asks for it.
final class LazyNames: Sendable {
  private let names = Mutex<NameSection??>(nil)

  /// What `read` yields at the first call.
  func callAsFunction(_ read: () -> NameSection?) -> NameSection? {
    names.withLock { names in
      if let known = names { return known }
      let new = read()
      names = .some(new)
      return new
    }
  }
}
