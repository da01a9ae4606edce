import Engine

/// The instruction at which a program stopped, for dumps that do not tell why.
struct StoppingInstruction {
  /// It in the text format, in a sentence.
  let sentence: String
  /// The kind of trap, if the instruction has but one.
  let kind: String?

  /// What stands at the place of the youngest frame; nil if no instruction begins there.
  init?(_ youngest: StackReport.Entry, _ programs: [StackReport.Program]) {
    guard programs.indices.contains(youngest.program) else { return nil }
    let module = programs[youngest.program].symbolizer.module
    let body = youngest.frame.functionIndex - module.importedFunctionCount
    guard module.bodies.indices.contains(body) else { return nil }
    let offset = youngest.frame.offset
    let instruction = InstructionReader(module, function: body).first { $0.offset >= offset }
    guard let instruction, instruction.offset == offset else { return nil }
    sentence = "It stopped at the instruction \(visible(instruction.text, limit: 128))."
    kind = Self.kind(of: module.bytes[offset])
  }

  private static func kind(of code: UInt8) -> String? {
    switch code {
    // wasmtime tells a conditional branch's place where that leads to an `unreachable`.
    case Opcode.unreachable, Opcode.brIf, Opcode.if: "unreachable"
    case Opcode.i32Load...Opcode.i64Store32: "memory-out-of-bounds"
    default: nil
    }
  }
}
