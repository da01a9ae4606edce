/// The code section: only where the bodies are (spec 5.5.13).
extension ModuleDecoder {
  /// Reads the number of bodies.
  mutating func beginCode() throws(DecodeError) -> Step {
    read(to: sectionEnd)
    let start = offset
    let declared = functionTypeIndices.count - importedFunctionCount
    let count: Int
    do throws(DecodeError) {
      count = try self.count(of: .function, limit: ImplementationLimits.functions)
    } catch {
      guard isCutOff(error) else { throw error }
      return try starved()
    }
    guard count == declared else {
      throw DecodeError(.functionCountMismatch(declared: declared, bodies: count), at: start)
    }
    codeSection = start..<sectionEnd
    firstBody = offset
    goOn()
    return .code
  }

  /// Whether the code section has been read to its end.
  var hasAllBodies: Bool { codeSection.map { place >= $0.upperBound } ?? false }

  /// Reads the size of the next body, which must have arrived; behind the last one ends the section.
  mutating func nextBody() throws(DecodeError) -> Step {
    guard bodyCount < functionTypeIndices.count - importedFunctionCount else {
      read(to: sectionEnd)
      return try endSection()
    }
    read(to: sectionEnd)
    let start = offset
    let size: UInt32
    do throws(DecodeError) {
      size = try u32()
    } catch {
      guard isCutOff(error) else { throw error }
      return try starved()
    }
    guard UInt64(size) <= ImplementationLimits.bodyBytes else {
      throw DecodeError(
        .limitExceeded(.bodyByte, count: UInt64(size), limit: ImplementationLimits.bodyBytes),
        at: start)
    }
    guard Int(size) <= sectionEnd - offset else {
      throw DecodeError(.unexpectedEnd, at: offset)
    }
    guard Int(size) <= reader.remaining else { return try starved() }
    let body = FunctionBody(bodyOffset: offset, size: Int(size))
    _ = try skip(body.size)
    if bodyCount > 0, bodyCount % FunctionBodies.stride == 0 {
      bodyLandmarks.append(UInt32(start))
    }
    bodyCount += 1
    goOn()
    return .body(body)
  }

  /// Whether what was read ends where the file has not arrived yet, and not where its section ends.
  func isCutOff(_ error: DecodeError) -> Bool {
    error.kind == .unexpectedEnd && reader.end < sectionEnd
  }
}
