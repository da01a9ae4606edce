import Glibc

/// Runs a closure on a plain thread of its own that nobody waits for.
///
/// - Parameters:
///   - stackSize: Bytes of its stack.
///   - body: What it does; kept alive until it is done.
/// - Returns: Whether the system gave a thread.
func startThread(stackSize: Int, _ body: @escaping @Sendable () -> Void) -> Bool {
  /// Carries the closure through a C pointer.
  final class Box {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
  defer { attributes.deallocate() }
  pthread_attr_init(attributes)
  defer { pthread_attr_destroy(attributes) }
  pthread_attr_setstacksize(attributes, stackSize)
  pthread_attr_setdetachstate(attributes, Int32(PTHREAD_CREATE_DETACHED))
  let box = Unmanaged.passRetained(Box(body))
  var thread: pthread_t = 0
  let status = pthread_create(
    &thread, attributes,
    { argument in
      guard let argument else { return nil }
      Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
      return nil
    }, box.toOpaque())
  if status != 0 { box.release() }
  return status == 0
}
