/// Why a host call was refused; the cart goes on.
///
/// Source: firefly.md section 2; the texts are those of the official console.
struct HostCallError: Error, Equatable {
  let message: String
  /// The call does not return: the cart asked to be ended at once.
  let endsCallback: Bool

  init(_ message: String, endsCallback: Bool = false) {
    self.message = message
    self.endsCallback = endsCallback
  }

  static let noMemory = HostCallError("memory not found")
  static let outOfMemory = HostCallError("buffer points out of memory")
  static let noColor = HostCallError("color is None (0)")
  static let invalidWidth = HostCallError("the image has invalid width")
  static let imageOnCanvas = HostCallError("images cannot be drawn on canvas yet")
  static let invalidText = HostCallError("text is not valid UTF-8")
  static let invalidMenuItem = HostCallError("menu item name is not valid UTF-8")
  static let fileNotFound = HostCallError("not found")
  static let fileSizeMismatch = HostCallError("buffer size for file does not match file size")
  static let invalidFileName = HostCallError("file name is not valid UTF-8")
  static let romFile = HostCallError("files in the app ROM cannot be modified")
  static let cannotWrite = HostCallError("cannot write file")
  static let noStats = HostCallError("the app doesn't have stats file")
  static let valueTooBig = HostCallError("the value is too big")
  /// There is no such hardware.
  static let unsupported = HostCallError("unsupported")
  static let invalidID = HostCallError("ID is not valid UTF-8")
  static let exit = HostCallError("exit", endsCallback: true)
}
