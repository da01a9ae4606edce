import TestKit
import Testing

@testable import Engine

/// Summaries against the plain definition, computed afterwards from the list of instructions.
@Suite struct SummaryOracleTests {
  @Test(arguments: 1...400 as ClosedRange<UInt64>)
  func `Summaries of random functions follow the definition`(_ seed: UInt64) throws {
    var random = SeededGenerator(state: seed)
    var code = RandomBody(random: random).statements(depth: 0, count: 6)
    // A second draw at the end makes late accesses to early locals likely.
    _ = random.next()
    code += RandomBody(random: random).statements(depth: 3, count: 4)
    let builder = ModuleBuilder.function([.i32, .i32], locals: [(6, .i32)], code: code + [0x0B])
    try compare(Module(decoding: builder.bytes), "seed \(seed)")
  }

  @Test(
    .enabled(
      if: SpecSuite.isPresent, "the test suite's data is missing: no ../shared/spec/wasm-2.0"),
    arguments: SpecSuite.scripts)
  func `Summaries of the suite's functions follow the definition`(_ name: String) throws {
    for (filename, file) in try SpecSuite.script(name).files {
      guard let module = try? Module(decoding: [UInt8](file)),
        (try? module.validateBodies()) != nil
      else { continue }
      try compare(module, Comment(rawValue: filename))
    }
  }

  private func compare(_ module: Module, _ comment: Comment) throws {
    var validator = FunctionValidator(module.flat, module.features)
    for index in module.bodies.indices {
      let summary = try validator.validate(
        module.bodies[index], ofFunction: index, in: module.bytes)
      let expected = Definition(module, function: index)
      for local in 0..<summary.localCount {
        let found = summary.locals[local]
        guard let wanted = expected.locals[local] else {
          #expect(found.flags == 0 && found.weight == 0, comment)
          continue
        }
        #expect(found.first == wanted.first && found.last == wanted.last, comment)
        #expect(found.weight == wanted.weight, comment)
        #expect((found.flags & LocalSummary.needsZero != 0) == wanted.needsZero, comment)
      }
      let calls = (0..<summary.callCount).map { Int(summary.calls[$0].position) }
      #expect(calls == expected.calls, comment)
    }
  }
}

/// What a summary must say, from all accesses at once.
private struct Definition {
  struct Local {
    var first: UInt32
    var last: UInt32
    var weight: UInt32
    var needsZero: Bool
  }

  private struct Frame {
    var isLoop: Bool
    var start: Int
    var end = 0
    var isEnteredLive: Bool
    /// Whether code in it may be left out: it is an arm of an `if`, or a branch leads to its end.
    var isOptional = false
  }

  private struct Access {
    var local: Int
    var position: Int
    var isSet: Bool
    /// Indices of the open frames, outermost first.
    var open: [Int]
    /// Whether an `if` is open, or a frame to whose end an earlier branch leads.
    var isOptional: Bool
  }

  var locals: [Int: Local] = [:]
  var calls: [Int] = []

