import Console
import Crypto
import Postmortem

/// Which cart something was recorded with: SHA-256 of its module and of its files.
public struct CartIdentity: Codable, Equatable, Sendable {
  /// Of the module, in hexadecimal.
  public var module: String
  /// Of the text `listing`, in hexadecimal; nil for a bare module.
  public var files: String?

  /// The identity of a cart.
  public init(_ cart: Cart) {
    module = Self.sha256(cart.wasm)
    files = cart.files.names.isEmpty ? nil : Self.sha256(Array(Self.listing(of: cart).utf8))
  }

  /// A cart's files as `sha256sum` lists them, in the order of their names; for a bare module the
  /// line of `ID.wasm`.
  public static func listing(of cart: Cart) -> String {
    if cart.files.names.isEmpty { return line(cart.wasm, cart.id + ".wasm") }
    return cart.files.names.map { line(cart.files.read($0) ?? [], $0) }.joined()
  }

  /// `sha256sum` marks names that it had to escape.
  private static func line(_ content: [UInt8], _ name: String) -> String {
    let escaped = name.unicodeScalars.map { scalar in
      switch scalar {
      case "\\": "\\\\"
      case "\n": "\\n"
      case "\r": "\\r"
      default: String(scalar)
      }
    }.joined()
    return (escaped == name ? "" : "\\") + "\(sha256(content))  \(escaped)\n"
  }

  private static func sha256(_ bytes: [UInt8]) -> String {
    hexadecimal(SHA256.hash(data: bytes))
  }
}
