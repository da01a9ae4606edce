/// How a piece of code was compiled: for those who tell why something is missing.
public struct Compilation: Sendable, Hashable {
  /// The compiler, in its own words.
  public var producer: String?
  /// The code of the source language (DWARF 5, 7.12, and later additions); 0 if it does not tell.
  public var language: Int
  /// The main source file.
  public var sourceFile: String?
  /// The folder the compiler ran in.
  public var folder: String?
  /// Whether most of the debug information was put in another file (`-gsplit-dwarf`), so that there
  /// are lines, but neither inlined functions nor variables.
  public var isSplit: Bool
}

extension DebugReader {
  /// The compilation that an address belongs to.
  func compilation(at address: UInt32) -> Compilation? {
    var compilation: Compilation?
    find(address) { unit, _ in
      let root = root(of: unit)
      compilation = Compilation(
        producer: text(root.producer, in: unit), language: Int(clamping: root.language),
        sourceFile: text(root.name, in: unit), folder: text(root.compilationFolder, in: unit),
        isSplit: root.isSkeleton)
      return true
    }
    return compilation
  }
}

extension DebugInfo {
  /// How the instruction at an offset was compiled; nil if the debug information does not cover it.
  public func compilation(atCodeOffset offset: Int) -> Compilation? {
    guard let address = UInt32(exactly: offset) else { return nil }
    return ask { $0.compilation(at: address) }
  }
}

extension DebugReader {
  /// Whether the unit that an address belongs to describes variables or types at all.
  func hasVariables(at address: UInt32) -> Bool {
    var result = false
    find(address) { unit, _ in
      // Not variables: with lines only, clang describes the tables of virtual functions.
      result = abbreviations(of: unit).contains([Tag.formalParameter, Tag.baseType])
      return true
    }
    return result
  }
}

extension DebugInfo {
  /// Whether the debug information at an offset is more than lines and functions: compiled with
  /// `-gline-tables-only` or the like it is not.
  public func hasVariables(atCodeOffset offset: Int) -> Bool {
    guard let address = UInt32(exactly: offset) else { return false }
    return ask { $0.hasVariables(at: address) }
  }
}
