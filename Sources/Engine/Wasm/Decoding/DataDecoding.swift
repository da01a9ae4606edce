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

  mutating func decodeDataSection() throws(DecodeError) {
    let start = offset
    let count = try count(of: .dataSegment, limit: ImplementationLimits.dataSegments)
    if let dataCount, dataCount != count {
      throw DecodeError(.dataCountMismatch(declared: dataCount, segments: count), at: start)
    }
    data.reserveCapacity(count)
    for _ in 0..<count {
      let mode = try dataMode()
      let size = try u32()
      data.append(DataSegment(mode: mode, bytes: try skip(Int(size))))
    }
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
