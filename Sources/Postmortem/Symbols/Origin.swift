/// Tells the author's functions from those that a compiler or its library brought along.
struct Origin {
  /// What was found out of files: there are few, and each has many functions.
  private var knownFiles: [String: Bool] = [:]

  /// Whose code a function is.
  ///
  /// - Parameters:
  ///   - function: The name as it stands in the module; nil if it has none.
  ///   - readable: The demangled name.
  ///   - file: The path of its source; nil if it is not known.
  mutating func of(
    function: String?, readable: String, file: String?
  ) -> ReportFunction.Origin {
    // Copies of an author's generic function for some types have no file.
    if let file, isLibrary(file), !readable.hasPrefix("specialized ") { return .runtime }
    guard let function else { return .own }
    if Self.exactNames.contains(function) { return .runtime }
    if Self.namePrefixes.contains(where: { function.hasPrefix($0) }) { return .runtime }
    // A path of a library's trait or type: `<T as core::fmt::Debug>::fmt` is an author's if T is.
    if Self.readablePrefixes.contains(where: { readable.hasPrefix($0) }) { return .runtime }
    return Self.isSwiftLibrary(function) ? .runtime : .own
  }

  private mutating func isLibrary(_ file: String) -> Bool {
    if let known = knownFiles[file] { return known }
    let result =
      file.hasSuffix("<compiler-generated>")
      || Array(file.utf8).withUnsafeBufferPointer { path in
        Self.fileParts.contains { Self.contains($0, in: path) }
      }
    // A bound for those who ask for every instruction.
    if knownFiles.count >= 4096 { knownFiles.removeAll() }
    knownFiles[file] = result
    return result
  }

  private static func contains(_ part: [UInt8], in path: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = part.first, part.count <= path.count else { return false }
    return (0...path.count - part.count).contains { start in
      path[start] == first && path[start..<start + part.count].elementsEqual(part)
    }
  }

  /// Whether a mangled name belongs to a module of Swift's own, specialised or not: `s`, or `S` and
  /// the letter of a type, and not an extension of such a type in another module.
  private static func isSwiftLibrary(_ function: String) -> Bool {
    guard function.hasPrefix("$s") || function.hasPrefix("$e") else { return false }
    var rest = Array(function.utf8.dropFirst(2))[...]
    if let module = identifier(&rest) { return swiftModules.contains(module) }
    guard let first = rest.popFirst() else { return false }
    if first == UInt8(ascii: "s") { return true }
    guard first == UInt8(ascii: "S"), let type = rest.popFirst() else { return false }
    // The types of concurrency have two letters.
    if type == UInt8(ascii: "c") { rest = rest.dropFirst() }
    return !isExtension(rest)
  }

  /// Whether what follows a type is an extension in another module: the module's name, perhaps
  /// requirements that end with `l`, and `E`. (`XE` is a function type, other letters E are names'.)
  private static func isExtension(_ name: ArraySlice<UInt8>) -> Bool {
    var rest = name
    guard let module = identifier(&rest), !swiftModules.contains(module) else { return false }
    var last = UInt8(ascii: "l")
    while let next = rest.first {
      if identifier(&rest) != nil {
        last = 0
        continue
      }
      if next == UInt8(ascii: "E"), last == UInt8(ascii: "l") { return true }
      last = next
      rest = rest.dropFirst()
    }
    return false
  }

  /// Takes an identifier, which is its length and its letters; those with abbreviated words are not
  /// followed any further.
  private static func identifier(_ rest: inout ArraySlice<UInt8>) -> String? {
    let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard let first = digits.first else { return nil }
    guard first != UInt8(ascii: "0"), let length = Int(String(decoding: digits, as: UTF8.self))
    else {
      rest = []
      return ""
    }
    let letters = rest.dropFirst(digits.count).prefix(length)
    rest = rest[letters.endIndex...]
    return String(decoding: letters, as: UTF8.self)
  }

  private static let swiftModules: Set<String> = [
    "_Concurrency", "_StringProcessing", "_RegexParser", "_Differentiation", "Synchronization",
    "Distributed", "Observation",
  ]

  private static let fileParts = [
    "/rustc/", "/rustlib/", "/library/core/src/", "/library/std/src/", "/library/alloc/src/",
    "/library/panic_abort/src/", "/library/panic_unwind/src/", "/library/compiler-builtins/",
    "/stdarch/crates/", "/.cargo/registry/src/", "/lib/zig/", "/zig/lib/", "/lib/std/",
    "/lib/compiler_rt/", "/ziglang/lib/", "/wasi-libc/", "/wasi-libc-", "wasisdk://",
    "/libc-top-half/", "/libc-bottom-half/", "/wasi-sysroot/", "/libcxx/", "/libcxxabi/",
    "/compiler-rt/", "/include/c++/",
    "/swift/stdlib/", "/stdlib/public/", ".swiftinterface", "/tinygo/src/runtime/",
  ].map { Array($0.utf8) }

  private static let exactNames: Set<String> = [
    "abort", "__assert_fail", "__assert_func", "__assert_rtn", "__assert",
    "exit", "_exit", "_Exit", "raise", "malloc", "calloc", "realloc", "free", "dlmalloc", "dlfree",
    "dlrealloc", "posix_memalign", "aligned_alloc", "memcpy", "memmove", "memset", "memcmp",
    "strlen", "strcpy", "strncpy", "strcmp", "strncmp", "strcat", "strchr", "printf", "fprintf",
    "vfprintf", "snprintf", "vsnprintf", "puts", "fputs", "fwrite", "qsort", "_start",
    "__main_void", "__wasm_call_ctors", "__wasm_call_dtors", "__wasm_init_memory",
    "__stack_chk_fail",
    "rust_begin_unwind", "rust_panic", "undefined_stub", "signature_mismatch", "runtime.abort",
    "runtime._panic", "runtime.runtimePanic", "runtime.nilPanic", "runtime.lookupPanic",
    "runtime.slicePanic", "runtime.divideByZeroPanic",
  ]

  private static let namePrefixes = [
    "Swift runtime failure: ", "swift_", "_swift_", "__rust_", "__rg_", "__rdl_", "__cxa_",
    "__libc_", "__imported_wasi_", "__wasi_", "__wasilibc_",
    "builtin.default_panic", "builtin.panic", "debug.panic", "debug.defaultPanic", "debug.no_panic",
    "debug.simple_panic", "debug.FullPanic",
    "debug.assert", "compiler_rt.", "_ZSt", "_ZNSt", "_ZNKSt",
  ]

  private static let readablePrefixes = [
    "core::", "std::", "alloc::", "<core::", "<std::", "<alloc::", "compiler_builtins::",
    "panic_abort::", "panic_unwind::",
    "<&T as core::", "<dyn core::",
  ]
}
