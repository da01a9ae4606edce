import Console
import Engine
import Postmortem
import Runtime

/// Firefly Zero: 240x160 pixels in 16 colours, one pad and four buttons.
///
/// Source: firefly.md section 1.
public final class FireflyProfile: Profile {
  /// `firefly`.
  public static let name = "firefly"
  /// All importable functions, module by module.
  public static var hostFunctions: [HostFunctionListing] { HostModule.all.flatMap(\.listings) }

  /// 240x160.
  public static let screenSize = (width: FireflyState.width, height: FireflyState.height)

  /// Takes whatever has no other console: it is asked last.
  public static func recognizes(_ module: Module, files: CartFiles) -> Bool { true }

  /// `AUTHOR.APP`, or the file's name if the cart has no metadata.
  public let cartID: String
  /// The title from the metadata, or the file's name.
  public let cartTitle: String
  private let isPrivileged: Bool
  private let state: FireflyState
  private var shownPalette = Palette.sweetie16
  /// Pictures that wait to be fetched.
  private static let largestScreenshotCount = 16
  private var screenshots: [Picture] = []
  private let shown = Framebuffer(width: FireflyState.width, height: FireflyState.height)

  /// The console for one cart; metadata are read, but only required to be right if they are there.
  public init(cart: Cart, services: ProfileServices) throws(CartError) {
    let state = FireflyState(files: cart.files, services: services)
    self.state = state
    state.data.open()
    guard let name = CartMetadata.fileName(in: cart.files),
      let bytes = cart.files.read(name, limit: 4096)
    else {
      cartID = cart.id
      cartTitle = cart.id
      isPrivileged = false
      return
    }
    do {
      let metadata = try CartMetadata(decoding: bytes)
      cartID = metadata.fullID
      cartTitle = metadata.appName
      isPrivileged = metadata.isPrivileged
      state.isLauncher = metadata.isLauncher
    } catch {
      throw .bad(reason: "\(name): \(error.reason)")
    }
  }

  /// `data/AUTHOR/APP` as in the official console's files; `modules/NAME` without metadata.
  public static func dataFolder(of cart: Cart) -> [String] {
    guard let name = CartMetadata.fileName(in: cart.files),
      let bytes = cart.files.read(name, limit: 4096),
      let metadata = try? CartMetadata(decoding: bytes)
    else { return ["modules", cart.id] }
    return ["data", metadata.authorID, metadata.appID]
  }

  /// What was flushed to the display last, with the menu over it if that is open.
  public var picture: Picture {
    if state.menu.isOpen {
      return MenuPanel(menu: state.menu).drawn(over: shown, colors: shownPalette.colors)
    }
    return Picture(
      width: shown.width, height: shown.height, pixels: shown.copy, palette: shownPalette.colors)
  }

  /// Pictures that the player took by the menu.
  public func takeScreenshots() -> [Picture] {
    defer { screenshots = [] }
    return screenshots
  }

  /// The cart's audio graph.
  public var audio: (any AudioSource)? { state.audio }

  /// What the cart asked for.
  public var request: ProfileRequest? { state.request }

  /// Functions for all imports of the module; one that matches in name and type is taken.
  public func imports(for module: Module, in store: Store) throws(CartError) -> Imports {
    var imports = Imports()
    for item in module.imports {
      let (moduleName, name) = (visible(utf8: item.module), visible(utf8: item.name))
      guard case .function(let typeIndex) = item.kind else {
        throw .link(module: moduleName, name: name, reason: "only functions can be imported")
      }
      let type = module.types[typeIndex]
      let (host, function) = try resolve(moduleName, name, type)
      imports.define(
        module: moduleName, name: name, function.function(of: host, for: state))
    }
    return imports
  }

  private func resolve(
    _ moduleName: String, _ name: String, _ type: FuncType
  ) throws(CartError) -> (HostModule, HostImport) {
    for host in HostModule.all {
      guard let first = host.functions(module: moduleName, name: name).first else { continue }
      if host.isPrivileged, !isPrivileged {
        throw .link(
          module: moduleName, name: name, reason: "\(host.name) is disabled for this cart")
      }
      if host.isPrivileged, state.services.options.system == nil {
        throw .link(
          module: moduleName, name: name,
          reason: "the cart wants to see and change the console's files: --allow-sudo allows it")
      }
      let match = host.functions(module: moduleName, name: name).first { $0.type == type }
      guard let match else {
        throw .link(
          module: moduleName, name: name,
          reason: "the cart imports it as \(type), but it is \(first.type)")
      }
      return (host, match)
    }
    throw .link(module: moduleName, name: name, reason: "unknown host function")
  }

  /// Runs `_initialize`, `_start` and `boot`.
  public func boot(_ guest: Guest) throws(Trap) {
    state.memory = guest.memory(named: "memory")
    for callback in ["_initialize", "_start", "boot"] { try call(callback, guest: guest) }
  }

  /// Runs `update` and `render` and shows what was drawn; the menu takes the frame while it is open.
  public func step(_ input: InputFrame, _ guest: Guest) throws(Trap) {
    state.data.updates += 1
    state.input = rotated(input.first)
    guard try followMenu(guest) else { return }
    try call("update", guest: guest)
    try call("render", guest: guest)
    flush()
  }

  /// Runs `before_exit` and saves stash and stats.
  public func close(_ guest: Guest) throws(Trap) {
    try call("before_exit", guest: guest)
    state.data.close()
  }

  /// Lets the menu have the input; returns whether it is the cart's turn.
  private func followMenu(_ guest: Guest) throws(Trap) -> Bool {
    guard !state.isLauncher else { return true }
    let wasOpen = state.menu.isOpen
    let action = state.menu.handle(state.input)
    state.audio.isHalted = state.menu.isOpen
    if state.menu.isOpen { return false }
    if wasOpen { state.isDirty = true }
    switch action {
    case .custom(let number): try call("handle_menu", Int32(number), guest: guest)
    case .takeScreenshot: takeScreenshot()
    case .restart: state.request = .restart
    case .exit: state.request = .exit
    case nil: break
    }
    return true
  }

  private func takeScreenshot() {
    guard screenshots.count < Self.largestScreenshotCount else { return }
    screenshots.append(
      Picture(
        width: FireflyState.width, height: FireflyState.height, pixels: state.screen.copy,
        palette: state.palette.colors))
  }

  /// A callback that ended itself in an orderly way has not trapped.
  private func call(_ name: String, _ arguments: Int32..., guest: Guest) throws(Trap) {
    state.hasEndedCallback = false
    do {
      try guest.call(name, arguments)
    } catch {
      if !state.hasEndedCallback { throw error }
    }
  }

  /// Palette changes alone do not reach the display: firefly.md 1.3.
  private func flush() {
    guard state.isDirty else { return }
    state.isDirty = false
    shown.pixels.update(from: state.screen.pixels, count: shown.width * shown.height)
    shownPalette = state.palette
  }

  private func rotated(_ input: PlayerInput) -> PlayerInput {
    guard state.services.options.settings.rotatesScreen else { return input }
    var buttons = input.buttons.intersection(.menu)
    for (a, b) in [(Buttons.south, Buttons.north), (.east, .west)] {
      if input.buttons.contains(a) { buttons.insert(b) }
      if input.buttons.contains(b) { buttons.insert(a) }
    }
    return PlayerInput(pad: input.pad.map { 0 &- $0 }, buttons: buttons)
  }
}

/// A name from a module as it can be shown.
private func visible(utf8 bytes: [UInt8]) -> String {
  visible(String(decoding: bytes, as: UTF8.self), limit: 128)
}
