/// The sound of a running cart, pulled by whoever plays or records it.
///
/// What the cart asks for in a callback is heard in samples rendered after it. One thread at a time
/// renders, and it need not be the cart's: an audio device keeps its own pace, a headless run
/// renders `samplesPerFrame` after each frame.
public protocol AudioSource: AnyObject, Sendable {
  /// Fills the buffer with the next samples: interleaved stereo, left first, signed 16 bit,
  /// `AudioFormat.rate` pairs a second.
  func render(into samples: UnsafeMutableBufferPointer<Int16>)
}

/// How sound is sampled.
public enum AudioFormat {
  /// Pairs of samples a second.
  public static let rate = 44_100
  /// Pairs of samples in one frame of play.
  public static let samplesPerFrame = rate / Console.frameRate
}
