import Engine

/// The listing of one function: each wasm instruction, and below it the machine code made for it.
///
/// Before an instruction inside loops stands how many they are. Machine instructions that use the
/// frame's memory are marked: what they hold has no register.
public struct FunctionListing {
  private let compiled: CompiledModule

  /// Makes listings of the functions of `compiled`.
  public init(_ compiled: CompiledModule) { self.compiled = compiled }

  /// Lines of the listing of defined function `index`; nil if the function cannot be recompiled to
  /// the code at hand.
  public func lines(ofDefined index: Int) -> [String]? {
    let ranges = compiled.codeRanges(ofDefined: index)
    guard !ranges.isEmpty, let disassembler = Disassembler() else { return nil }
    let whole = compiled.codeRange(ofDefined: index)
    let end = ranges.map(\.range.upperBound).max() ?? 0
    let function = compiled.module.importedFunctionCount + index
    let name = compiled.module.names?.functionName(function).map { " \($0)" } ?? ""
    var lines: [String] = []
    let instructions = Array(InstructionReader(compiled.module, function: index))
    let loopDepths = Self.loopDepths(instructions)
    var frameAccesses = 0
    var next = 0
    var loopDepth = 0
    // What lies before the first range is the prologue.
    var covered = 0
    for range in ranges {
      if range.range.lowerBound > covered {
        lines += machine(covered..<range.range.lowerBound, whole, disassembler)
      }
      covered = range.range.upperBound
      if range.isData {
        lines += data(range.range, whole)
        continue
      }
      guard let offset = range.wasmOffset else { continue }
      if next < instructions.count && offset >= instructions[next].offset {
        // Instructions that were folded into this one stand before it.
        while next < instructions.count && instructions[next].offset <= offset {
          loopDepth = loopDepths[next]
          lines.append(line(instructions[next], loopDepth))
          next += 1
        }
      } else {
        loopDepth = 0
        lines.append("  \(hex(offset, 6))  (out of line)")
      }
      let machine = machine(range.range, whole, disassembler)
      if loopDepth > 0 { frameAccesses += machine.count { $0.hasSuffix(Self.frameMark) } }
      lines += machine
    }
    let title = "function \(function)\(name): \(end) bytes of code"
    return [title + (frameAccesses > 0 ? ", \(frameAccesses) frame accesses in loops" : "")] + lines
  }

  private static let frameMark = " ; frame"

  /// The number of loops around each instruction; a loop counts itself.
  private static func loopDepths(_ instructions: [PrintedInstruction]) -> [Int] {
    var isLoop: [Bool] = []
    var depth = 0
    return instructions.map { instruction in
      let word = instruction.text.prefix { $0 != " " }
      switch word {
      case "block", "if", "loop":
        isLoop.append(word == "loop")
        if word == "loop" { depth += 1 }
        return depth
      case "end":
        let before = depth
        if isLoop.popLast() ?? false { depth -= 1 }
        return before
      default: return depth
      }
    }
  }

  private func line(_ instruction: PrintedInstruction, _ loopDepth: Int) -> String {
    (loopDepth == 0 ? "  " : "\(min(loopDepth, 9)) ") + "\(hex(instruction.offset, 6))  "
      + String(repeating: "  ", count: min(instruction.depth, 20)) + instruction.text
  }

  private func machine(
    _ range: Range<Int>, _ function: Range<Int>, _ disassembler: borrowing Disassembler
  ) -> [String] {
    var lines: [String] = []
    var start = range.lowerBound
    while start < range.upperBound {
      let address = function.lowerBound + start
      let bytes = UnsafeRawBufferPointer(
        rebasing: compiled.code[address..<function.lowerBound + range.upperBound])
      start = range.upperBound
      for line in disassembler.disassemble(bytes, address: UInt64(address)) {
        var text = "           \(hex(address + line.offset, 6))  \(line.text)"
        let kind = line.offset + line.length
        let isTrap = line.text == "ud2" && kind < bytes.count
        if isTrap { text += " ; kind \(bytes[kind] & 15)" }
        if line.text.contains("[rbp - ") || line.text.contains("[rsp") { text += Self.frameMark }
        lines.append(text)
        if isTrap {
          // The byte after ud2 is no code: go on behind it.
          start = address - function.lowerBound + kind + 1
          break
        }
      }
    }
    return lines
  }

  private func data(_ range: Range<Int>, _ function: Range<Int>) -> [String] {
    stride(from: range.lowerBound, to: range.upperBound, by: 16).map { offset in
      let start = function.lowerBound + offset
      let end = min(offset + 16, range.upperBound) + function.lowerBound
      let bytes = compiled.code[start..<end].map { hex(Int($0), 2) }
      return "           \(hex(start, 6))  .byte \(bytes.joined(separator: " "))"
    }
  }

  private func hex(_ value: Int, _ width: Int) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
