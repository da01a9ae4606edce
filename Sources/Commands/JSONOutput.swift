import Foundation

/// Prints a value as one JSON document on stdout: keys sorted, the same in every locale.
func printJSON(_ value: some Encodable) throws(Failure) {
  FileHandle.standardOutput.write(Data(try jsonText(value).utf8))
}

/// A value as one JSON document with a line end: keys sorted, the same in every locale.
func jsonText(_ value: some Encodable) throws(Failure) -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
  do {
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
  } catch {
    throw .internalError("JSON", "\(error)")
  }
}
