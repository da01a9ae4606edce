import Engine
import Runtime

/// The machine that plays one cart, once: no clock and no input or output but what it is given.
///
/// All calls must come from one thread, except those of the closure `interrupt`. After `.exit`,
/// `.restart`, `.launch` or `.crashed` nothing of the cart runs any more.
public final class Console {
  /// Frames of a second of play.
  public static let frameRate = 60

  /// What the cart and the console said; drain it now and then.
  public let log: ConsoleLog
  /// Number of the last frame begun; 0 before the first.
  public private(set) var frameNumber = 0
  private let profile: any Profile
  private let trace: HostTrace
  private let store: Store
  private let guest: Guest?
  private let storage: any Storage
  private var outcome: StepOutcome?

  /// Loads, compiles and links a cart; its start function runs, its callbacks do not.
  ///
  /// - Parameters:
  ///   - cart: What to play.
  ///   - profile: The kind of console.
  ///   - options: What it is started with.
  ///   - willRun: Called before the start function, with what `interrupt` will be.
  /// - Throws: `CartError` for anything that keeps the cart from running. A trap of the start
  ///   function is no error: `boot` returns it.
  public init(
    cart: Cart, profile: any Profile.Type, options: ConsoleOptions = ConsoleOptions(),
    willRun: (_ interrupt: @escaping @Sendable () -> Void) -> Void = { _ in }
  ) throws(CartError) {
    log = ConsoleLog()
    trace = HostTrace()
    storage = options.storage
    self.profile = try profile.init(
      cart: cart, services: ProfileServices(options: options, log: log, trace: trace))
    let config = Self.config(countsFuel: options.fuel != nil)
    let compiled =
      if let known = cart.compiled, known.config == config { known } else {
        try Self.compile(cart.wasm, config: config)
      }
    store = Store(limits: StoreLimits(memoryBytes: UInt64(max(0, options.memoryLimit))))
    let imports = try self.profile.imports(for: compiled.module, in: store)
    store.callbackLimit = options.callbackLimit
    store.fuel = options.fuel
    willRun(store.interruptHandle)
    do {
      guest = Guest(try Instance(compiled, imports: imports, store: store))
    } catch {
      guest = nil
      switch error {
      case .trap(let trap): outcome = .crashed(crash(trap, callback: "start"))
      case .link(let error):
        throw .link(module: error.module, name: error.name, reason: error.reason)
      case .resources(let reason): throw .bad(reason: reason)
      }
    }
  }

  /// How a console compiles: with `countsFuel`, to code that can be stopped after so many steps.
  public static func config(countsFuel: Bool) -> CodegenConfig {
    var config = CodegenConfig.host
    config.countsFuel = countsFuel
    return config
  }

  /// Decodes, validates and compiles a module.
  public static func compile(
    _ wasm: [UInt8], config: CodegenConfig = .host
  ) throws(CartError) -> CompiledModule {
    let module: Module
    do {
      module = try Module(decoding: wasm)
    } catch {
      throw .bad(reason: "\(error)")
    }
    do {
      return try CompiledModule(compiling: module, config: config)
    } catch {
      throw .bad(reason: "\(error)")
    }
  }

  /// Under what name the cart's data is kept.
  public var cartID: String { profile.cartID }
  /// What a player calls the cart.
  public var title: String { profile.cartTitle }
  /// What the screen shows.
  public var picture: Picture { profile.picture }
  /// Gives away the pictures that the player took by the console's menu, oldest first.
  public func takeScreenshots() -> [Picture] { profile.takeScreenshots() }
  /// What the loudspeakers play, nil for a cart without sound.
  public var audio: (any AudioSource)? { profile.audio }
  /// What the profile notes of a run; to be asked for before `boot`.
  public func makeRunNotes() -> (any RunNotes)? { profile.makeRunNotes() }
  /// The running module, for a look at its memory from outside; nil if it did not start.
  public var instance: Instance? { guest?.instance }
  /// How often the cart was refused memory that it had room for but for `memoryLimit`.
  public var refusedGrowths: UInt64 { store.refusedGrowths }
  /// Seconds of play so far.
  public var seconds: Double { Double(frameNumber) / Double(Self.frameRate) }
  /// The cart's memory as it is now, to look at between frames; nil for a cart without, or whose
  /// start function trapped.
  public var memory: GuestMemory? { guest?.instance.memories.first?.contents }
  /// Stops a running callback, which then crashes as interrupted.
  ///
  /// From any thread; does nothing between callbacks.
  public var interrupt: @Sendable () -> Void { store.interruptHandle }

  /// Runs what comes before the first frame; to be called once.
  public func boot() -> StepOutcome {
    Store.prepareThread()
    return run { guest throws(Trap) in try self.profile.boot(guest) }
  }

  /// Runs one frame: update and render.
  public func step(_ input: InputFrame) -> StepOutcome {
    guard outcome == nil else { return outcome ?? .exit }
    frameNumber += 1
    log.beginFrame(frameNumber)
    return run { guest throws(Trap) in try self.profile.step(input, guest) }
  }

  /// Closes the cart as if it had asked for it.
  public func close() -> StepOutcome {
    guard outcome == nil, let guest else { return outcome ?? .exit }
    defer { settle() }
    return finish(guest, .exit)
  }

  /// Has saved files written that have waited.
  private func settle() {
    do {
      try storage.settle(isEnd: outcome != nil)
    } catch {
      log.add(.warning, "Not saved: \(error.why)")
    }
  }

  private func run(_ body: (Guest) throws(Trap) -> Void) -> StepOutcome {
    if let outcome { return outcome }
    guard let guest else { return .exit }
    defer { settle() }
    do {
      try body(guest)
    } catch {
      return crashed(error, guest)
    }
    switch profile.request {
    case nil: return .running
    case .exit: return finish(guest, .exit)
    case .restart: return finish(guest, .restart)
    case .launch(let cart): return finish(guest, .launch(cart))
    }
  }

  private func finish(_ guest: Guest, _ wanted: StepOutcome) -> StepOutcome {
    do {
      try profile.close(guest)
    } catch {
      return crashed(error, guest)
    }
    outcome = wanted
    return wanted
  }

  private func crashed(_ trap: Trap, _ guest: Guest) -> StepOutcome {
    let result = StepOutcome.crashed(crash(trap, callback: guest.callback))
    outcome = result
    return result
  }

  private func crash(_ trap: Trap, callback: String) -> Crash {
    Crash(
      trap: trap, callback: callback, frame: frameNumber, seconds: seconds,
      hostCalls: trace.lastCalls, cartID: cartID, cartTitle: title, picture: picture)
  }
}
