/// A clause of `try_table` in the binary format (spec 5.4.1): what it catches, and where to.
struct CatchClause: BitwiseCopyable {
  /// The tag's index; nil catches everything.
  var tag: UInt32?
  /// Whether the exception itself is passed on, behind the tag's values.
  var hasReference: Bool
  /// A label, as seen from outside of the `try_table`.
  var label: UInt32

  /// The kinds of clause by their code: `catch`, `catch_ref`, `catch_all`, `catch_all_ref`.
  static var kindCount: UInt8 { 4 }

  /// Whether clauses of a kind name a tag.
  @inline(__always) static func hasTag(_ kind: UInt8) -> Bool { kind < 2 }
  /// Whether they pass the exception on.
  @inline(__always) static func hasReference(_ kind: UInt8) -> Bool { kind & 1 != 0 }

  /// Reads a clause of valid code.
  init(reading cursor: inout UnsafePointer<UInt8>) {
    let kind = cursor[0]
    cursor += 1
    tag = Self.hasTag(kind) ? readU32(&cursor) : nil
    hasReference = Self.hasReference(kind)
    label = readU32(&cursor)
  }
}
