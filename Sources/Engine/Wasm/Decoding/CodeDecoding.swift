/// The code section: only where the bodies are (spec 5.5.13).
extension ModuleDecoder {
  mutating func decodeCodeSection() throws(DecodeError) {
    codeSection = offset..<reader.end
    let start = offset
    let count = try count(of: .function, limit: ImplementationLimits.functions)
    let declared = functionTypeIndices.count - importedFunctionCount
    guard count == declared else {
      throw DecodeError(.functionCountMismatch(declared: declared, bodies: count), at: start)
    }
    firstBody = offset
    for _ in 0..<count {
      let sizeOffset = offset
      let size = try u32()
      guard UInt64(size) <= ImplementationLimits.bodyBytes else {
        throw DecodeError(
          .limitExceeded(
            .bodyByte, count: UInt64(size), limit: ImplementationLimits.bodyBytes), at: sizeOffset)
      }
      _ = try skip(Int(size))
      if bodyCount > 0, bodyCount % FunctionBodies.stride == 0 {
        bodyLandmarks.append(UInt32(sizeOffset))
      }
      bodyCount += 1
    }
  }
}
