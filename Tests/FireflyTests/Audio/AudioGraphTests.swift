import Testing

@testable import Firefly

@Suite("The audio graph")
struct AudioGraphTests {
  @Test("counts its nodes from 1, and closes up the ids after a removal")
  func countsNodes() throws {
    let bench = try AudioBench()
    #expect(try bench.add("gain", 0.5) == 1)
    #expect(try bench.add("mix") == 2)
    #expect(try bench.add("square", to: 1, 100, 0.5) == 3)
    #expect(try bench.add("pan", to: 2, 1) == 4)
    #expect(try bench.add("square", to: 4, 100, 0) == 5)
    try bench.clear(1)
    // 3 went: 4 and 5 are 3 and 4 now.
    #expect(try bench.add("zero", to: 4) == 5)
    try bench.set(4, 0, 441)
    #expect(bench.compare(pairs: 735).maximum <= 1)
    try bench.call("reset", [6])
    #expect(bench.host.log == ["audio.reset: audio node error: there is no node with id 6"])
    try bench.clear(0)
    #expect(try bench.add("zero") == 1)
  }

  @Test("takes 4 children a node and 31 nodes in all")
  func hasLimits() throws {
    let bench = try AudioBench()
    for id in 1...4 { #expect(try bench.add("mix") == id) }
    #expect(try bench.add("mix") == 0)
    #expect(
      bench.host.log == ["audio.add_mix: audio node error: the node has too many children"])
    for id in 5...31 { #expect(try bench.add("mix", to: id - 4) == id) }
    #expect(try bench.add("mix", to: 31) == 0)
    #expect(try bench.add("mix", to: 99) == 0)
    #expect(
      bench.host.log
        == [String](
          repeating: "audio.add_mix: audio node error: the tree has too many nodes", count: 2))
    try bench.clear(1)
    #expect(try bench.add("mix", to: 99) == 0)
    #expect(bench.host.log == ["audio.add_mix: audio node error: there is no node with id 99"])
    #expect(try bench.add("mix", to: 1) > 0)
  }

