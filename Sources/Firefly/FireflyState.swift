import Console
import Engine
import Runtime

/// What a Firefly cart sees of the console, and what its host calls change.
///
/// Only the cart's thread uses it, which the compiler cannot see: host functions are `Sendable`.
final class FireflyState: @unchecked Sendable {
  static let width = 240
  static let height = 160

  let services: ProfileServices
  let files: CartFiles
  /// What outlasts the run.
  let data: CartData
  let screen = Framebuffer(width: width, height: height)
  let audio = AudioGraph()
  let sounds: SoundFiles
  var palette = Palette.sweetie16
  var input = PlayerInput()
  var random: RandomSource
  var request: ProfileRequest?
  var menu = CartMenu()
  /// The cart stands in for the console's menu and has none.
  var isLauncher = false
  /// Something was drawn since the last flush.
  var isDirty = false
  /// A host call ended the running callback in an orderly way.
  var hasEndedCallback = false
  /// The memory exported as `memory`, once the start function has run.
  var memory: GuestMemory?
  private var canvas: CanvasPlace?

  /// Where a canvas lies in the cart's memory; its header is read once.
  private struct CanvasPlace {
    let address: UInt32
    let length: UInt32
    let width: Int
  }

  init(files: CartFiles, services: ProfileServices) {
    self.files = files
    data = CartData(files: files, services: services)
    self.services = services
    sounds = SoundFiles(files)
    random = RandomSource(console: services.options.seed)
  }

  func openMenu() {
    if !isLauncher { menu.open() }
  }

  // MARK: The cart's memory

  /// Bytes to read; valid during the host call.
  func bytes(_ address: UInt32, _ length: UInt32) throws(HostCallError) -> UnsafeRawBufferPointer {
    guard let memory else { throw .noMemory }
    guard let bytes = memory.bytes(at: address, count: length) else { throw .outOfMemory }
    return bytes
  }

  /// Bytes to write; valid during the host call.
  func mutableBytes(
    _ address: UInt32, _ length: UInt32
  ) throws(HostCallError) -> UnsafeMutableRawBufferPointer {
    guard let memory else { throw .noMemory }
    guard let bytes = memory.mutableBytes(at: address, count: length) else { throw .outOfMemory }
    return bytes
  }

  // MARK: Drawing

  /// A palette index.
  func color(_ color: Int32) throws(HostCallError) -> UInt8 {
    guard let index = paletteIndex(color) else { throw .noColor }
    return index
  }

  /// Draws into the canvas if one is set, else into the frame buffer.
  func draw(_ shape: some Shape) throws(HostCallError) {
    guard canvas == nil else { return try drawOnCanvas(shape) }
    shape.draw(into: screen)
    isDirty = true
  }

  /// Apart from the common case, which needs no room for a canvas.
  @inline(never)
  private func drawOnCanvas(_ shape: some Shape) throws(HostCallError) {
    if let canvas = try currentCanvas() { shape.draw(into: canvas) }
  }

  /// Source: firefly.md 3.4: the frame buffer has shortcuts for axis-parallel lines.
  func drawLine(from a: Point, to b: Point, width: Int, color: UInt8) throws(HostCallError) {
    if canvas != nil {
      try draw(ThickLine(start: a, end: b, width: width, color: color))
    } else {
      Firefly.drawLine(from: a, to: b, width: width, color: color, into: screen)
      isDirty = true
    }
  }

  func clear(_ color: UInt8) throws(HostCallError) {
    if let canvas = try currentCanvas() {
      canvas.clear(color)
    } else {
      screen.clear(color)
      isDirty = true
    }
  }

  /// Draws what can only be drawn on the frame buffer.
  func drawOnScreen(_ body: (Framebuffer) throws(HostCallError) -> Void) throws(HostCallError) {
    try body(screen)
    isDirty = true
  }

  /// An image of the cart; refused while a canvas is set.
  func image(_ address: UInt32, _ length: UInt32) throws(HostCallError) -> ImageFormat {
    if canvas != nil { throw .imageOnCanvas }
    return try ImageFormat(bytes(address, length), address: address)
  }

  func setCanvas(_ address: UInt32, _ length: UInt32) throws(HostCallError) {
    let header = try Canvas(mutableBytes(address, length))
    canvas = CanvasPlace(address: address, length: length, width: header.width)
  }

  func unsetCanvas() {
    canvas = nil
  }

  private func currentCanvas() throws(HostCallError) -> Canvas? {
    guard let canvas else { return nil }
    let bytes = try mutableBytes(canvas.address, canvas.length)
    return Canvas(
      width: canvas.width,
      pixels: UnsafeMutableRawBufferPointer(rebasing: bytes[ImageFormat.headerSize...]))
  }
}
