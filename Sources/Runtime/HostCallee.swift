import Engine

/// A host function that wasm was calling, as the calling module knows it.
public struct HostCallee: Sendable, Hashable {
  /// Index in the calling module's function index space; nil if it was called through a table or reference.
  public var functionIndex: Int?
  /// The names of the import, `module.name`, fit to show; nil if it was called through a table or reference.
  public var name: String?

  /// What the instruction at a file offset of a module calls, given that it has called the host.
  ///
  /// Nil if the instruction is no call: others go to the host too, such as `memory.grow`.
  public init?(ofCallAt offset: Int, in module: Module) {
    guard module.bytes.indices.contains(offset) else { return nil }
    switch module.bytes[offset] {
    case Opcode.call:
      var reader = ByteReader(module.bytes, in: offset + 1..<module.bytes.count)
      guard let index = try? reader.unsigned32(), index < module.importedFunctionCount else {
        return nil
      }
      functionIndex = Int(index)
      name = Self.importName(ofFunction: Int(index), in: module)
    case Opcode.callIndirect, Opcode.callRef: break
    default: return nil
    }
  }

  private static func importName(ofFunction index: Int, in module: Module) -> String? {
    var number = 0
    for item in module.imports {
      guard case .function = item.kind else { continue }
      if number == index {
        return String(displaying: item.module) + "." + String(displaying: item.name)
      }
      number += 1
    }
    return nil
  }
}
