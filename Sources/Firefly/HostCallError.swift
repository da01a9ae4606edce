/// Why a host call was refused; the cart goes on.
///
/// Source: firefly.md section 2; the texts are those of the official console.
struct HostCallError: Error, Equatable {
  let message: String

  init(_ message: String) {
    self.message = message
  }

  static let noMemory = HostCallError("memory not found")
  static let outOfMemory = HostCallError("buffer points out of memory")
  static let noColor = HostCallError("color is None (0)")
  static let invalidWidth = HostCallError("the image has invalid width")
  static let invalidText = HostCallError("text is not valid UTF-8")
  static let fileNotFound = HostCallError("file not found")
  static let fileSizeMismatch = HostCallError("buffer size for file does not match file size")
  static let invalidFileName = HostCallError("file name is not valid UTF-8")
}
