import Foundation

/// A script of the specification's test suite: commands, and the modules they name.
///
/// Layout: what wabt's `wast2json` writes, with the modules inside as base64.
struct WastScript: Decodable {
  var commands: [Command]
  var files: [String: Data]?

  /// One command; which fields are there depends on `type`.
  struct Command: Decodable {
    var type: String
    var line: Int
    var filename: String?
    var name: String?
    var module: String?
    var `as`: String?
    var action: Action?
    var expected: [Expected]?
    var text: String?
  }

  struct Action: Decodable {
    var type: String
    var module: String?
    var field: String
    var args: [Expected]?
  }

  /// A value given or expected; floats may be a class of NaNs, references may be any.
  struct Expected: Decodable {
    var type: String
    var value: Payload?
    var laneType: String?
    var values: [Expected]?

    enum CodingKeys: String, CodingKey {
      case type, value, values
      case laneType = "lane_type"
    }

    /// A scalar, or the lanes of a vector.
    enum Payload: Decodable {
      case scalar(String)
      case lanes([String])

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let scalar = try? container.decode(String.self) {
          self = .scalar(scalar)
        } else {
          self = .lanes(try container.decode([String].self))
        }
      }
    }

    var scalar: String? { if case .scalar(let text)? = value { text } else { nil } }
  }
}
