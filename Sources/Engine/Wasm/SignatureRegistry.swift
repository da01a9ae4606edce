import Synchronization

/// Gives equal function types the same number in the whole process.
///
/// `call_indirect` compares these numbers. Entries are never removed, since compiled code holds
/// them; a type once seen costs nothing when a module is loaded again.
public enum SignatureRegistry {
  private static let ids = Mutex<[FuncType: UInt32]>([:])

  /// The ids of `types`, in their order; never 0.
  public static func ids(of types: [FuncType]) -> [UInt32] {
    ids.withLock { ids in
      if types.count > 1000 { ids.reserveCapacity(ids.count + types.count) }
      return types.map { type in
        if let known = ids[type] { return known }
        let new = UInt32(ids.count + 1)
        ids[type] = new
        return new
      }
    }
  }

  /// The id of `type`; never 0.
  public static func id(of type: FuncType) -> UInt32 { ids(of: [type])[0] }
}
