import Testing

@testable import Postmortem

@Suite("Whose code a function is")
struct OriginTests {
  @Test(
    "Files of the libraries of each language are not the author's",
    arguments: [
      "/usr/src/rustc-1.63.0/library/panic_abort/src/lib.rs",
      "/rustc/90b35a6239c3d8bdabc530a6a0816f7ff89a0aaf/library/std/src/panicking.rs",
      "cart/.cargo/registry/src/index.crates.io-6f17/tiny-skia-0.11/src/lib.rs",
      "wasisdk://v29.0/build/sysroot/wasi-libc-wasm32-wasi/dlmalloc/src/malloc.c",
      "/opt/zig/lib/std/debug.zig", "/<compiler-generated>",
    ])
  func library(file: String) {
    var origin = Origin()
    for _ in 0..<2 { #expect(origin.of(function: "f", readable: "f", file: file) == .runtime) }
    #expect(origin.of(function: "f", readable: "specialized f", file: file) == .own)
  }

  @Test(
    "Files of an author are, also in a folder named like a library's",
    arguments: ["/cart/main.rs", "src/library/core.rs", "/games/std/lib.c", ""])
  func author(file: String) {
    var origin = Origin()
    #expect(origin.of(function: "f", readable: "f", file: file) == .own)
  }

  @Test(
    "Without a file the name tells",
    arguments: [
      ("panic_abort::__rust_start_panic::abort", true), ("core::panicking::panic", true),
      ("__wasilibc_populate_preopens", true), ("__wasi_fd_write", true), ("dlfree", true),
      ("__main_void", true), ("main", false), ("__original_main", false), ("corelation", false),
      ("free_slot", false),
    ])
  func name(name: String, isLibrary: Bool) {
    var origin = Origin()
    #expect(
      origin.of(function: name, readable: name, file: nil) == (isLibrary ? .runtime : .own))
  }
}
