/// A JSON object with all of its keys: null stands where there is no value.
///
/// The keys of synthesised conformances are left out with their values; who reads our JSON can rely on
/// each key being there.
public struct JSONObject: Encodable, ExpressibleByDictionaryLiteral {
  private let entries: [(key: String, value: any Encodable)]

  /// An object of these entries.
  public init(dictionaryLiteral entries: (String, any Encodable)...) {
    self.entries = entries.map { (key: $0.0, value: $0.1) }
  }

  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Encodes all entries.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Name.self)
    for entry in entries {
      try container.encode(entry.value, forKey: Name(stringValue: entry.key))
    }
  }
}