  @Test("refuses parameters beyond 4, after it has looked for the node")
  func refusesParameters() throws {
    let bench = try AudioBench()
    let node = try bench.add("gain", 1)
    try bench.call("set_param", [node, 5, 0])
    try bench.call("set_param", [7, 5, 0])
    try bench.call("mod_hold", [node, 5, 0, 0, 0])
    try bench.call("set_param", [node, 4, 0])
    #expect(
      bench.host.log == [
        "audio.set_param: param index is too high",
        "audio.set_param: audio node error: there is no node with id 7",
        "audio.mod_hold: param index is too high",
      ])
  }

  @Test("refuses files that are none, and names them as the official console does")
  func refusesFiles() throws {
    let bench = try AudioBench(raw: [
      "short": [0x31, 0, 0x44], "wrong": [0x22, 0, 0x44, 0xAC], "slow": [0x31, 0, 0x22, 0x56],
      "silent": [0x31, 2, 0x44, 0xAC],
    ])
    for name in ["short", "wrong", "slow", "nothing", "../x"] {
      #expect(try bench.add(file: name) == 0)
    }
    #expect(
      bench.host.log == [
        "audio.add_file: file is too short", "audio.add_file: bad magic number",
        "audio.add_file: bad sample rate: expected 44100, got 22050", "audio.add_file: not found",
        "audio.add_file: bad file name: must not start or end with dot",
      ])
    #expect(try bench.add(file: "silent") == 1)
    #expect(bench.render(pairs: 100).allSatisfy { $0 == 0 })
  }

  @Test("makes full scale of 1, cuts what is louder, and plays mono on both sides")
  func cutsSamples() throws {
    let bench = try AudioBench()
    let gain = try bench.add("gain", 1)
    try bench.add("square", to: gain, 5512.5, 0)
    #expect(bench.render(pairs: 8) == [-32767, 32767].flatMap { [Int16](repeating: $0, count: 8) })
    try bench.set(gain, 0, -40)
    #expect(bench.render(pairs: 8) == [32767, -32767].flatMap { [Int16](repeating: $0, count: 8) })
    try bench.set(gain, 0, 0.5)
    #expect(bench.render(pairs: 2) == [-16383, -16383, -16383, -16383])
  }

  @Test("goes on within a block where a buffer ended")
  func keepsRests() throws {
    let whole = try AudioBench()
    try whole.add("sawtooth", 440, 0)
    let parts = try AudioBench()
    try parts.add("sawtooth", 440, 0)
    let expected = whole.render(pairs: 735)
    var got: [Int16] = []
    for pairs in [1, 2, 7, 8, 9, 0, 100, 3, 605] { got += parts.render(pairs: pairs) }
    #expect(got == expected)
  }

  @Test("is silent without nodes, and before the first call")
  func isSilent() throws {
    #expect(try AudioBench().render(pairs: 735).allSatisfy { $0 == 0 })
  }

  @Test("plays children of a concat one after the other, and those of a loop again and again")
  func playsInOrder() throws {
    let ramp = ReferenceFile(left: (1...16).map { $0 * 1000 }, right: nil, is16Bit: true)
    let steps = ReferenceFile(left: (1...9).map { $0 * -1000 }, right: nil, is16Bit: true)
    let bench = try AudioBench(files: ["ramp": ramp, "steps": steps])
    let concat = try bench.add("concat")
    try bench.add(file: "ramp", to: concat)
    try bench.add(file: "steps", to: concat)
    // The ninth sample of the second file is no whole block.
    #expect(left(bench.render(pairs: 32)) == ramp.left + steps.left.prefix(8) + zeros(8))
    try bench.clear(0)
    let loop = try bench.add("loop")
    try bench.add(file: "ramp", to: loop)
    #expect(left(bench.render(pairs: 40)) == ramp.left + ramp.left + ramp.left.prefix(8))
    try bench.resetAll(0)
    try bench.add(file: "steps", to: loop)
    let sum = (0..<16).map { (ramp.left[$0] + steps.left[$0 % 8]) / 2 }
    #expect(zip(left(bench.render(pairs: 16)), sum).allSatisfy { abs($0 - $1) <= 1 })
  }

  @Test("attaches a modulator at the next block, whose value holds for eight samples")
  func timesModulation() throws {
    let bench = try AudioBench()
    let gain = try bench.add("gain", 1)
    try bench.add("square", to: gain, 0, 0.5)
    #expect(left(bench.render(pairs: 4)) == [32767, 32767, 32767, 32767])
    try bench.modulate(gain, 0, 1, .linear(8, 24))
    let eighths = [32767, 0, 0, 16383, 32767, 32767]
    #expect(left(bench.render(pairs: 44)) == zip(eighths, [4, 8, 8, 8, 8, 8]).flatMap(repeated))
  }

  @Test("is silent while it is halted, and goes on where it was")
  func halts() throws {
    let whole = try AudioBench()
    try whole.add("sawtooth", 440, 0)
    let halted = try AudioBench()
    try halted.add("sawtooth", 440, 0)
    let first = halted.render(pairs: 100)
    halted.host.state.audio.isHalted = true
    #expect(halted.render(pairs: 735).allSatisfy { $0 == 0 })
    halted.host.state.audio.isHalted = false
    #expect(first + halted.render(pairs: 100) == whole.render(pairs: 200))
  }

  @Test("treats a period of 0 as 0, and an attack of 0 as one silent block")
  func survivesZeroTimes() throws {
    let bench = try AudioBench()
    let gain = try bench.add("gain", 1)
    try bench.add("square", to: gain, 0, 0.5)
    for name in ["mod_square", "mod_sawtooth"] {
      try bench.call(name, [gain, 0, word(0.5), word(1), 0])
      #expect(left(bench.render(pairs: 16)) == repeated(16383, 16))
    }
    try bench.call("mod_adsr", [gain, 0, word(0), word(1), 0, 16, 32, word(0.5), 48])
    #expect(left(bench.render(pairs: 8)) == zeros(8))
    #expect(left(bench.render(pairs: 8)) == repeated(24575, 8))
  }

  private func left(_ samples: [Int16]) -> [Int] {
    stride(from: 0, to: samples.count, by: 2).map { Int(samples[$0]) }
  }

  private func zeros(_ count: Int) -> [Int] { repeated(0, count) }

  private func repeated(_ value: Int, _ count: Int) -> [Int] {
    [Int](repeating: value, count: count)
  }
}
