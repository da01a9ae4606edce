import Foundation
import Testing

/// Modules for the tests of verbs, as what wabt makes of the text beside them.
enum TestModules {
  /// ```
  /// (module
  ///   (memory (export "memory") 1)
  ///   (global $count (export "count") (mut i32) (i32.const 0))
  ///   (func (export "add") (param i32 i32) (result i32)
  ///     local.get 0 local.get 1 i32.add)
  ///   (func (export "echo") (param i64 f32 f64) (result i64 f32 f64)
  ///     local.get 0 local.get 1 local.get 2)
  ///   (func (export "next") (result i32)
  ///     global.get $count i32.const 1 i32.add global.set $count global.get $count)
  ///   (func $divide (param i32 i32) (result i32) local.get 0 local.get 1 i32.div_s)
  ///   (func (export "ratio") (param i32 i32) (result i32)
  ///     local.get 0 local.get 1 call $divide)
  ///   (func (export "-7") (result i32) i32.const -7)
  ///   (func (export "forever") (loop br 0)))
  /// ```
  static let arithmetic = bytes(
    """
    AGFzbQEAAAABFwRgAn9/AX9gA359fAN+fXxgAAF/YAAAAwgHAAECAAACAwUDAQABBgYBfwFBAAsHPQgGbWVtb3J5Ag\
    AFY291bnQDAANhZGQAAARlY2hvAAEEbmV4dAACBXJhdGlvAAQCLTcABQdmb3JldmVyAAYKPAcHACAAIAFqCwgAIAAg\
    ASACCwsAIwBBAWokACMACwcAIAAgAW0LCAAgACABEAMLBABBeQsHAANADAALCwArBG5hbWUBCQEDBmRpdmlkZQIPBw\
    AAAQACAAMABAAFAAYABwgBAAVjb3VudA==
    """)

  /// A module with an import:
  /// `(module (import "env" "tick" (func (result i32))) (func (export "run") (result i32) call 0))`.
  static let importing = bytes(
    """
    AGFzbQEAAAABBQFgAAF/AgwBA2VudgR0aWNrAAADAgEABwcBA3J1bgABCgYBBAAQAAs=
    """)

  /// ```
  /// (module (import "fuzzing-support" "log-f32" (func $log (param f32)))
  ///   (memory (export "memory") 1)
  ///   (global (export "g") (mut i64) (i64.const 5))
  ///   (func (export "f") (param f64) (result f32) (local f32)
  ///     local.get 0 f32.demote_f64 local.tee 1 call $log
  ///     i32.const 8 local.get 1 f32.store local.get 1))
  /// ```
  static let logging = bytes(
    """
    AGFzbQEAAAABCgJgAX0AYAF8AX0CGwEPZnV6emluZy1zdXBwb3J0B2xvZy1mMzIAAAMCAQEFAwEAAQYGAX4BQgULBxID\
    Bm1lbW9yeQIAAWcDAAFmAAEKFgEUAQF9IAC2IgEQAEEIIAE4AgAgAQs=
    """)

  private static func bytes(_ base64: String) -> [UInt8] {
    Data(base64Encoded: base64).map { [UInt8]($0) } ?? []
  }

  /// Runs `body` with the path of a file that holds `bytes`.
  static func withFile<Result>(
    _ bytes: [UInt8], _ body: (String) throws -> Result
  ) throws -> Result {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("glowjar-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("module.wasm")
    try Data(bytes).write(to: file)
    return try body(file.path)
  }
}
