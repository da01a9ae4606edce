import Foundation

/// Prints a value as one JSON document on stdout: keys sorted, the same in every locale.
func printJSON(_ value: some Encodable) throws(Failure) {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
  do {
    FileHandle.standardOutput.write(try encoder.encode(value) + Data("\n".utf8))
  } catch {
    throw .internalError("JSON", "\(error)")
  }
}
