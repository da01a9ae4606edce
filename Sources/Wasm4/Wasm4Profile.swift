import Console
import Engine
import Postmortem
import Runtime

/// WASM-4: 160x160 pixels in four colours, registers in the cart's memory.
///
/// Source: wasm4.md.
public final class Wasm4Profile: Profile {
  /// `wasm4`.
  public static let name = "wasm4"
  /// All importable functions.
  public static var hostFunctions: [HostFunctionListing] {
    HostCall.all.map {
      HostFunctionListing(
        module: HostCall.module, name: $0.name, aliasModule: nil, alias: nil, type: $0.type,
        isImplemented: true, isPrivileged: false)
    }
  }
  /// Carts draw text by its codes.
  public static let hasFont = true
  /// 160x160.
  public static let screenSize = (width: Screen.width, height: Screen.height)

  /// The file's name.
  public let cartID: String
  /// The file's name: carts have no other.
  public var cartTitle: String { cartID }
  private let state: Wasm4State
  private var hasStarted = false
  private var frame = 0

  /// The console for one cart; a font in the options has 1,792 bytes.
  public init(cart: Cart, services: ProfileServices) throws(CartError) {
    cartID = cart.id
    var font = Font.own
    if let bytes = services.options.font {
      guard let given = Font(bytes) else {
        throw .bad(
          reason: "the font has \(bytes.count) bytes, not \(Font.byteCount): 224 glyphs of 8")
      }
      font = given
    }
    state = Wasm4State(services: services, font: font)
  }

  // MARK: Loading

  /// Takes modules that import the console's memory or one of its functions.
  public static func recognizes(_ module: Module, files: CartFiles) -> Bool {
    module.imports.contains {
      support(for: $0, of: module, isPrivileged: false) == .implemented
    }
  }

  /// Functions of integers by name, whatever their number, and the memory.
  public static func support(
    for item: Import, of module: Module, isPrivileged: Bool
  ) -> ImportSupport {
    guard item.module.elementsEqual(HostCall.module.utf8) else { return .unknown }
    switch item.kind {
    case .memory: return isMemory(item) ? .implemented : .unknown
    case .function(let index):
      let call = HostCall.named(String(decoding: item.name, as: UTF8.self))
      return call.map { $0.accepts(module.types[index]) } == true ? .implemented : .unknown
    default: return .unknown
    }
  }

  private static func isMemory(_ item: Import) -> Bool { item.name.elementsEqual("memory".utf8) }

  /// The memory of one page that never grows, with its registers set, and functions for all
  /// imports.
  public func imports(for module: Module, in store: Store) throws(CartError) -> Imports {
    let type = MemoryType(limits: Limits(minimum: 1, maximum: 1))
    guard let memory = store.makeMemory(type) else {
      throw .bad(reason: "no room for the memory of 64 KiB")
    }
    state.attach(memory.contents)
    var imports = Imports()
    for item in module.imports {
      let name = shown(item.name)
      guard item.module.elementsEqual(HostCall.module.utf8) else {
        throw .link(module: shown(item.module), name: name, reason: "unknown host function")
      }
      switch item.kind {
      case .memory where Self.isMemory(item):
        imports.define(module: item.module, name: item.name, .memory(memory))
      case .function(let index):
        let function = try function(named: name, module.types[index])
        imports.define(module: HostCall.module, name: name, function)
      default:
        throw .link(
          module: HostCall.module, name: name, reason: "only functions and memory can be imported")
      }
    }
    return imports
  }

  private func function(named name: String, _ type: FuncType) throws(CartError) -> HostFunction {
    guard let call = HostCall.named(name) else {
      throw .link(module: HostCall.module, name: name, reason: "unknown host function")
    }
    guard call.accepts(type) else {
      throw .link(
        module: HostCall.module, name: name,
        reason: "the cart imports it as \(type), but it is \(call.type)")
    }
    return call.function(as: type, for: state)
  }

  // MARK: Playing

  /// What is in the framebuffer, in the colours of this moment.
  public var picture: Picture { state.picture }
  /// The sound chip.
  public var audio: (any AudioSource)? { state.apu }
  /// Carts end only when somebody closes them.
  public var request: ProfileRequest? { nil }

  /// Framebuffer, sound, traces and disk as hashes.
  public func makeRunNotes() -> (any RunNotes)? {
    let record = RunRecord(state)
    state.record = record
    return record
  }

  /// Runs `_start` and `_initialize`, where a compiler keeps constructors; a result is dropped.
  public func boot(_ guest: Guest) throws(Trap) {
    for callback in ["_start", "_initialize"] { try call(callback, guest) }
  }

  /// Runs `start` in the first frame, and in all of them `update`.
  public func step(_ input: InputFrame, _ guest: Guest) throws(Trap) {
    state.show(input)
    frame += 1
    if !hasStarted {
      hasStarted = true
      try call("start", guest)
    } else if state.systemFlags & MemoryMap.preservesFramebuffer == 0 {
      state.clearScreen()
    }
    try call("update", guest)
    state.apu.endFrame()
    state.disk.endFrame(frame)
  }

  /// Saves the disk.
  public func close(_ guest: Guest) throws(Trap) { state.disk.save() }

  /// A crash loses nothing that the cart had saved.
  private func call(_ name: String, _ guest: Guest) throws(Trap) {
    do {
      try guest.call(name, droppingResults: true)
    } catch {
      state.disk.save()
      throw error
    }
  }
}

/// A name from a module as it can be printed.
private func shown(_ bytes: [UInt8]) -> String {
  visible(String(decoding: bytes, as: UTF8.self), limit: 128)
}
