import Foundation

/// What another engine made of random modules: the layout of the fuzzing oracle's `expected.json`.
struct FuzzExpectation: Decodable {
  var modules: [Module]

  /// One module and all that could be seen of its run.
  struct Module: Decodable {
    var seed: Int
    /// File name in the same folder.
    var file: String
    /// The kind of the trap that instantiation ended in; without it the other fields are there.
    var instantiate: String?
    var calls: [Call]
    /// The first exported memory at the end.
    var memories: [Memory]?
    /// The exported globals at the end.
    var globals: [Global]?
    /// The host calls.
    var logs: Logs?
  }

  struct Call: Decodable {
    var export: String
    var args: [TypedText]
    var result: [TypedText]?
    /// The kind of the trap that the call ended in.
    var trap: String?
  }

  /// A value: unsigned decimal bits, or `null` or `some` for references.
  struct TypedText: Decodable {
    var type: String
    var value: String
  }

  struct Memory: Decodable {
    var pages: UInt64
    var crc32: UInt32
  }

  struct Global: Decodable {
    var export: String
    var type: String
    var value: String
  }

  /// Host calls in order: how many, and the checksum of their lines.
  struct Logs: Decodable, Equatable {
    var count: Int
    var crc32: UInt32
  }
}

/// Damaged modules and whether they are still valid: the layout of the oracle's second stream.
struct DamagedModules: Decodable {
  var modules: [Module]

  struct Module: Decodable {
    var id: Int
    /// What was done to it.
    var kind: String
    var verdict: Verdict
    var bytes: Data
  }

  enum Verdict: String, Decodable {
    case valid
    case invalid
  }
}
