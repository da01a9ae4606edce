import Engine
import Foundation

/// A script of the specification's test suite, as `../shared/spec/README.md` describes its layout.
public struct SpecScript: Decodable {
  /// One command; which fields are there depends on `type`.
  struct Command: Decodable {
    var type: String
    var line: Int
    var filename: String?
    var name: String?
    var `as`: String?
    var action: Action?
    var expected: [Datum]?
    var text: String?
  }

  struct Action: Decodable {
    var type: String
    var module: String?
    var field: String
    var args: [Datum]?
  }

  /// A value given or expected.
  struct Datum: Decodable {
    var type: String
    /// Unsigned decimal bits, a class of NaNs, or `null`; absent where any reference will do.
    var value: String?
    /// The lanes of a vector, and the type of each.
    var lanes: [String]?
    var laneType: String?

    enum CodingKeys: String, CodingKey {
      case type, value
      case laneType = "lane_type"
    }

    init(type: String, value: String) {
      self.type = type
      self.value = value
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      type = try container.decode(String.self, forKey: .type)
      laneType = try container.decodeIfPresent(String.self, forKey: .laneType)
      lanes = try? container.decodeIfPresent([String].self, forKey: .value)
      value = try? container.decodeIfPresent(String.self, forKey: .value)
    }

    private var laneBits: Int { laneType.flatMap { Int($0.dropFirst()) } ?? 0 }

    private var vector: PlainValue? {
      guard let lanes, laneBits * lanes.count == 128 else { return nil }
      let bits = lanes.compactMap { UInt128($0) }
      guard bits.count == lanes.count else { return nil }
      return PlainValue(vector: bits.reversed().reduce(0) { $0 << UInt128(laneBits) | $1 })
    }

    /// Whether the lanes of a vector are what is expected, each by itself.
    private func lanesMatch(_ found: PlainValue) -> Bool {
      guard found.type == .v128, let lanes, laneBits * lanes.count == 128 else { return false }
      return lanes.enumerated().allSatisfy { (index, text) in
        let type: ValueType = laneType == "f32" ? .f32 : laneType == "f64" ? .f64 : .i64
        let mask: UInt64 = .max >> UInt64(64 - laneBits)
        let bits = UInt64(truncatingIfNeeded: found.vector >> UInt128(index * laneBits)) & mask
        if let exact = UInt64(text) { return exact == bits }
        return Datum(type: "\(type)", value: text).matches(PlainValue(type, bits))
      }
    }

    /// The value, nil if it names a class of values.
    var exact: PlainValue? {
      switch (type, value) {
      case ("i32", let text?): UInt64(text).map { PlainValue(.i32, $0) }
      case ("i64", let text?): UInt64(text).map { PlainValue(.i64, $0) }
      case ("f32", let text?): UInt64(text).map { PlainValue(.f32, $0) }
      case ("f64", let text?): UInt64(text).map { PlainValue(.f64, $0) }
      case ("externref", "null"): .zero(.externref)
      case ("externref", let text?): UInt64(text).map { PlainValue(.externref, $0 + 1) }
      case ("funcref", "null"): .zero(.funcref)
      case ("v128", _): vector
      default: nil
      }
    }

    /// Whether a value is what is expected.
    func matches(_ found: PlainValue) -> Bool {
      if type == "v128" { return lanesMatch(found) }
      if let exact { return exact == found }
      switch (type, value) {
      case ("f32", "nan:canonical"): return found.bits & 0x7FFF_FFFF == 0x7FC0_0000
      case ("f32", "nan:arithmetic"): return found.bits & 0x7FC0_0000 == 0x7FC0_0000
      case ("f64", "nan:canonical"): return found.bits & ~(1 << 63) == 0x7FF8 << 48
      case ("f64", "nan:arithmetic"): return found.bits & 0x7FF8 << 48 == 0x7FF8 << 48
      case ("funcref", nil), ("externref", nil): return found.bits != 0
      default: return false
      }
    }
  }

  var commands: [Command]
  var files: [String: Data]?

  /// The modules in it, by name.
  public var modules: [(name: String, bytes: [UInt8])] {
    (files ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, [UInt8]($0.value)) }
  }

  /// Reads a script.
  public init(contentsOf file: URL) throws {
    self = try JSONDecoder().decode(SpecScript.self, from: Data(contentsOf: file))
  }
}

/// Where the suite lies: in `../shared` beside the repository, or where GLOWJAR_SHARED points to.
public enum SpecFolder {
  private static let root: URL = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let shared =
      ProcessInfo.processInfo.environment["GLOWJAR_SHARED"].map { URL(fileURLWithPath: $0) }
      ?? root.deletingLastPathComponent().appendingPathComponent("shared")
    return shared.appendingPathComponent("spec")
  }()

  private static func names(_ version: String) -> [String] {
    let folder = root.appendingPathComponent(version)
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".json") && $0 != "INDEX.json" }
      .map { String($0.dropLast(5)) }.sorted()
  }

  /// The scripts of WebAssembly 2.0 by name.
  public static let scripts = names("wasm-2.0")

  /// The scripts of WebAssembly 3.0 that differ from those of 2.0, by name.
  public static let thirdScripts = names("wasm-3.0")

  /// Reads a script of WebAssembly 2.0 by name.
  public static func script(_ name: String) throws -> SpecScript {
    try SpecScript(contentsOf: root.appendingPathComponent("wasm-2.0/\(name).json"))
  }

  /// Reads a script of WebAssembly 3.0 by name.
  public static func thirdScript(_ name: String) throws -> SpecScript {
    try SpecScript(contentsOf: root.appendingPathComponent("wasm-3.0/\(name).json"))
  }
}
