/// The data and data count sections (spec 5.5.14, 5.5.15).
extension ModuleDecoder {
  mutating func decodeDataCountSection() throws(DecodeError) {
    let start = offset
    try require(.bulkMemory, at: start)
    let count = try u32()
    guard UInt64(count) <= ImplementationLimits.dataSegments else {
      throw DecodeError(
        .limitExceeded(
          .dataSegment, count: UInt64(count), limit: ImplementationLimits.dataSegments), at: start)
    }
    dataCount = Int(count)
  }

  /// Reads the number of segments.
  mutating func beginData() throws(DecodeError) -> Step {
    read(to: sectionEnd)
    let start = offset
    do throws(DecodeError) {
      segmentCount = try count(of: .dataSegment, limit: ImplementationLimits.dataSegments)
    } catch {
      guard isCutOff(error) else { throw error }
      return try starved()
    }
    if let dataCount, dataCount != segmentCount {
      throw DecodeError(.dataCountMismatch(declared: dataCount, segments: segmentCount), at: start)
    }
    dataSectionSize = sectionEnd - offset
    goOn(withSegmentAt: offset)
    return .section
  }

  /// Reads the head of the next segment, which may come before its bytes; behind the last one ends the
  /// section.
  mutating func nextSegment() throws(DecodeError) -> Step {
    // The bytes of the segment before may still be on their way.
    guard place <= bytes.count, isComplete || segmentHeadEnd <= bytes.count else {
      return try starved()
    }
    read(to: sectionEnd)
    guard data.count < segmentCount else { return try endSection() }
    let segment: DataSegment
    do throws(DecodeError) {
      let mode = try dataMode()
      let size = Int(try u32())
      guard size <= sectionEnd - offset else { throw DecodeError(.unexpectedEnd, at: offset) }
      segment = DataSegment(mode: mode, bytes: offset..<offset + size)
    } catch {
      guard isCutOff(error) else { throw error }
      // Most heads have a few bytes. One that is long is not read anew for every byte that comes.
      segmentHeadEnd = min(sectionEnd, bytes.count + (bytes.count - place) / 2)
      return try starved()
    }
    data.append(segment)
    goOn(withSegmentAt: segment.bytes.upperBound)
    return .section
  }

  private mutating func dataMode() throws(DecodeError) -> DataSegment.Mode {
    let start = offset
    let flags = try u32()
    guard flags <= 2 else { throw DecodeError(.badSegmentFlag(flags), at: start) }
    if flags != 0 { try require(.bulkMemory, at: start) }
    if flags == 1 { return .passive }
    let memoryOffset = offset
    let memory = flags == 2 ? Int(try u32()) : 0
    guard memory < memories.count else {
      throw DecodeError(
        .unknown(.memory, index: UInt32(memory), count: memories.count), at: memoryOffset)
    }
    return .active(memory: memory, offset: try constantExpression(of: memories[memory].address))
  }
}
