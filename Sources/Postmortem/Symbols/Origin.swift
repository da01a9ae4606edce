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

  /// Whether a mangled name belongs to the module `Swift`: `s`, or `S` and the letter of a type, and
  /// not an extension of such a type in another module, whose name comes next.
  private static func isSwiftLibrary(_ function: String) -> Bool {
    guard function.hasPrefix("$s") || function.hasPrefix("$e") else { return false }
    let rest = function.utf8.dropFirst(2)
    guard let first = rest.first else { return false }
    if first == UInt8(ascii: "s") { return true }
    guard first == UInt8(ascii: "S"), rest.count > 2 else { return false }
    let digits: ClosedRange<UInt8> = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard digits.contains(rest[rest.index(rest.startIndex, offsetBy: 2)]) else { return true }
    // `Sa4mainE...`: an extension tells its module and then E.
    return !function.utf8.contains(UInt8(ascii: "E"))
  }

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
