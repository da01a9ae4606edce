import Console
import Testing

@testable import Firefly

/// The console's graph and the reference's, built by the same calls.
///
/// The console gets host calls as a cart makes them, and answers with samples.
final class AudioBench {
  let host: HostBench
  let files: [String: ReferenceFile]
  /// The reference's nodes by id.
  private(set) var nodes = [ReferenceNode("mix")]
  private var rest: [Double] = []

  init(files: [String: ReferenceFile] = [:], raw: [String: [UInt8]] = [:]) throws {
    self.files = files
    host = try HostBench(files: files.mapValues(\.bytes).merging(raw) { $1 })
  }

  /// Adds a node to both; numbers are those of the host function, a seed too.
  @discardableResult
  func add(_ kind: String, to parent: Int = 0, _ numbers: Float...) throws -> Int {
    try add(kind, to: parent, numbers)
  }

  @discardableResult
  func add(_ kind: String, to parent: Int = 0, _ numbers: [Float]) throws -> Int {
    let words = numbers.map { kind == "noise" ? Int($0) : word($0) }
    let id = try Int(call("add_\(kind)", [parent] + words))
    if id != 0 { note(ReferenceNode(kind, numbers.map(Double.init)), parent) }
    return id
  }

  @discardableResult
  func add(file name: String, to parent: Int = 0) throws -> Int {
    host.write(Array(name.utf8), at: 1000)
    let id = try Int(call("add_file", [parent, 1000, name.utf8.count]))
    if id != 0 { note(ReferenceNode("file", file: files[name]), parent) }
    return id
  }

  private func note(_ node: ReferenceNode, _ parent: Int) {
    nodes[parent].children.append(node)
    nodes.append(node)
  }

  func set(_ node: Int, _ parameter: Int, _ value: Float) throws {
    try call("set_param", [node, parameter, word(value)])
    if nodes[node].modulation?.parameter == parameter { nodes[node].modulation = nil }
    nodes[node].set(parameter, Double(value))
  }

  func modulate(
    _ node: Int, _ low: Float, _ high: Float, _ curve: Curve, parameter: Int = 0
  ) throws {
    try call(
      "mod_\(curve.name)",
      curve.name == "sine"
        ? [node, parameter] + curve.words + [word(low), word(high)]
        : [node, parameter, word(low), word(high)] + curve.words)
    nodes[node].modulation = (parameter, Double(low), Double(high), curve.reference)
    nodes[node].blocks = 0
  }

  func reset(_ node: Int) throws {
    try call("reset", [node])
    nodes[node].reset()
  }

  func resetAll(_ node: Int) throws {
    try call("reset_all", [node])
    nodes[node].resetAll()
  }

  func clear(_ node: Int) throws {
    try call("clear", [node])
    var gone: [ReferenceNode] = []
    func collect(_ node: ReferenceNode) {
      gone += node.children
      node.children.forEach(collect)
    }
    collect(nodes[node])
    nodes[node].children = []
    nodes.removeAll { node in gone.contains { $0 === node } }
  }

  @discardableResult
  func call(_ name: String, _ words: [Int]) throws -> UInt64 {
    let function = try #require(HostModule.audio.functions.first { $0.name == name })
    return try host.call(
      function, of: .audio, words.map { UInt64(UInt32(truncatingIfNeeded: $0)) })
  }

  /// Samples of the console, left and right by turns.
  func render(pairs: Int) -> [Int16] {
    var samples = [Int16](repeating: 0x5555, count: 2 * pairs)
    samples.withUnsafeMutableBufferPointer { host.state.audio.render(into: $0) }
    return samples
  }

  /// What the reference makes of the same time, in double precision, cut to full scale.
  func reference(pairs: Int) -> [Double] {
    var samples = rest
    rest = []
    var isLastTry = false
    while samples.count < 2 * pairs {
      if let block = nodes[0].pull() {
        for lane in 0..<8 { samples += [block.left[lane], (block.right ?? block.left)[lane]] }
        if isLastTry { break }
      } else {
        // One more question in each buffer, if a block fits into what is left.
        if isLastTry || 2 * pairs - samples.count < 16 { break }
        isLastTry = true
      }
    }
    rest = Array(samples.dropFirst(2 * pairs))
    samples = Array(samples.prefix(2 * pairs))
    samples += [Double](repeating: 0, count: 2 * pairs - samples.count)
    return samples.map { $0.isNaN ? 0 : min(max($0, -1), 1) }
  }

  /// Renders both and says how far they are apart, in steps of 16 bits.
  func compare(pairs: Int) -> AudioError {
    AudioError(render(pairs: pairs), reference(pairs: pairs))
  }
}

/// How far samples are from what they should be, in steps of 16 bits.
struct AudioError: CustomStringConvertible {
  var maximum = 0.0
  var squares = 0.0
  var count = 0
  /// The loudest sample that was expected: silence proves nothing.
  var peak = 0.0

  init() {}

  init(_ samples: [Int16], _ expected: [Double]) {
    for (sample, value) in zip(samples, expected) {
      let error = abs(Double(sample) - (value * 32767).rounded(.towardZero))
      maximum = max(maximum, error)
      squares += error * error
      peak = max(peak, abs(value))
    }
    count = expected.count
  }

  var rms: Double { count == 0 ? 0 : (squares / Double(count)).squareRoot() }

  static func += (a: inout AudioError, b: AudioError) {
    a.maximum = max(a.maximum, b.maximum)
    a.peak = max(a.peak, b.peak)
    a.squares += b.squares
    a.count += b.count
  }

  var description: String {
    "max \(maximum), RMS \((rms * 1e4).rounded() / 1e4) of 32767 over \(count) samples"
  }
}

/// A modulator's host call and its curve.
struct Curve {
  var name: String
  var words: [Int]
  var reference: (UInt32) -> Double

  static func linear(_ a: UInt32, _ b: UInt32) -> Curve {
    Curve(name: "linear", words: [Int(a), Int(b)], reference: ReferenceCurve.linear(a, b))
  }
  static func hold(_ time: UInt32) -> Curve {
    Curve(name: "hold", words: [Int(time)], reference: ReferenceCurve.hold(time))
  }
  static func sine(_ frequency: Float) -> Curve {
    Curve(name: "sine", words: [word(frequency)], reference: ReferenceCurve.sine(frequency))
  }
  static func square(_ period: UInt32) -> Curve {
    Curve(name: "square", words: [Int(period)], reference: ReferenceCurve.square(period))
  }
  static func sawtooth(_ period: UInt32) -> Curve {
    Curve(name: "sawtooth", words: [Int(period)], reference: ReferenceCurve.sawtooth(period))
  }
  static func adsr(
    _ a: UInt32, _ d: UInt32, _ s: UInt32, _ level: Float, _ r: UInt32
  ) -> Curve {
    Curve(
      name: "adsr", words: [Int(a), Int(d), Int(s), word(level), Int(r)],
      reference: ReferenceCurve.adsr(a, d, s, Double(level), r))
  }
}

/// A float as the word of a host call.
func word(_ number: Float) -> Int { Int(number.bitPattern) }
