/// What a cart's build left out of it, as far as a backtrace misses it.
public enum BuildHint {
  /// The reason why functions have no names, and the flags that keep them.
  ///
  /// - Parameters:
  ///   - hasNames: Whether the module has a readable name section.
  ///   - producers: The raw `producers` custom section, if there is one; searched for the
  ///     compiler's name only.
  /// - Returns: A sentence for the report; nil if nothing is missing.
  public static func missingNames(hasNames: Bool, producers: [UInt8]?) -> String? {
    guard !hasNames else { return nil }
    let text = producers.map { String(decoding: $0.prefix(4096), as: UTF8.self) } ?? ""
    let advice = advices.first { text.contains($0.producer) }?.advice
    return "Functions show as numbers because the cart has no name section. Build it with "
      + (advice ?? advices.map(\.advice).joined(separator: "; ")) + "."
  }

  private static let advices: [(producer: String, advice: String)] = [
    ("rustc", "rustc -g, and strip = \"none\" in cargo's profile"),
    ("swift", "swiftc -g, without -Xlinker --strip-all"),
    ("zig", "zig without -fstrip"),
    ("clang", "clang -g --no-wasm-opt, without -s or --strip-all"),
    ("firefly", "firefly build --no-strip"),
  ]
}
