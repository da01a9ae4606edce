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

  @Test(
    "Swift's functions are not the author's, specialised for an author's type or not",
    arguments: [
      // An array's index check, for Int32, for a type whose name has an E, and of a mutation.
      ("$eSa22_checkSubscript_mutatingyySiFs5Int32V_Tg5", true),
      ("$eSa22_checkSubscript_mutatingyySiF4main5EnemyV_Tg5", true),
      ("$sSa15_checkSubscript_20wasNativeTypeCheckeds16_DependenceTokenVSi_SbtFSS_Tg5", true),
      // Closures in generic functions: with function types, which end with XE.
      ("$eSa39withContiguousMutableStorageIfAvailableyqd__Sgqd__SryxGzKXEKlFs5Int32V_ytTg5", true),
      ("$eSMsSkRzrlE4sort2byySb7ElementSTQz_ADtKXE_tKFSays5Int32VG_Tg5", true),
      ("$es17_assertionFailure__4file4line5flagss5NeverOs12StaticStringV_A2HSus6UInt32VtF", true),
      ("$sScA12_ConcurrencyE13assumeIsolatedyyF", true),
      ("$s15Synchronization5MutexVAARi_zrlE4lockyyF", true),
      // An author's function, extensions of Swift's types, with and without requirements.
      ("$e4main4mostyxx_xSbx_xtXEtSLRzlFs5Int32V_Tg5", false),
      ("$sSa4mainE5thirdxvg", false), ("$sSa4mainSiRszlE5totalSivg", false),
      ("$sSa4mainSiRszlE5totalSivgTf4g_n", false), ("$sSi4mainE7doubledSivg", false),
      ("$s", false), ("$sS", false), ("$sSa", true), ("$s9999999999999999999999main", false),
      ("$sSa9223372036854775807main", true),
    ])
  func swift(name: String, isLibrary: Bool) {
    var origin = Origin()
    let expected: ReportFunction.Origin = isLibrary ? .runtime : .own
    for file in [nil, "/<compiler-generated>"] {
      #expect(origin.of(function: name, readable: "specialized f", file: file) == expected)
    }
    // What the compiler made of its own accord is nobody's.
    #expect(
      origin.of(function: name, readable: "partial apply for f", file: "/<compiler-generated>")
        == .runtime)
  }
}
