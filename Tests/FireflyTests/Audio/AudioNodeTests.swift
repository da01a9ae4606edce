import Testing

@testable import Firefly

@Suite("A node of the audio graph")
struct AudioNodeTests {
  /// Half a second of a stereo sound of 16 bits, and others.
  private static let files: [String: ReferenceFile] = {
    func samples(_ count: Int, _ factor: Int, _ range: Int) -> [Int] {
      (0..<count).map { $0 * factor % (2 * range) - range }
    }
    return [
      "stereo16": ReferenceFile(
        left: samples(1003, 977, 32768), right: samples(1003, 331, 32768), is16Bit: true),
      "mono16": ReferenceFile(left: samples(804, 1201, 32768), right: nil, is16Bit: true),
      "stereo8": ReferenceFile(
        left: samples(807, 7, 128), right: samples(807, 11, 128), is16Bit: false),
      "mono8": ReferenceFile(left: samples(400, 13, 128), right: nil, is16Bit: false),
    ]
  }()

  /// Renders both graphs and compares them, to a step of 16 bits where nothing feeds back.
  ///
  /// Filters do, and their coefficients are differences of numbers near 1: in single precision, as
  /// the console computes, they are off by some 1e-4 at low frequencies.
  private func check(
    _ bench: AudioBench, _ name: String, fills: Int = 60, isFilter: Bool = false
  ) {
    var error = AudioError()
    for _ in 0..<fills { error += bench.compare(pairs: 735) }
    print("audio: \(name): \(error)")
    #expect(error.maximum <= (isFilter ? 16 : 1), "\(name): \(error)")
    #expect(error.rms <= (isFilter ? 1 : 0.5), "\(name): \(error)")
    #expect(error.peak > 0.05, "\(name) is silent")
    #expect(bench.host.log == [])
  }

  @Test(
    "makes the wave of its formula",
    arguments: ["sine", "square", "sawtooth", "triangle"],
    [(440, 0), (1234.5, 0.25), (55, -0.75), (-300, 0.9), (30_000, 0.1), (97.3, 5.3)])
  func makesWave(kind: String, numbers: (Float, Float)) throws {
    let bench = try AudioBench()
    try bench.add(kind, numbers.0, numbers.1)
    check(bench, "\(kind) \(numbers.0) Hz from \(numbers.1)")
  }

  @Test("makes noise", arguments: [1, 77, -5, 2_000_000] as [Float])
  func makesNoise(seed: Float) throws {
    let bench = try AudioBench()
    try bench.add("noise", seed)
    check(bench, "noise \(seed)")
  }

  @Test("plays files of both widths, mono and stereo, to their end", arguments: files.keys.sorted())
  func playsFiles(name: String) throws {
    let bench = try AudioBench(files: Self.files)
    try bench.add(file: name)
    check(bench, name, fills: 3)
  }

  @Test("seeks in a file", arguments: [0, 8, 99, 800, 1e6, -4] as [Float])
  func seeks(place: Float) throws {
    let bench = try AudioBench(files: Self.files)
    let loop = try bench.add("loop")
    let file = try bench.add(file: "stereo16", to: loop)
    _ = bench.compare(pairs: 300)
    try bench.set(file, 0, place)
    check(bench, "seek \(place)", fills: 4)
  }

  @Test(
    "changes what it hears, mono and stereo",
    arguments: [
      ("mix", []), ("gain", [0.3]), ("gain", [-2.5]), ("pan", [-1]), ("pan", [0.25]), ("pan", [-7]),
      ("low_pass", [400, 0.7]), ("low_pass", [3000, 4]), ("high_pass", [900, 1]),
      ("clip", [-0.2, 0.5]), ("clip", [0.5, -0.2]), ("swap", []), ("mute", []), ("pause", []),
      ("track_position", []), ("loop", []), ("concat", []), ("all_for_one", []),
      ("take_left", []), ("take_right", []),
    ] as [(String, [Float])], [false, true])
  func changes(filter: (kind: String, numbers: [Float]), isStereo: Bool) throws {
    let bench = try AudioBench(files: Self.files)
    let node = try bench.add(filter.kind, filter.numbers)
    if isStereo {
      try bench.add(file: "stereo16", to: try bench.add("loop", to: node))
    }
    try bench.add("sine", to: node, 440, 0)
    if isStereo || filter.kind != "take_right" {
      check(
        bench, "\(filter.kind) \(filter.numbers) \(isStereo ? "stereo" : "mono")",
        isFilter: filter.kind.hasSuffix("_pass"))
    } else {
      #expect(bench.render(pairs: 735).allSatisfy { $0 == 0 })
    }
  }

