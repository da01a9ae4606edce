import Runtime

extension HostCall {
  /// Source: wasm4.md 5.1.
  static let sound = [
    HostCall("tone", 4) { (console, a) throws(HostError) in
      let tone = ToneCall(
        frequency: a.bits(0), duration: a.bits(1), volume: a.bits(2), flags: a.bits(3))
      console.apu.play(tone)
      console.record?.note(tone)
    }
  ]
}
