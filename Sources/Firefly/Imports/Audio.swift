import Console

extension HostModule {
  /// Source: firefly.md 2.2 and section 6.
  static let audio = HostModule(
    "audio", alias: nil,
    [
      // Sources.
      adding("add_sine") { .oscillator(Oscillator(.sine, frequency: $0, phase: $1)) },
      adding("add_square") { .oscillator(Oscillator(.square, frequency: $0, phase: $1)) },
      adding("add_sawtooth") { .oscillator(Oscillator(.sawtooth, frequency: $0, phase: $1)) },
      adding("add_triangle") { .oscillator(Oscillator(.triangle, frequency: $0, phase: $1)) },
      HostImport("add_noise") {
        (console, parent: UInt32, seed: Int32) throws(HostCallError) -> UInt32 in
        try console.audio.add(.noise(Noise(seed: seed)), to: parent)
      },
      HostImport("add_file") {
        (console, parent: UInt32, name: UInt32, length: UInt32) throws(HostCallError) -> UInt32 in
        let name = try FileName(console.bytes(name, length)).text
        let file = try console.sounds.open(name)
        return try console.audio.add(.file(SoundPlayer(file)), to: parent)
      },
      adding("add_empty", .empty),
      adding("add_zero", .zero),

      // Nodes that hear their children.
      adding("add_mix", .mix),
      adding("add_all_for_one", .allForOne),
      adding("add_gain") { .gain($0) },
      adding("add_loop", .loop),
      adding("add_concat", .concat),
      adding("add_pan") { .pan(Panorama($0)) },
      adding("add_mute", .mute(isMuted: false)),
      adding("add_pause", .pause(isPaused: false)),
      adding("add_track_position", .trackPosition),
      adding("add_low_pass") { .pass(Biquad(.lowPass, frequency: $0, q: $1)) },
      adding("add_high_pass") { .pass(Biquad(.highPass, frequency: $0, q: $1)) },
      adding("add_take_left", .takeLeft),
      adding("add_take_right", .takeRight),
      adding("add_swap", .swap),
      adding("add_clip") { .clip(ClipWindow(low: $0, high: $1)) },

      // Modulators.
      HostImport("mod_linear") {
        (
          console, node: UInt32, param: UInt32, low: Float, high: Float, start: UInt32, end: UInt32
        ) throws(HostCallError) in
        try console.audio.modulate(
          node, param, low: low, high: high, .linear(start: start, end: end))
      },
      modulating("mod_hold") { .hold(time: $0) },
      HostImport("mod_adsr") {
        (
          console, node: UInt32, param: UInt32, low: Float, high: Float, attack: UInt32,
          decay: UInt32, sustain: UInt32, level: Float, release: UInt32
        ) throws(HostCallError) in
        try console.audio.modulate(
          node, param, low: low, high: high,
          .adsr(attack: attack, decay: decay, sustain: sustain, level: level, release: release))
      },
      modulating("mod_square") { .square(period: $0) },
      modulating("mod_sawtooth") { .sawtooth(period: $0) },
      // The only one with the frequency before the range.
      HostImport("mod_sine") {
        (
          console, node: UInt32, param: UInt32, frequency: Float, low: Float, high: Float
        ) throws(HostCallError) in
        try console.audio.modulate(node, param, low: low, high: high, .sine(frequency: frequency))
      },

      // All nodes.
      HostImport("set_param") {
        (console, node: UInt32, param: UInt32, value: Float) throws(HostCallError) in
        try console.audio.set(node, param, to: value)
      },
      HostImport("reset") { (console, node: UInt32) throws(HostCallError) in
        try console.audio.reset(node)
      },
      HostImport("reset_all") { (console, node: UInt32) throws(HostCallError) in
        try console.audio.resetAll(node)
      },
      HostImport("clear") { (console, node: UInt32) throws(HostCallError) in
        try console.audio.clear(node)
      },
    ])

  private static func adding(_ name: String, _ processor: AudioProcessor) -> HostImport {
    HostImport(name) { (console, parent: UInt32) throws(HostCallError) -> UInt32 in
      try console.audio.add(processor, to: parent)
    }
  }

  private static func adding(
    _ name: String, _ make: @escaping @Sendable (Float) -> AudioProcessor
  ) -> HostImport {
    HostImport(name) { (console, parent: UInt32, a: Float) throws(HostCallError) -> UInt32 in
      try console.audio.add(make(a), to: parent)
    }
  }

  private static func adding(
    _ name: String, _ make: @escaping @Sendable (Float, Float) -> AudioProcessor
  ) -> HostImport {
    HostImport(name) {
      (console, parent: UInt32, a: Float, b: Float) throws(HostCallError) -> UInt32 in
      try console.audio.add(make(a, b), to: parent)
    }
  }

  private static func modulating(
    _ name: String, _ make: @escaping @Sendable (UInt32) -> Modulator
  ) -> HostImport {
    HostImport(name) {
      (
        console, node: UInt32, param: UInt32, low: Float, high: Float, time: UInt32
      ) throws(HostCallError) in
      try console.audio.modulate(node, param, low: low, high: high, make(time))
    }
  }
}
