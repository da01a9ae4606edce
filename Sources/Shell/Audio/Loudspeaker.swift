import CSDL2
import Console

/// SDL's audio device, which asks a feed for samples at its own pace.
final class Loudspeaker {
  /// Why there is no sound.
  struct Failure: Error {
    var reason: String
  }

  /// SDL's number of the device.
  let number: SDL_AudioDeviceID
  // The device's thread uses it without a reference of its own.
  private let feed: SoundFeed

  /// Opens the system's default device.
  ///
  /// - Throws: What SDL says if there is none.
  init(_ feed: SoundFeed) throws(Failure) {
    self.feed = feed
    guard SDL_InitSubSystem(SDL_INIT_AUDIO) == 0 else { throw Failure(reason: sdlError()) }
    var wanted = SDL_AudioSpec()
    wanted.freq = Int32(AudioFormat.rate)
    wanted.format = SDL_AudioFormat(AUDIO_S16LSB)
    wanted.channels = 2
    // 12 ms: a frame of play has a little more.
    wanted.samples = 512
    wanted.userdata = Unmanaged.passUnretained(feed).toOpaque()
    wanted.callback = { feed, bytes, count in
      guard let feed, let bytes else { return }
      let samples = UnsafeMutableRawBufferPointer(start: bytes, count: Int(count))
        .bindMemory(to: Int16.self)
      Unmanaged<SoundFeed>.fromOpaque(feed).takeUnretainedValue().fill(samples)
    }
    // SDL converts where the device wants something else.
    number = SDL_OpenAudioDevice(nil, 0, &wanted, nil, 0)
    guard number != 0 else {
      let reason = sdlError()
      SDL_QuitSubSystem(SDL_INIT_AUDIO)
      throw Failure(reason: reason)
    }
    SDL_PauseAudioDevice(number, 0)
  }

  /// Closes the device; afterwards its thread is gone.
  deinit {
    SDL_CloseAudioDevice(number)
    SDL_QuitSubSystem(SDL_INIT_AUDIO)
  }
}
