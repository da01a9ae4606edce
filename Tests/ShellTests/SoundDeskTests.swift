import Console
import Foundation
import Testing

@testable import Shell

@Suite("The audio device", .serialized)
struct SoundDeskTests {
  private final class Recorder {
    var count = 0
  }

  /// A desk that plays, with SDL's driver that has no hardware.
  private func desk(_ recorder: Recorder, _ source: SteadySource) -> SoundDesk {
    setenv("SDL_AUDIODRIVER", "dummy", 1)
    var options = ShellOptions(
      title: "x", applicationID: "x", pictureWidth: 240, pictureHeight: 160,
      controls: ControlMap(playerCount: 1, keys: [:], buttons: [:]))
    options.record = { recorder.count += $0.count }
    let desk = SoundDesk(options)
    desk.feed.play(source)
    return desk
  }

  private func waits(_ isTrue: () -> Bool) -> Bool {
    let end = ContinuousClock.now + .seconds(10)
    while !isTrue(), ContinuousClock.now < end { usleep(1000) }
    return isTrue()
  }

  @Test("is replaced when it is pulled out, and the cart goes on")
  func isReplaced() throws {
    let source = SteadySource(1000)
    let desk = desk(Recorder(), source)
    #expect(desk.open() == nil)
    // SDL's driver has room for one device: nobody else may keep it open.
    weak let first = desk.loudspeaker
    let number = try #require(first?.number)
    #expect(waits { source.count > 0 })
    // Another program's device does not matter.
    #expect(desk.lost(number &+ 1) == nil)
    #expect(first != nil)
    #expect(desk.lost(number) == nil)
    #expect(first == nil && desk.loudspeaker != nil)
    let heard = source.count
    #expect(waits { source.count > heard })
    #expect(desk.close() == 0)
  }

  @Test("leaves the frames to record where none is left, and says why there is no sound")
  func isMissed() throws {
    let recorder = Recorder()
    let source = SteadySource(1000)
    let desk = desk(recorder, source)
    #expect(desk.open() == nil)
    let number = try #require(desk.loudspeaker).number
    setenv("SDL_AUDIODRIVER", "nothing", 1)
    defer { setenv("SDL_AUDIODRIVER", "dummy", 1) }
    #expect(desk.lost(number)?.isEmpty == false)
    #expect(desk.loudspeaker == nil)
    desk.recordNews()
    let before = recorder.count
    desk.feed.endFrame()
    desk.recordNews()
    #expect(recorder.count == before + 2 * AudioFormat.samplesPerFrame)
  }
}
