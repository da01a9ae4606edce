import Engine

/// The last host calls with their arguments: breadcrumbs for a crash report.
///
/// Text is made only when somebody asks.
public final class HostTrace {
  /// Calls that are remembered.
  public static let depth = 8
  /// Arguments of a call that are remembered.
  public static let largestArity = 15

  private struct Signature {
    let name: String
    let parameters: [ValueType]
  }

  /// Where calls are recorded; valid while the trace lives.
  public let breadcrumbs: Breadcrumbs
  private var signatures: [Signature] = []

  /// An empty trace.
  public init() {
    breadcrumbs = Breadcrumbs()
  }

  deinit {
    breadcrumbs.deallocate()
  }

  /// Makes a function known; its number goes to `Breadcrumbs.begin`.
  public func register(_ name: String, parameters: [ValueType]) -> Int {
    signatures.append(Signature(name: name, parameters: parameters))
    return signatures.count - 1
  }

  /// The last calls, newest first, each like `graphics.draw_point(1, -2, 3)`.
  public var lastCalls: [String] {
    (0..<min(breadcrumbs.count, Self.depth)).map { age in
      let (function, arguments) = breadcrumbs.call(age: age)
      let signature = signatures[function]
      let texts = signature.parameters.prefix(Self.largestArity).enumerated().map {
        Self.text(arguments[$0.offset], $0.element)
      }
      return "\(signature.name)(\(texts.joined(separator: ", ")))"
    }
  }

  /// Name of the last function called, nil if none was.
  public var lastFunction: String? {
    breadcrumbs.count > 0 ? signatures[breadcrumbs.call(age: 0).function].name : nil
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
