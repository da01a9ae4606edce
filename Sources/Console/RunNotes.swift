/// What a profile notes of a run without a display: the part of its report that only it can tell.
public protocol RunNotes: AnyObject, Encodable {
  /// Takes note of a frame that is over.
  ///
  /// - Parameters:
  ///   - frame: Its number.
  ///   - isHashed: Whether this frame's picture was asked for.
  ///   - samples: The sound of the frame, as `AudioSource.render` gives it; none without sound.
  func note(frame: Int, isHashed: Bool, samples: UnsafeBufferPointer<Int16>)

  /// Takes note of the end of the run.
  func finish()
}
