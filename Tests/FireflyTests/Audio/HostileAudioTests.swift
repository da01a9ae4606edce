import Console
import Synchronization
import Testing

@testable import Firefly

/// Tells one thread that another is done.
private final class End: Sendable {
  let hasCome = Atomic(false)
}

@Suite("A hostile audio graph")
struct HostileAudioTests {
  private static let numbers: [Float] = [
    .nan, .infinity, -.infinity, .greatestFiniteMagnitude, -.greatestFiniteMagnitude,
    .leastNonzeroMagnitude, -0.0, 0, 1e9, -1e9, 8_388_608, 1e-20,
  ]

  @Test("of numbers that are none or beyond all measure renders all the same")
  func rendersOddNumbers() throws {
    for a in Self.numbers {
      for b in Self.numbers {
        let bench = try AudioBench(raw: [
          "f": [0x31, 2, 0x44, 0xAC] + Array(repeating: 7, count: 99)
        ])
        for kind in ["low_pass", "high_pass", "clip"] {
          let filter = try bench.add(kind, a, b)
          for wave in ["sine", "square", "sawtooth", "triangle"] {
            try bench.add(wave, to: filter, a, b)
          }
          try bench.call("mod_sine", [filter, 0, word(b), word(a), word(b)])
          try bench.call("set_param", [filter + 1, 0, word(b)])
        }
        let pan = try bench.add("pan", a)
        let file = try bench.add(file: "f", to: pan)
        try bench.call("mod_adsr", [file, 0, word(a), word(b), 0, 0, 0, word(a), 0])
        #expect(bench.render(pairs: 64).count == 128)
        try bench.call("reset_all", [0])
        #expect(bench.render(pairs: 64).count == 128)
      }
    }
  }

  @Test("of ten thousand nodes stays at its limit, and says why 10,000 times at most")
  func refusesManyNodes() throws {
    let bench = try AudioBench()
    let clock = ContinuousClock()
    let time = clock.measure {
      for parent in 0..<10_000 {
        _ = try? bench.call("add_sine", [parent % 32, word(440), 0])
      }
    }
    #expect(bench.host.log.count <= ConsoleLog.linesPerFrame + 1)
    #expect(time < .seconds(2))
    #expect(try bench.call("add_zero", [0]) == 0)
  }

  @Test("of loops in loops around nothing ends in time, and around a wave sounds")
  func endsLoops() throws {
    let bench = try AudioBench()
    var node = 0
    for _ in 0..<30 { node = try bench.add("loop", to: node) }
    #expect(node == 30)
    let time = ContinuousClock().measure {
      #expect(bench.render(pairs: 735).allSatisfy { $0 == 0 })
    }
    #expect(time < .seconds(1), "\(time)")
    let empty = try bench.add("empty", to: node)
    #expect(empty == 31)
    let again = ContinuousClock().measure {
      #expect(bench.render(pairs: 735).allSatisfy { $0 == 0 })
    }
    #expect(again < .seconds(1), "\(again)")
    try bench.clear(node)
    try bench.add("square", to: node, 441, 0)
    #expect(bench.compare(pairs: 735).maximum <= 1)
  }

  @Test("takes any number of calls between two renderings, and forgets none")
  func keepsCalls() throws {
    let bench = try AudioBench()
    let gain = try bench.add("gain", 0)
    try bench.add("square", to: gain, 100, 0.5)
    for step in 0...50_000 { try bench.call("set_param", [gain, 0, word(Float(step) / 50_000)]) }
    #expect(bench.render(pairs: 8).allSatisfy { $0 == 32767 })
    for _ in 0..<3000 {
      try bench.call("clear", [0])
      try bench.call("add_sine", [0, word(440), 0])
    }
    #expect(bench.host.log == [])
    #expect(bench.render(pairs: 735).contains { $0 > 30_000 })
  }

  @Test("holds files up to a limit, and lets go of those that nothing plays")
  func limitsFiles() throws {
    let content: [UInt8] = [0x31, 0, 0x44, 0xAC] + Array(repeating: 1, count: 996)
    let names = (0..<4).map { "f\($0)" }
    let sounds = SoundFiles(
      CartFiles(Dictionary(uniqueKeysWithValues: names.map { ($0, content) })), largestTotal: 2500)
    let first = try sounds.open("f0")
    _ = try sounds.open("f1")
    _ = try sounds.open("f2")
    #expect(try sounds.open("f0") === first)
    let third = try sounds.open("f3")
    #expect(throws: HostCallError("the sound files are too large")) { try sounds.open("f1") }
    withExtendedLifetime((first, third)) {}
  }

  @Test("can be rendered by one thread while another builds it")
  func isBuiltWhileRendered() async throws {
    let graph = AudioGraph(queueCapacity: 7)
    let end = End()
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        var samples = [Int16](repeating: 0, count: 512)
        repeat {
          samples.withUnsafeMutableBufferPointer { graph.render(into: $0) }
        } while !end.hasCome.load(ordering: .acquiring)
      }
      group.addTask {
        for _ in 0..<400 {
          for _ in 0..<4 {
            let gain = (try? graph.add(.gain(0.5), to: 0)) ?? 0
            let sine = Oscillator(.sine, frequency: 440, phase: 0)
            let child = (try? graph.add(.oscillator(sine), to: gain)) ?? 0
            try? graph.modulate(child, 0, low: 0, high: 9, .hold(time: 3))
            try? graph.set(gain, 0, to: 0.1)
          }
          try? graph.clear(0)
        }
        _ = try? graph.add(.oscillator(Oscillator(.square, frequency: 0, phase: 0.5)), to: 0)
        end.hasCome.store(true, ordering: .releasing)
      }
    }
    var samples = [Int16](repeating: 0, count: 32)
    samples.withUnsafeMutableBufferPointer { graph.render(into: $0) }
    #expect(samples.suffix(16).allSatisfy { $0 == 32767 })
  }
}
