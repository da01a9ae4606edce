import Foundation

/// A block of the reference: eight samples left, and right if it is stereo.
struct ReferenceBlock {
  var left: [Double]
  var right: [Double]?

  static func + (a: ReferenceBlock, b: ReferenceBlock) -> ReferenceBlock {
    var sum = ReferenceBlock(left: zip(a.left, b.left).map(+))
    if a.right != nil || b.right != nil {
      sum.right = zip(a.right ?? a.left, b.right ?? b.left).map(+)
    }
    return sum
  }

  func map(_ change: (Double) -> Double) -> ReferenceBlock {
    ReferenceBlock(left: left.map(change), right: right.map { $0.map(change) })
  }
}

/// The formulas of firefly.md 6.2 and 6.3 once more, in double precision and for reading, not speed.
///
/// Only what feeds back into itself over thousands of samples is kept in single precision, as the
/// formulas want it: phases and the arguments of slow sines. Else edges of square waves would come
/// a sample early or late.
final class ReferenceNode {
  let kind: String
  var parameters: [Double]
  var children: [ReferenceNode] = []
  var modulation: (parameter: Int, low: Double, high: Double, curve: (UInt32) -> Double)?
  var blocks: UInt32 = 0
  let file: ReferenceFile?

  private var phase: Float
  private var lanes: [Int32] = []
  private var isOff = false
  private var position = 0
  /// Inputs and outputs of the filter, newest first: each an array of eight lanes.
  private var past = [[Double]](repeating: [Double](repeating: 0, count: 8), count: 4)

  init(_ kind: String, _ parameters: [Double] = [], file: ReferenceFile? = nil) {
    self.kind = kind
    self.parameters = parameters
    self.file = file
    phase = Float(parameters.count > 1 ? parameters[1] : 0)
    if kind == "noise" { lanes = (0..<8).map { Int32(parameters[0]) &+ $0 } }
  }

  func set(_ parameter: Int, _ value: Double) {
    switch (kind, parameter) {
    case ("mute", 0), ("pause", 0): isOff = value < 0.5
    case ("file", 0): position = Int(max(0, value))
    case ("clip", 0): parameters = [value, value + parameters[1] - parameters[0]]
    case ("clip", 1...2): parameters[parameter - 1] = value
    case (_, 0) where !parameters.isEmpty: parameters[0] = value
    default: break
    }
  }

  func reset() {
    blocks = 0
    isOff = false
    position = 0
    if parameters.count > 1, kind != "low_pass", kind != "high_pass", kind != "clip" {
      phase = Float(parameters[1])
    }
    past = past.map { $0.map { _ in 0 } }
  }

  func resetAll() {
    reset()
    for child in children { child.resetAll() }
  }

  func pull() -> ReferenceBlock? {
    if let modulation {
      let level = modulation.curve(8 &* blocks)
      set(modulation.parameter, level * (modulation.high - modulation.low) + modulation.low)
      blocks &+= 1
    }
    switch kind {
    case "empty": return nil
    case "zero": return ReferenceBlock(left: zeros)
    case "sine": return wave { sin(2 * .pi * Double($0)) }
    case "square": return wave { $0 - $0.rounded(.towardZero) >= 0.5 ? 1 : -1 }
    case "sawtooth": return wave { 2 * Double($0) - 1 }
    case "triangle": return wave { abs(4 * Double($0) - 2) - 1 }
    case "noise": return noise()
    case "file":
      let block = file?.block(at: position)
      position += block == nil ? 1 << 30 : 8
      return block
    case "pause": return isOff ? nil : sum()
    case "all_for_one": return children.isEmpty ? nil : mean { $0.pull() }
    case "loop":
      return mean { child in
        if let block = child.pull() { return block }
        child.reset()
        return child.pull()
      }
    case "take_left": return mean { $0.pull().map { ReferenceBlock(left: $0.left) } }
    case "take_right":
      return mean { [zeros] in $0.pull().map { ReferenceBlock(left: $0.right ?? zeros) } }
    case "concat":
      for child in children { if let block = child.pull() { return block } }
      return nil
    default: return sum().map(filter)
    }
  }

  private let zeros = [Double](repeating: 0, count: 8)

  private func wave(_ shape: (Float) -> Double) -> ReferenceBlock {
    ReferenceBlock(
      left: zeros.map { _ in
        let value = shape(phase)
        let next = phase + Float(parameters[0]) * (1 / 44_100)
        phase = next - next.rounded(.towardZero)
        return value
      })
  }

  private func noise() -> ReferenceBlock {
    ReferenceBlock(
      left: lanes.indices.map { lane in
        var x = lanes[lane]
        x = x ^ (x << 13)
        x = x ^ (x >> 17)
        x = x ^ (x << 5)
        lanes[lane] = x
        return Double(x) / 2_147_483_647
      })
  }

