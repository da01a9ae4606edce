import CMachine
import Engine

/// An exception that has left a call into wasm.
public struct UncaughtException: Sendable, CustomStringConvertible {
  /// What it carries.
  public var values: [Value]
  /// The name under which the throwing module imports or exports the tag, fit to show.
  public var tagName: String?
  /// The exception itself.
  public var reference: ExceptionReference

  init(
    _ exception: UnsafeMutablePointer<vm_exception>,
    thrownBy context: UnsafeMutablePointer<vm_context>?, in store: Store
  ) {
    reference = ExceptionReference(exception)
    values = reference.values
    guard let context, let record = store.record(ofContext: UInt(bitPattern: context)) else {
      return
    }
    let module = record.compiled.module
    let index = module.tags.indices.first {
      UnsafePointer(context.pointee.tags[$0]) == exception.pointee.tag
    }
    tagName = index.flatMap { module.tagName($0) }
  }

  /// The kind, the tag and the values, such as `uncaught exception error(i32 5)`.
  public var description: String {
    let name = tagName.map { " " + $0 } ?? ""
    let list = values.map { "\($0.type) \($0.number)" }.joined(separator: ", ")
    return TrapKind.uncaughtException.message + name + (values.isEmpty ? "" : "(\(list))")
  }
}

extension Value {
  /// Integers signed, floats in decimal, references by what they are.
  fileprivate var number: String {
    switch self {
    case .i32(let bits): "\(Int32(bitPattern: bits))"
    case .i64(let bits): "\(Int64(bitPattern: bits))"
    case .f32(let bits): "\(Float(bitPattern: bits))"
    case .f64(let bits): "\(Double(bitPattern: bits))"
    case .v128(let bits): Value.text(of: bits)
    case .funcref(nil), .externref(nil), .exnref(nil): "null"
    case .externref(let number?): "\(number)"
    case .funcref, .exnref: "reference"
    }
  }
}

extension Module {
  /// A name of a tag: as it is imported, or else exported.
  func tagName(_ index: Int) -> String? {
    var number = 0
    for item in imports {
      guard case .tag = item.kind else { continue }
      if number == index { return String(displaying: item.name) }
      number += 1
    }
    return exports.first { $0.kind == .tag && $0.index == index }
      .map { String(displaying: $0.name) }
  }
}
