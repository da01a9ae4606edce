import Engine
import Interpreter

/// The instructions before which a trap may be put: those that were carried out.
struct Targets {
  /// Their file offsets.
  private(set) var executed: [Int] = []
  /// Those right behind an instruction whose result a compiler likes to leave unevaluated: a
  /// comparison, a sum, a shift, a constant.
  private var unevaluated: [Int] = []

  init(_ module: Module, _ visits: [UInt32]) {
    module.bytes.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return }
      for body in module.bodies {
        var scanner = InstructionScanner(base, atBody: body.bodyOffset)
        var last: UInt8 = 0
        while scanner.offset < body.bodyOffset + body.size {
          let offset = scanner.offset
          if visits[offset] > 0 {
            executed.append(offset)
            if Self.isLeftUnevaluated(last) { unevaluated.append(offset) }
          }
          last = scanner.skip()
        }
      }
    }
  }

  private static func isLeftUnevaluated(_ opcode: UInt8) -> Bool {
    switch opcode {
    case 0x41, 0x42, 0x45...0x66, 0x6A, 0x6B, 0x74, 0x7C, 0x7D, 0x86, 0xD1: true
    default: false
    }
  }

  /// One of them.
  func one(_ numbers: inout RandomNumbers) -> Int {
    numbers.once(in: 2) && !unevaluated.isEmpty
      ? numbers.one(of: unevaluated) : numbers.one(of: executed)
  }
}