  @Test("takes a parameter from its modulator, block by block")
  func isModulated() throws {
    let curves: [(String, Curve)] = [
      ("linear", .linear(1000, 30_000)), ("hold", .hold(5003)),
      ("adsr", .adsr(2000, 9000, 20_000, 0.6, 40_000)), ("sine", .sine(3)),
      ("square", .square(7001)), ("sawtooth", .sawtooth(4999)),
    ]
    for (name, curve) in curves {
      let gain = try AudioBench()
      let node = try gain.add("gain", 0)
      try gain.add("triangle", to: node, 300, 0)
      try gain.modulate(node, -0.1, 0.9, curve)
      check(gain, "gain by \(name)")
      let sine = try AudioBench()
      let oscillator = try sine.add("sine", 0, 0)
      try sine.modulate(oscillator, 200, 900, curve)
      check(sine, "frequency by \(name)")
      let filter = try AudioBench()
      let pass = try filter.add("low_pass", 100, 1)
      try filter.add("noise", to: pass, 3)
      try filter.modulate(pass, 5000, 300, curve)
      check(filter, "low-pass by \(name)", isFilter: true)
    }
  }

  @Test("that is modulated goes on after its clock was reset, and stays where it is set by hand")
  func restartsModulation() throws {
    let bench = try AudioBench()
    let gain = try bench.add("gain", 0)
    try bench.add("square", to: gain, 100, 0)
    try bench.modulate(gain, 0, 1, .linear(0, 8000))
    check(bench, "ramp", fills: 6)
    try bench.reset(gain)
    check(bench, "ramp again", fills: 6)
    try bench.set(gain, 1, 0.1)
    check(bench, "another parameter", fills: 6)
    try bench.set(gain, 0, 0.3)
    check(bench, "by hand", fills: 6)
    #expect(bench.render(pairs: 16).allSatisfy { abs(Int($0)) == 9830 })
  }

  @Test("of any kind, in random trees under random calls, sounds as the formulas say")
  func soundsInTrees() throws {
    var random = SplitMix(state: 2026)
    var total = AudioError()
    for round in 0..<120 {
      let bench = try AudioBench(files: Self.files)
      for step in 0..<40 {
        try disturb(bench, &random)
        if step % 4 == 3 { total += bench.compare(pairs: Int(random.next() % 900)) }
        _ = bench.host.log
      }
      #expect(total.maximum <= 16, "round \(round): \(total)")
      if total.maximum > 16 { return }
    }
    print("audio: random trees: \(total)")
    #expect(total.rms <= 0.2)
    #expect(total.peak > 0.9)
    #expect(total.count > 500_000)
  }

  /// One random call that both graphs take.
  private func disturb(_ bench: AudioBench, _ random: inout SplitMix) throws {
    let node = Int(random.next() % UInt64(bench.nodes.count))
    switch random.next() % 20 {
    case 0: try bench.reset(node)
    case 1: try bench.resetAll(node)
    case 2 where node != 0: try bench.clear(node)
    case 3, 4, 5: try modulate(bench, node, &random)
    case 6, 7:
      let kind = bench.nodes[node].kind
      try bench.set(
        node, 0,
        kind == "pan" || kind == "gain" || kind == "pause" || kind == "mute" || kind == "clip"
          ? random.number(-1, 1.2) : random.number(100, 2000))
    case 8: try bench.add(file: Self.files.keys.sorted()[Int(random.next() % 4)], to: node)
    default:
      let kinds: [(String, [Float])] = [
        ("sine", [random.number(50, 2000), random.number(0, 1)]),
        ("square", [random.number(50, 2000), random.number(0, 1)]),
        ("sawtooth", [random.number(50, 2000), random.number(0, 1)]),
        ("triangle", [random.number(50, 2000), random.number(0, 1)]),
        ("noise", [Float(random.next() % 1000)]), ("empty", []), ("zero", []), ("mix", []),
        ("all_for_one", []), ("gain", [random.number(-1.2, 1.2)]), ("loop", []), ("concat", []),
        ("pan", [random.number(-1.5, 1.5)]), ("mute", []), ("pause", []), ("track_position", []),
        ("low_pass", [random.number(100, 5000), random.number(0.5, 2)]),
        ("high_pass", [random.number(100, 5000), random.number(0.5, 2)]), ("take_left", []),
        ("take_right", []), ("swap", []),
        ("clip", [random.number(-0.9, 0), random.number(0, 0.9)]),
      ]
      let (kind, numbers) = kinds[Int(random.next() % UInt64(kinds.count))]
      try bench.add(kind, to: node, numbers)
    }
  }

  private func modulate(_ bench: AudioBench, _ node: Int, _ random: inout SplitMix) throws {
    let times = (0..<4).map { _ in UInt32(random.next() % 4000 + 1) }.sorted()
    let curves: [Curve] = [
      .linear(times[0], times[1]), .hold(times[0]), .sine(random.number(0.1, 9)),
      .square(times[1]), .sawtooth(times[1]),
      .adsr(times[0], times[1], times[2], random.number(0, 1), times[3]),
    ]
    let curve = curves[Int(random.next() % 6)]
    switch bench.nodes[node].kind {
    case "gain", "pan", "clip": try bench.modulate(node, -0.8, 0.9, curve)
    case "mute", "pause": try bench.modulate(node, 0, 1, curve)
    // Edges of these waves would move with the last bit of the frequency.
    case "square", "sawtooth", "file": break
    default: try bench.modulate(node, 200, 1500, curve)
    }
  }
}

/// A small generator of random numbers with a seed.
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func number(_ low: Float, _ high: Float) -> Float {
    low + (high - low) * Float(next() >> 40) / Float(1 << 24)
  }
}
