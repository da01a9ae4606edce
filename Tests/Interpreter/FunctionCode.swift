import Engine

/// A function's body as the machine runs it: its locals, and where its blocks end.
final class FunctionCode {
  private let module: Module
  private let body: FunctionBody
  /// The types of all locals, parameters first.
  let locals: [ValueType]
  /// The file offset of the first instruction.
  let start: Int
  /// How many bytes of instructions there are.
  var size: Int { body.bodyOffset + body.size - start }
  /// By file offset of a block, loop or if: the offset after its end.
  private(set) lazy var ends: [Int: Int] = scan(for: 0x0B)
  /// By file offset of an if with two arms: the offset after its else.
  private(set) lazy var elses: [Int: Int] = scan(for: 0x05)

  init(_ module: Module, _ body: FunctionBody, parameters: [ValueType]) {
    self.module = module
    self.body = body
    (locals, start) = module.bytes.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { fatalError("an empty module") }
      var scanner = InstructionScanner(base, at: body.bodyOffset)
      var locals = parameters
      for _ in 0..<scanner.unsigned() {
        let count = scanner.unsigned()
        let type = scanner.valueType()
        locals += Array(repeating: type, count: count)
      }
      return (locals, scanner.offset)
    }
  }

  /// For each block the offset after the first `part` that belongs to it.
  private func scan(for part: UInt8) -> [Int: Int] {
    module.bytes.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return [:] }
      var found: [Int: Int] = [:]
      var open: [Int] = []
      var scanner = InstructionScanner(base, at: start)
      while scanner.offset < body.bodyOffset + body.size {
        let here = scanner.offset
        switch scanner.skip() {
        case 0x02...0x04, 0x1F: open.append(here)
        case 0x05 where part == 0x05: found[open.last ?? 0] = scanner.offset
        case 0x0B:
          guard let block = open.popLast() else { break }
          if part == 0x0B { found[block] = scanner.offset }
        default: break
        }
      }
      return found
    }
  }
}
