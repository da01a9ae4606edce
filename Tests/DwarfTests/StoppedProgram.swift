import Dwarf
import Engine
import Foundation

/// A program that trapped, of a compiler that keeps all variables in memory: its memory as wasmtime left it, and for
/// each function where its part of the stack is.
struct StoppedProgram {
  /// A function that was running.
  struct Frame: MachineState {
    var program: StoppedProgram
    /// What the local that holds the stack pointer of the function has.
    var base: UInt32
    var hasStaleGlobals: Bool

    func local(_ index: Int) -> MachineValue? { MachineValue(base) }
    func global(_ index: Int) -> MachineValue? { MachineValue(program.stackPointer) }
    func operand(_ index: Int) -> MachineValue? { nil }
    func memory(at address: UInt64, count: Int) -> [UInt8]? {
      guard address + UInt64(count) <= program.memory.count else { return nil }
      return Array(program.memory[Int(address)..<Int(address) + count])
    }
  }

  let info: DebugInfo
  private(set) var stackPointer: UInt32 = 0
  private(set) var memory = [UInt8](repeating: 0, count: 1 << 21)
  /// Youngest first, with the code offset of each.
  private(set) var frames: [(codeOffset: Int, state: Frame)] = []

  init(_ name: String, _ export: String) throws {
    let crasher = try Crasher(name)
    info = DebugInfo(crasher.bytes)
    let path = Crasher.folder.appendingPathComponent(name + ".memory")
    let parts = try String(contentsOf: path, encoding: .utf8).components(separatedBy: "== ")
    for line in parts.first(where: { $0.hasPrefix(export + " ") })?.split(separator: "\n") ?? [] {
      let words = line.split(separator: " ")
      if words[0] == export {
        stackPointer = UInt32(words[1]) ?? 0
        continue
      }
      let start = Int(words[0], radix: 16) ?? 0
      for place in 0..<words[1].count / 2 {
        memory[start + place] = UInt8(words[1].dropFirst(2 * place).prefix(2), radix: 16) ?? 0
      }
    }
    let module = try Module(decoding: crasher.bytes)
    let offsets = crasher.traps.first { $0.export == export }?.offsets.compactMap { $0 } ?? []
    // Below the youngest function that set the stack pointer, or at it.
    var top = stackPointer
    for (number, offset) in offsets.enumerated() {
      guard let body = module.bodies.last(where: { $0.bodyOffset <= offset }) else { continue }
      let code = crasher.bytes[body.bodyOffset..<body.bodyOffset + body.size]
      let size = Self.frameSize(code)
      let sets = code.contains([0x24, 0x80, 0x80, 0x80, 0x80, 0])
      let base = number == 0 && sets ? top : top &- (number == 0 ? size : 0)
      frames.append(
        (
          offset - module.codeSectionOffset,
          Frame(program: self, base: base, hasStaleGlobals: number > 0)
        ))
      top = base &+ size
    }
    // The frames above were made before the memory was whole.
    for index in frames.indices { frames[index].state.program = withoutFrames }
  }

  private var withoutFrames: StoppedProgram {
    var program = self
    program.frames = []
    return program
  }

  /// The number that a function begins by taking off the stack pointer; 0 if it does not use it.
  private static func frameSize(_ code: ArraySlice<UInt8>) -> UInt32 {
    guard let start = code.firstRange(of: [0x23, 0x80, 0x80, 0x80, 0x80, 0]),
      let constant = code[start.upperBound...].firstIndex(of: 0x41)
    else { return 0 }
    var reader = ByteReader(Array(code), in: constant + 1 - code.startIndex..<code.count)
    return UInt32(bitPattern: (try? reader.signed32()) ?? 0)
  }

  /// `NAME: TYPE = VALUE` for the variables of a frame, a list for it and each function inlined.
  func variables(ofFrame number: Int) -> [[String]] {
    let frame = frames[number]
    return info.variables(atCodeOffset: frame.codeOffset, in: frame.state).map { level in
      level.map { variable in
        let value =
          switch variable.value {
          case .text(let text): text
          case .notAvailable(let reason): "<\(reason.rawValue)>"
          }
        return "\(variable.name): \(variable.type) = \(value)"
      }
    }
  }
}

extension ArraySlice<UInt8> {
  fileprivate func contains(_ part: [UInt8]) -> Bool { firstRange(of: part) != nil }
}
