import CMachine

/// Where a function comes from.
public enum FunctionDefinition: Sendable, Hashable {
  /// Function `index` of the index space of the instance with this number.
  case wasm(instance: Int, index: Int)
  /// The host, with the name that messages use.
  case host(name: String)
}

extension Store {
  /// Where the function behind a reference comes from; nil for one of another store.
  public func definition(of reference: FunctionReference) -> FunctionDefinition? {
    let record = reference.record.pointee
    guard let context = record.context else {
      // What compiled code calls for a host function is the binding's body; see `makeFunction`.
      guard let binding = record.host_data else { return nil }
      return Unmanaged<HostBinding>.fromOpaque(binding)._withUnsafeGuaranteedRef {
        .host(name: $0.function.name)
      }
    }
    return instanceNumber(ofContext: context).map {
      .wasm(instance: $0, index: Int(record.function_index))
    }
  }
}

extension Instance {
  /// The data segments that still have bytes for `memory.init`, in order.
  public var liveDataSegments: [Int] {
    let context = record.context.pointee
    return (0..<Int(context.data_segment_count)).filter { context.data_segments[$0].length > 0 }
  }

  /// The element segments that still have references for `table.init`, in order.
  public var liveElementSegments: [Int] {
    let context = record.context.pointee
    return (0..<Int(context.element_segment_count)).filter {
      context.element_segments[$0].length > 0
    }
  }
}