  private func sum() -> ReferenceBlock? {
    let blocks = children.compactMap { $0.pull() }
    return blocks.isEmpty ? nil : blocks.reduce(ReferenceBlock(left: zeros), +)
  }

  private func mean(_ pull: (ReferenceNode) -> ReferenceBlock?) -> ReferenceBlock? {
    var sum = ReferenceBlock(left: zeros)
    for child in children {
      guard let block = pull(child) else { return nil }
      sum = sum + block
    }
    return sum.map { $0 / Double(children.count) }
  }

  private func filter(_ block: ReferenceBlock) -> ReferenceBlock {
    switch kind {
    case "gain": return block.map { $0 * parameters[0] }
    case "mute": return isOff ? block.map { _ in 0 } : block
    case "swap": return block.right.map { ReferenceBlock(left: $0, right: block.left) } ?? block
    // What is not a number becomes the lower bound.
    case "clip":
      let raised = block.map { $0 > parameters[0] ? $0 : parameters[0] }
      return raised.map { $0 < parameters[1] ? $0 : parameters[1] }
    case "pan":
      let angle = (min(max(parameters[0], -1), 1) + 1) * .pi / 4
      return ReferenceBlock(
        left: block.left.map { $0 * cos(angle) }, right: block.right?.map { $0 * sin(angle) })
    case "low_pass", "high_pass":
      let left = pass(block.left)
      return ReferenceBlock(left: left, right: block.right.map(pass))
    default: return block
    }
  }

  private func pass(_ x: [Double]) -> [Double] {
    let w = 2 * Double.pi * parameters[0] / 44_100
    let alpha = sin(w) / (2 * parameters[1])
    let b =
      kind == "low_pass"
      ? [(1 - cos(w)) / 2, 1 - cos(w), (1 - cos(w)) / 2]
      : [(1 + cos(w)) / 2, -(1 + cos(w)), (1 + cos(w)) / 2]
    let a = [1 + alpha, -2 * cos(w), 1 - alpha]
    let y = (0..<8).map { lane in
      (b[0] * x[lane] + b[1] * past[0][lane] + b[2] * past[1][lane] - a[1] * past[2][lane]
        - a[2] * past[3][lane]) / a[0]
    }
    past = [x, past[0], y, past[2]]
    return y
  }
}

/// A sound file of the reference: its samples before they became bytes.
struct ReferenceFile {
  var left: [Int]
  var right: [Int]?
  var is16Bit: Bool

  var bytes: [UInt8] {
    var bytes: [UInt8] = [0x31, (is16Bit ? 2 : 0) | (right != nil ? 4 : 0), 0x44, 0xAC]
    for index in left.indices {
      for value in [left[index]] + (right.map { [$0[index]] } ?? []) {
        bytes.append(UInt8(truncatingIfNeeded: value))
        if is16Bit { bytes.append(UInt8(truncatingIfNeeded: value >> 8)) }
      }
    }
    return bytes
  }

  func block(at position: Int) -> ReferenceBlock? {
    guard position + 8 <= left.count else { return nil }
    let scale = is16Bit ? 32767.0 : 127
    func part(_ channel: [Int]) -> [Double] {
      channel[position..<(position + 8)].map { Double($0) / scale }
    }
    return ReferenceBlock(left: part(left), right: right.map(part))
  }
}

/// The curves of firefly.md 6.3.
enum ReferenceCurve {
  static func linear(_ a: UInt32, _ b: UInt32) -> (UInt32) -> Double {
    { t in t <= a ? 0 : t >= b ? 1 : Double(t - a) / Double(b - a) }
  }

  static func hold(_ time: UInt32) -> (UInt32) -> Double { { $0 < time ? 0 : 1 } }

  static func sine(_ frequency: Float) -> (UInt32) -> Double {
    let step = 2 * Float.pi * frequency * (1 / 44_100)
    return { (sin(Double(step * Float($0))) + 1) / 2 }
  }

  static func square(_ period: UInt32) -> (UInt32) -> Double {
    { $0 % period < period / 2 ? 0 : 1 }
  }

  static func sawtooth(_ period: UInt32) -> (UInt32) -> Double {
    { Double($0 % period) / Double(period) }
  }

  static func adsr(
    _ a: UInt32, _ d: UInt32, _ s: UInt32, _ level: Double, _ r: UInt32
  ) -> (UInt32) -> Double {
    { t in
      switch t {
      case ...a: Double(t) / Double(a)
      case ...d: level + (1 - level) * Double(d - t) / Double(d - a)
      case ...s: level
      case ...r: level * Double(r - t) / Double(r - s)
      default: 0
      }
    }
  }
}
