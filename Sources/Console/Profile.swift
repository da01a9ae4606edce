import Engine
import Runtime

/// A kind of console: which carts it takes, what they may call, how a frame goes.
///
/// One object is made for each start of a cart and lives on the cart's thread.
public protocol Profile: AnyObject, SendableMetatype {
  /// Stable, lower case, such as `firefly`.
  static var name: String { get }
  /// All host functions, for listings.
  static var hostFunctions: [HostFunctionListing] { get }
  /// Columns and rows of the screen.
  static var screenSize: (width: Int, height: Int) { get }
  /// Whether it has a font of its own, which `ConsoleOptions.font` replaces.
  static var hasFont: Bool { get }
  /// What keys and controllers mean to its carts.
  static var controls: ControlMap { get }

  /// Whether a cart with these imports and files is one for this console.
  static func recognizes(_ module: Module, files: CartFiles) -> Bool
  /// What an import of the module is to this console, for a cart with or without privileges.
  static func support(
    for item: Import, of module: Module, isPrivileged: Bool
  ) -> ImportSupport

  /// Where a cart's saved files are among those of all carts, folder by folder.
  static func dataFolder(of cart: Cart) -> [String]

  /// The console for one cart.
  init(cart: Cart, services: ProfileServices) throws(CartError)

  /// Under what name the cart's data is kept.
  var cartID: String { get }
  /// What a player calls the cart.
  var cartTitle: String { get }
  /// What the screen shows.
  var picture: Picture { get }
  /// What the loudspeakers play, nil for a profile without sound.
  var audio: (any AudioSource)? { get }
  /// What the cart asked for; honoured when the frame is over.
  var request: ProfileRequest? { get }

  /// Notes about a run beside those that every run leaves; to be asked for before the first frame.
  func makeRunNotes() -> (any RunNotes)?

  /// What satisfies all imports of the module; memories and the like are made in `store`.
  ///
  /// - Throws: `CartError.link` naming the first import that cannot be had, `.bad` where there is
  ///   no room for a memory.
  func imports(for module: Module, in store: Store) throws(CartError) -> Imports
  /// Runs what comes before the first frame.
  func boot(_ guest: Guest) throws(Trap)
  /// Runs one frame: update and render.
  func step(_ input: InputFrame, _ guest: Guest) throws(Trap)
  /// Gives away the pictures that the player took by a menu of the profile, oldest first.
  func takeScreenshots() -> [Picture]
  /// Tells the cart that it is being closed.
  func close(_ guest: Guest) throws(Trap)
}

extension Profile {
  /// `modules/NAME`, after the cart's file or folder.
  public static func dataFolder(of cart: Cart) -> [String] { ["modules", cart.id] }

  /// No font: carts bring theirs.
  public static var hasFont: Bool { false }

  /// No sound.
  public var audio: (any AudioSource)? { nil }

  /// No menu with such an item.
  public func takeScreenshots() -> [Picture] { [] }

  /// Nothing to add.
  public func makeRunNotes() -> (any RunNotes)? { nil }

  /// What the listing of host functions says: name and type must match.
  public static func support(
    for item: Import, of module: Module, isPrivileged: Bool
  ) -> ImportSupport {
    guard case .function(let index) = item.kind else { return .unknown }
    let (moduleName, name) = (
      String(decoding: item.module, as: UTF8.self), String(decoding: item.name, as: UTF8.self)
    )
    let meant = hostFunctions.first {
      $0.isMeant(byModule: moduleName, name: name) && $0.type == module.types[index]
    }
    guard let meant else { return .unknown }
    if meant.isPrivileged, !isPrivileged { return .refused }
    return meant.isImplemented ? .implemented : .silent
  }
}

/// What an import of a cart is to a console.
public enum ImportSupport: String, Sendable {
  /// It is there.
  case implemented
  /// It links and does nothing.
  case silent
  /// It is there for privileged carts only.
  case refused
  /// The cart does not link.
  case unknown
}

/// What a profile may use of the console around it.
public struct ProfileServices {
  /// What the console was started with.
  public let options: ConsoleOptions
  /// Where the cart's and the profile's lines go.
  public let log: ConsoleLog
  /// Where host calls leave their breadcrumbs.
  public let trace: HostTrace

  /// Services for a profile outside of a console: for tests and listings.
  public init(
    options: ConsoleOptions = ConsoleOptions(), log: ConsoleLog = ConsoleLog(),
    trace: HostTrace = HostTrace()
  ) {
    self.options = options
    self.log = log
    self.trace = trace
  }
}

/// What a cart can ask its console to do with it.
public enum ProfileRequest: Sendable, Equatable {
  /// Close the cart.
  case exit
  /// Start it anew.
  case restart
  /// Start another cart in its place.
  case launch(InstalledCart)
}

/// A cart by its ids, as it is installed.
public struct InstalledCart: Sendable, Equatable {
  /// Id of who made it.
  public var author: String
  /// Its own id.
  public var app: String

  /// The cart of these ids.
  public init(author: String, app: String) {
    self.author = author
    self.app = app
  }

  /// Where its ROM is among the console's files, folder by folder.
  public var folder: [String] { ["roms", author, app] }
}

/// What is told about a host function.
public struct HostFunctionListing: Sendable, Hashable {
  /// Import module.
  public var module: String
  /// Import name.
  public var name: String
  /// Second name of the module.
  public var aliasModule: String?
  /// Second name of the function.
  public var alias: String?
  /// Its wasm type.
  public var type: FuncType
  /// False for functions that link and do nothing.
  public var isImplemented: Bool
  /// Only privileged carts may import it.
  public var isPrivileged: Bool

  /// A listing of these parts.
  public init(
    module: String, name: String, aliasModule: String?, alias: String?, type: FuncType,
    isImplemented: Bool, isPrivileged: Bool
  ) {
    self.module = module
    self.name = name
    self.aliasModule = aliasModule
    self.alias = alias
    self.type = type
    self.isImplemented = isImplemented
    self.isPrivileged = isPrivileged
  }

  /// Whether an import of these names means this function; names and aliases mix freely.
  public func isMeant(byModule module: String, name: String) -> Bool {
    (module == self.module || module == aliasModule) && (name == self.name || name == alias)
  }
}
