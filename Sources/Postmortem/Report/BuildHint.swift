/// How a cart is to be built so that nothing is missing from its crash reports.
public enum BuildHint {
  /// The compiler that made a module, as far as it matters for flags.
  public struct Producer: Sendable {
    /// A row of the table, if the compiler is in it.
    fileprivate var row: Row?

    /// The one that a `producers` custom section names; searched for names only.
    public init(producers: [UInt8]?) {
      let text = producers.map { String(decoding: $0.prefix(4096), as: UTF8.self) } ?? ""
      row = BuildHint.rows.first { text.contains($0.mark) }
    }

    /// The one that debug information names.
    public init(compiler: String) {
      row = BuildHint.rows.first { compiler.prefix(4096).contains($0.mark) }
    }
  }

  fileprivate struct Row: Sendable {
    /// What the compiler's name is found by.
    var mark: String
    /// Flags that keep names.
    var names: String
    /// Flags that make full debug information.
    var debugInfo: String
  }

  /// The reason why functions have no names, and the flags that keep them.
  ///
  /// - Parameters:
  ///   - hasNames: Whether the module has a readable name section.
  ///   - producer: The compiler.
  /// - Returns: A sentence for the report; nil if nothing is missing.
  public static func missingNames(hasNames: Bool, _ producer: Producer) -> String? {
    guard !hasNames else { return nil }
    return
      "Functions have numbers, or the names of exports, because the cart has no name section. Build it with "
      + (producer.row?.names ?? rows.map(\.names).joined(separator: "; ")) + "."
  }

  /// The reason why there are no source lines, and the flags that add them.
  static func missingDebugInfo(_ producer: Producer) -> String {
    "Source lines and variables are missing because the cart has no debug information. "
      + advice(producer)
  }

  /// The flags that add debug information, as a sentence.
  static func advice(_ producer: Producer) -> String {
    "Build it with " + (producer.row?.debugInfo ?? rows.map(\.debugInfo).joined(separator: "; "))
      + "."
  }

  /// The flags that add variables where there are lines, as a sentence.
  static func variables(_ producer: Producer) -> String {
    guard let row = producer.row else { return "Build it with full debug information (-g)." }
    return "Build it with \(row.debugInfo), not with line tables only."
  }

  // In the order in which they are looked for: a Swift module names clang too, a clang may be from swiftlang.
  fileprivate static let rows = [
    Row(
      mark: "rustc", names: "rustc -g, and strip = \"none\" in cargo's profile",
      debugInfo: "debug = true and strip = \"none\" in cargo's profile (rustc -g)"),
    Row(
      mark: "TinyGo", names: "tinygo without -no-debug", debugInfo: "tinygo without -no-debug"),
    Row(
      mark: "Swift", names: "swiftc -g, without -Xlinker --strip-all",
      debugInfo: "swiftc -g, without -Xlinker --strip-all or --strip-debug"),
    Row(mark: "zig", names: "zig without -fstrip", debugInfo: "zig without -fstrip"),
    Row(
      mark: "clang", names: "clang -g --no-wasm-opt, without -s or --strip-all",
      debugInfo: "clang -g --no-wasm-opt, without -s or --strip-debug"),
    Row(
      mark: "firefly", names: "firefly build --no-strip", debugInfo: "firefly build --no-strip"),
  ]
}
