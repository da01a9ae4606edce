import Console
import TestKit
import Testing

// Rules: wasm4.md 4.6 and 4.7, taken literally: a pixel after the other.
@Suite("Drawing against a plain model")
struct PlainDrawingTests {
  /// The cart's memory, as the rules change it.
  private struct Model {
    static let framebuffer = 0xA0
    var memory = [UInt8](repeating: 0, count: 65_536)
    var colors: Int32 = 0

    /// `blitSub`, of a sheet that may lie elsewhere than in memory.
    mutating func blit(_ a: [Int32], sheet: [UInt8]? = nil) {
      let (x, y, w, h) = (Int(a[1]), Int(a[2]), Int(a[3]), Int(a[4]))
      let (flipsX, flipsY, turned) = (a[8] & 2 != 0, a[8] & 4 != 0, a[8] & 8 != 0)
      for v in 0..<max(0, h) {
        for u in 0..<max(0, w) {
          let (column, row) = turned ? (x + v, y + u) : (x + u, y + v)
          guard (0..<160).contains(column), (0..<160).contains(row) else { continue }
          let sx = Int(a[5]) + (flipsX != turned ? w - 1 - u : u)
          let sy = Int(a[6]) + (flipsY ? h - 1 - v : v)
          let number = sy * Int(a[7]) + sx
          let bits = a[8] & 1 != 0 ? 2 : 1
          let place = (number * bits) >> 3 + Int(a[0])
          let bytes = sheet ?? memory
          let byte = bytes.indices.contains(place) ? bytes[place] : 0
          let value = byte >> UInt8(8 - bits - number * bits & 7) & UInt8(1 << bits - 1)
          let color = colors >> (4 * Int32(value)) & 15
          if color != 0 { set(160 * row + column, UInt8(color - 1) & 3) }
        }
      }
    }

    private mutating func set(_ pixel: Int, _ color: UInt8) {
      let shift = UInt8(2 * (pixel & 3))
      let place = Self.framebuffer + pixel / 4
      memory[place] = memory[place] & ~(3 << shift) | color << shift
    }

    var pixels: [UInt8] {
      (0..<25_600).map { memory[Self.framebuffer + $0 / 4] >> UInt8(2 * ($0 & 3)) & 3 }
    }
  }

  @Test(arguments: 0..<8)
  func `Sprites of any size, place and source are what their pixels are one by one`(
    seed: UInt64
  ) throws {
    var random = SeededGenerator(state: seed)
    func any(_ range: ClosedRange<Int32>) -> Int32 { .random(in: range, using: &random) }
    var model = Model()
    let sheet = (0..<4096).map { _ in UInt8.random(in: 0...255, using: &random) }
    var cart = TestCart(data: [(0x3000, sheet), (0xF000, sheet)])
    model.memory.replaceSubrange(0x3000..<0x4000, with: sheet)
    model.memory.replaceSubrange(0xF000..<0x10000, with: sheet)
    var actions: [TestCart.Action] = []
    for _ in 0..<60 {
      model.colors = any(0...0xFFFF)
      actions.append(.colors(model.colors))
      // In the middle of memory, at its end, or on the screen itself.
      let sheet = [0x3000, any(0xFF80...0xFFF0), any(0x80...0x1A00)].randomElement(using: &random)
      let size = Bool.random(using: &random) ? any(1...9) : any(1...180)
      let arguments = [
        sheet ?? 0x3000, any(-20...165), any(-20...165), size, any(1...5), any(-3...9),
        any(-2...4), any(0...70), any(0...15),
      ]
      // What does not lie in memory as a whole is a crash.
      guard Int(arguments[0]) + Int(size * arguments[4]) / 4 <= 65_536 else { continue }
      actions.append(.call("blitSub", arguments))
      model.blit(arguments)
    }
    cart.callbacks["update"] = actions
    #expect(try cart.picture().pixels == model.pixels)
  }

  @Test func `Glyphs are sprites, wherever they are`() throws {
    var random = SeededGenerator(state: 9)
    let font = (0..<1792).map { _ in UInt8.random(in: 0...255, using: &random) }
    var model = Model()
    var actions: [TestCart.Action] = []
    let text: [UInt8] = [33, 255, 65, 32, 0]
    for _ in 0..<150 {
      model.colors = Int32.random(in: 0...0xFF, using: &random)
      let x = Int32.random(in: -40...165, using: &random)
      let y = Int32.random(in: -10...165, using: &random)
      actions += [.colors(model.colors), .call("text", [0x2000, x, y])]
      for (index, code) in text.dropLast().enumerated() {
        let cell = x + 8 * Int32(index)
        model.blit([8 * (Int32(code) - 32), cell, y, 8, 8, 0, 0, 8, 0], sheet: font)
      }
    }
    var cart = TestCart(data: [(0x2000, text)])
    cart.callbacks["update"] = actions
    #expect(try cart.picture(font: font).pixels == model.pixels)
  }
}