  init(_ module: Module, function index: Int) {
    var frames = [Frame(isLoop: false, start: -1, isEnteredLive: true)]
    var open = [0]
    var isLive = true
    var accesses: [Access] = []
    let body = module.bodies[index]
    for line in InstructionReader(module, function: index) {
      let position = line.offset - body.bodyOffset
      let words = line.text.split(separator: " ")
      switch words[0] {
      case "block", "loop", "if":
        frames.append(
          Frame(
            isLoop: words[0] == "loop", start: position, isEnteredLive: isLive,
            isOptional: words[0] == "if"))
        open.append(frames.count - 1)
      case "else", "end":
        let closed = open.removeLast()
        frames[closed].end = position
        isLive = frames[closed].isEnteredLive
        if words[0] == "else" {
          frames.append(
            Frame(isLoop: false, start: position, isEnteredLive: isLive, isOptional: true))
          open.append(frames.count - 1)
        }
      case "br", "br_if", "br_table":
        for label in words.dropFirst().compactMap({ Int($0) }) where label < open.count - 1 {
          let target = open[open.count - 1 - label]
          if !frames[target].isLoop { frames[target].isOptional = true }
        }
        if words[0] != "br_if" { isLive = false }
      case "return", "unreachable": isLive = false
      case "local.get", "local.set", "local.tee":
        guard isLive, let local = Int(words[1]) else { continue }
        accesses.append(
          Access(
            local: local, position: position, isSet: words[0] != "local.get", open: open,
            isOptional: open.contains { frames[$0].isOptional }))
      case "call", "call_indirect", "memory.grow", "memory.copy", "memory.fill", "memory.init",
        "data.drop", "elem.drop", "table.get", "table.set", "table.grow", "table.fill",
        "table.copy", "table.init", "ref.func":
        if isLive { calls.append(position) }
      default: break
      }
    }
    let parameterCount = module.type(ofFunction: module.importedFunctionCount + index)
      .parameters.count
    for (local, list) in Dictionary(grouping: accesses, by: \.local) {
      locals[local] = Self.summarise(list, isParameter: local < parameterCount, frames)
    }
  }

  private static func summarise(
    _ accesses: [Access], isParameter: Bool, _ frames: [Frame]
  ) -> Local {
    let start = accesses[0]
    let region = start.open.last { !frames[$0].isLoop } ?? 0
    let isCertain = !start.isOptional && !start.open.contains { frames[$0].isLoop }
    let isDominated =
      start.isSet && (isCertain || accesses.allSatisfy { $0.position <= frames[region].end })
    let first = isParameter || !isDominated ? 0 : start.position
    var last = 0
    var weight = 0
    for access in accesses {
      let loops = access.open.filter { frames[$0].isLoop }
      weight += 1 << (3 * min(loops.count, 6))
      let carrying = loops.filter { frames[$0].start > first }.map { frames[$0].end }
      last = max(last, access.position, carrying.max() ?? 0)
    }
    return Local(
      first: UInt32(first), last: UInt32(last), weight: UInt32(min(weight, Int(UInt32.max))),
      needsZero: !isParameter && !isDominated)
  }
}

/// Random structured code over eight locals that is always valid.
private struct RandomBody {
  var random: SeededGenerator

  func statements(depth: Int, count: Int) -> [UInt8] {
    var body = self
    return body.draw(depth: depth, labels: 1, count: count)
  }

  private mutating func draw(depth: Int, labels: Int, count: Int) -> [UInt8] {
    var code: [UInt8] = []
    for _ in 0..<Int.random(in: 1...count, using: &random) {
      let local = UInt8.random(in: 0..<8, using: &random)
      let label = UInt8.random(in: 0..<UInt8(labels), using: &random)
      switch Int.random(in: 0..<(depth < 5 ? 12 : 7), using: &random) {
      case 0, 1: code += [0x20, local, 0x1A]
      case 2, 3: code += [0x41, 1, 0x21, local]
      case 4: code += [0x41, 1, 0x22, local, 0x1A]
      case 5: code += [0x41, 0, 0x0D, label]
      case 6:
        let isCall = Bool.random(using: &random)
        code += isCall ? [0x20, local, 0x20, local, 0x10, 0] : [0x0C, label]
      case 7, 8: code += [0x03, 0x40] + inner(depth, labels, count) + [0x0B]
      case 9: code += [0x02, 0x40] + inner(depth, labels, count) + [0x0B]
      case 10: code += [0x20, local, 0x04, 0x40] + inner(depth, labels, count) + [0x0B]
      default:
        code += [0x20, local, 0x04, 0x40] + inner(depth, labels, count)
        code += [0x05] + inner(depth, labels, count) + [0x0B]
      }
    }
    return code
  }

  private mutating func inner(_ depth: Int, _ labels: Int, _ count: Int) -> [UInt8] {
    draw(depth: depth + 1, labels: labels + 1, count: count)
  }
}
