extension FunctionSummary {
  /// The summary before any function.
  ///
  /// All counts are 0, so nothing reads its pointers.
  static var empty: FunctionSummary {
    let nowhere = UnsafeMutableRawPointer(bitPattern: 16).unsafelyUnwrapped
    return FunctionSummary(
      locals: nowhere.assumingMemoryBound(to: LocalSummary.self),
      localTypes: LocalCodes(types: nowhere.assumingMemoryBound(to: ValueType.self)), localCount: 0,
      parameterCount: 0,
      accessedLocals: UnsafePointer(nowhere.assumingMemoryBound(to: UInt32.self)),
      accessedCount: 0, calls: nowhere.assumingMemoryBound(to: CallSite.self), callCount: 0,
      blocks: UnsafePointer(nowhere.assumingMemoryBound(to: BlockExtent.self)), blockCount: 0,
      maximumOperandHeight: 0, maximumControlDepth: 0, maximumStackArgumentBytes: 0,
      usesVectors: false, hasCatches: false, hasLoops: false,
      fileStart: UnsafePointer(nowhere.assumingMemoryBound(to: UInt8.self)),
      bodyOffset: 0, codeStart: 0, end: 0)
  }
}
