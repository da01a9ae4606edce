import Foundation
import Postmortem

/// The folder that keeps debug information of stripped carts, by the SHA-256 of their code:
/// `HASH.wasm`.
///
/// Source: product.md A2. The folder is made with mode 0700, files with 0600. Names are made of
/// hashes alone, so that nothing outside the folder can be meant.
struct SymbolStore {
  /// A file of the store.
  struct Entry: Encodable {
    /// SHA-256 of the code section's content, in hexadecimal digits.
    var code: String
    /// Bytes of the file.
    var bytes: Int
    /// Content of the section `build_id`, in hexadecimal digits; empty without one.
    var buildID: String
    /// When it was added.
    var added: Date
    /// Path of the file.
    var path: String
  }

  /// Path of the folder.
  let root: String

  /// Below `$XDG_DATA_HOME`, or `~/.local/share` where that is not set to an absolute path; nil
  /// without a home.
  static func standard(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> SymbolStore? {
    dataFolder(environment: environment).map { SymbolStore(root: $0 + "/symbols") }
  }

  /// What is kept, in the order of the hashes.
  func entries() -> [Entry] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    return names.filter(Self.isName).sorted().compactMap { name in
      let path = root + "/" + name
      guard let file = PlainFile(path) else { return nil }
      return Entry(
        code: String(name.dropLast(5)), bytes: file.size,
        buildID: hexadecimal(file.customSection(named: "build_id") ?? []),
        added: Date(timeIntervalSince1970: Double(file.modified)), path: path)
    }
  }

  /// The path of the file for a code section, whether it is there or not.
  func path(forCode hash: [UInt8]) -> String { root + "/" + hexadecimal(hash) + ".wasm" }

  /// Keeps a copy of a file, in place of what was kept for the same code.
  ///
  /// - Parameters:
  ///   - bytes: The file.
  ///   - source: What an error calls it.
  func add(_ bytes: [UInt8], from source: String) throws(Failure) -> String {
    guard let identity = ModuleIdentity(bytes) else {
      throw .badData(source, "not a WebAssembly module")
    }
    guard let hash = identity.codeHash else {
      throw .badData(source, "no code section, by which its cart could be found")
    }
    guard identity.hasDebugInfo || identity.hasNames else {
      throw .badData(source, "neither debug information nor names: nothing to keep")
    }
    let path = path(forCode: hash)
    do throws(CrashFolder.Failure) {
      try CrashFolder.makeFolders(root)
      try CrashFolder.writeFile(path) { sink throws(CrashFolder.Failure) in
        try bytes.span.withUnsafeBytes { buffer throws(CrashFolder.Failure) in try sink(buffer) }
      }
    } catch {
      throw Failure(status: .cannotCreate, what: source, why: error.reason)
    }
    return path
  }

  /// Removes what is kept for one code section.
  ///
  /// - Parameter key: The first eight digits of its hash or more.
  /// - Returns: Path of the file that is gone.
  func remove(_ key: String) throws(Failure) -> String {
    let key = key.lowercased()
    guard key.count >= 8, key.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
      throw .usage(key, "neither a file nor the first eight digits of a hash")
    }
    let found = entries().filter { $0.code.hasPrefix(key) }
    guard let entry = found.first else { throw .missingInput(key, "not in the symbol store") }
    guard found.count == 1 else { throw .usage(key, "\(found.count) hashes begin with it") }
    guard unlink(entry.path) == 0 else {
      throw Failure(
        status: .inputOutput, what: entry.path, why: String(cString: strerror(errno)).lowercased())
    }
    return entry.path
  }

  private static func isName(_ name: String) -> Bool {
    name.wholeMatch(of: #/[0-9a-f]{64}\.wasm/#) != nil
  }
}

/// The folder for what a user has installed: `$XDG_DATA_HOME/glowjar`.
func dataFolder(
  environment: [String: String] = ProcessInfo.processInfo.environment
) -> String? {
  BaseFolder.data.path(environment)
}
