/// What a profile notes of a run without a display: the part of its report that only it can tell.
///
/// Encodes an object; its keys stand beside those of the run's sound.
public protocol RunNotes: AnyObject, Encodable {
  /// Takes note of a frame that is over.
  ///
  /// - Parameters:
  ///   - frame: Its number.
  ///   - isHashed: Whether this frame's picture was asked for.
  func note(frame: Int, isHashed: Bool)

  /// Takes note of the end of the run.
  func finish()
}
