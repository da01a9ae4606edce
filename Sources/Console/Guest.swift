import Engine
import Runtime

/// A running cart: its instance and the callbacks that it exports.
public final class Guest {
  /// The instance.
  public let instance: Instance
  /// The callback that ran last, or runs.
  public private(set) var callback = "start"

  init(_ instance: Instance) {
    self.instance = instance
  }

  /// Whether the cart exports a memory under this name.
  public func exportsMemory(_ name: String) -> Bool {
    instance.export(named: name)?.memory != nil
  }

  /// Calls an exported function without results; does nothing if the cart has none of this name
  /// and type.
  public func call(_ name: String, _ arguments: [Value] = []) throws(Trap) {
    guard let function = instance.export(named: name)?.function,
      function.type == FuncType(parameters: arguments.map(\.type))
    else { return }
    callback = name
    _ = try instance.call(function, arguments)
  }
}
