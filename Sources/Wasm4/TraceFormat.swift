import Glibc
import Runtime

/// Bytes that a traced line has at most; strings may be named again and again.
private let longestTrace = 65_536

/// The line that `tracef` prints: `%c %d %x %s %f %%`, any other letter stands for itself.
///
/// Arguments lie packed in memory, four bytes each and eight for `%f`. A format that ends in a lone
/// `%` prints no end of line. Source: wasm4.md section 7.
///
/// - Returns: The line without its end, and whether it has one.
func formattedTrace(
  _ format: Int32, arguments: Int32, _ console: Wasm4State
) throws(HostError) -> (line: [UInt8], isWhole: Bool) {
  let format = try console.text(format)
  var reader = ArgumentReader(next: UInt32(bitPattern: arguments), console: console)
  var line: [UInt8] = []
  var isCode = false
  for byte in format where line.count < longestTrace {
    guard isCode else {
      if byte == UInt8(ascii: "%") { isCode = true } else { line.append(byte) }
      continue
    }
    isCode = false
    switch byte {
    case UInt8(ascii: "%"): line.append(byte)
    case UInt8(ascii: "c"): line.append(UInt8(truncatingIfNeeded: try reader.word()))
    case UInt8(ascii: "d"): line += "\(Int32(bitPattern: try reader.word()))".utf8
    case UInt8(ascii: "x"): line += String(try reader.word(), radix: 16).utf8
    case UInt8(ascii: "s"):
      line += try console.text(Int32(bitPattern: try reader.word())).prefix(longestTrace)
    case UInt8(ascii: "f"): line += sixDigits(try reader.double())
    default: line += [UInt8(ascii: "%"), byte]
    }
  }
  return (Array(line.prefix(longestTrace)), !isCode)
}

/// The packed arguments of a format.
private struct ArgumentReader {
  var next: UInt32
  let console: Wasm4State

  mutating func word() throws(HostError) -> UInt32 { try read() }

  mutating func double() throws(HostError) -> Double { Double(bitPattern: try read()) }

  private mutating func read<T: FixedWidthInteger>() throws(HostError) -> T {
    let size = MemoryLayout<T>.size
    let bytes = try console.bytes(Int32(bitPattern: next), size)
    next &+= UInt32(size)
    return T(littleEndian: bytes.loadUnaligned(as: T.self))
  }
}

/// A number as C prints it with `%g`: six significant digits.
private func sixDigits(_ value: Double) -> [UInt8] {
  var buffer = [CChar](repeating: 0, count: 64)
  let length = withVaList([value]) { vsnprintf(&buffer, buffer.count, "%g", $0) }
  return buffer.prefix(max(0, Int(length))).map { UInt8(bitPattern: $0) }
}
