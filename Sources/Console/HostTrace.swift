import Engine

/// The last host calls with their arguments: breadcrumbs for a crash report.
///
/// Recording is a handful of stores; text is made only when somebody asks.
public final class HostTrace {
  /// Calls that are remembered.
  public static let depth = 8
  /// Arguments of a call that are remembered.
  public static let largestArity = 15

  private struct Signature {
    let name: String
    let parameters: [ValueType]
  }

  // A slot is the function's number and then its arguments, one word each.
  @usableFromInline static let slotSize = largestArity + 1
  @usableFromInline let slots: UnsafeMutablePointer<UInt64>
  @usableFromInline var count = 0
  private var signatures: [Signature] = []

  /// An empty trace.
  public init() {
    slots = .allocate(capacity: Self.depth * Self.slotSize)
    slots.initialize(repeating: 0, count: Self.depth * Self.slotSize)
  }

  deinit {
    slots.deallocate()
  }

  /// Makes a function known; its number goes to `record`.
  public func register(_ name: String, parameters: [ValueType]) -> Int {
    signatures.append(Signature(name: name, parameters: parameters))
    return signatures.count - 1
  }

  /// Notes a call and returns where its arguments go, as bits, at most `largestArity` of them.
  @inlinable
  public func record(_ function: Int) -> UnsafeMutablePointer<UInt64> {
    let slot = slots + (count & (Self.depth - 1)) &* Self.slotSize
    count &+= 1
    slot.pointee = UInt64(truncatingIfNeeded: function)
    return slot + 1
  }

  /// The last calls, newest first, each like `graphics.draw_point(1, -2, 3)`.
  public var lastCalls: [String] {
    (0..<min(count, Self.depth)).map { age in
      let slot = slots + ((count - 1 - age) & (Self.depth - 1)) * Self.slotSize
      let signature = signatures[Int(slot.pointee)]
      let arguments = signature.parameters.prefix(Self.largestArity).enumerated().map {
        Self.text(slot[$0.offset + 1], $0.element)
      }
      return "\(signature.name)(\(arguments.joined(separator: ", ")))"
    }
  }

  /// Name of the last function called, nil if none was.
  public var lastFunction: String? {
    guard count > 0 else { return nil }
    let slot = slots + ((count - 1) & (Self.depth - 1)) * Self.slotSize
    return signatures[Int(slot.pointee)].name
  }

  private static func text(_ bits: UInt64, _ type: ValueType) -> String {
    switch type {
    case .i32: "\(Int32(truncatingIfNeeded: bits))"
    case .f32: "\(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))"
    case .f64: "\(Double(bitPattern: bits))"
    default: "\(Int64(bitPattern: bits))"
    }
  }
}
