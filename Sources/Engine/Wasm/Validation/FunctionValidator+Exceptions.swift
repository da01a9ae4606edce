/// Tags and the clauses of `try_table` (spec 3.3.8).
extension FunctionValidator {
  /// Reads a tag index; what exceptions of the tag carry.
  mutating func tagParameters(
    _ next: inout UnsafePointer<UInt8>
  ) throws(ValidationError) -> TypeList {
    let tag = try readIndex(&next, of: .tag, count: flat.tagCount)
    let type = flat.types + Int(flat.tagTypes[tag])
    if type.pointee.hasVectors { usesVectors = true }
    return parameters(of: type)
  }

  /// Reads the clauses of a `try_table`, whose own frame is not open yet: each passes on what its
  /// label takes.
  mutating func checkCatches(
    _ next: inout UnsafePointer<UInt8>
  ) throws(ValidationError) {
    let count = try readU32(&next)
    for _ in 0..<count {
      guard next < bodyEnd else { throw failure(.unexpectedEnd) }
      let kind = next[0]
      guard kind < CatchClause.kindCount else { throw failure(.badCatchKind(kind)) }
      next += 1
      let values =
        CatchClause.hasTag(kind)
        ? try tagParameters(&next) : TypeList(types: identity, count: 0)
      let label = labelTypes(try frame(label: try readU32(&next)))
      let extra = CatchClause.hasReference(kind) ? 1 : 0
      guard label.count == values.count + extra else { throw failure(.catchArity) }
      for index in 0..<values.count {
        try require(values.types[index], asSubtypeOf: label.types[index])
      }
      if extra == 1 {
        let exception = ValueType.exnref
        try require(
          features.contains(.functionReferences) ? exception.withoutNull : exception,
          asSubtypeOf: label.types[values.count])
      }
    }
  }
}
