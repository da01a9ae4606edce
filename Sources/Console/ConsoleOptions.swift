/// What a console is started with.
public struct ConsoleOptions: Sendable {
  /// Source of all randomness; the same seed and input give the same run.
  public var seed: UInt64
  /// Bytes of memory that the cart may have in all.
  public var memoryLimit: Int
  /// Processor seconds after which a callback is stopped; nil is no limit.
  public var callbackLimit: Double?
  /// Steps that a callback may take, function entries and passes of loops, before it is stopped at
  /// an exactly repeatable place; nil lets it run, and code that does not count is faster.
  public var fuel: UInt64?
  /// What a player has set.
  public var settings: PlayerSettings
  /// The cart's saved files.
  public var storage: any Storage
  /// All of the console's files, for a privileged cart; nil where the player allows none.
  public var system: (any StorageTree)?
  /// The date, where runs need not be the same.
  public var today: CalendarDate?

  /// Defaults: seed 0, 256 MiB, no limit for callbacks, default settings, saved files in memory, no
  /// privileged carts, no date.
  public init(
    seed: UInt64 = 0, memoryLimit: Int = 256 << 20, callbackLimit: Double? = nil,
    settings: PlayerSettings = PlayerSettings(), storage: any Storage = MemoryStorage(),
    system: (any StorageTree)? = nil, today: CalendarDate? = nil
  ) {
    self.seed = seed
    self.memoryLimit = memoryLimit
    self.callbackLimit = callbackLimit
    self.settings = settings
    self.storage = storage
    self.system = system
    self.today = today
  }
}

/// A day of the calendar.
public struct CalendarDate: Sendable, Equatable, Comparable {
  /// Such as 2026.
  public var year: UInt16
  /// 1...12.
  public var month: UInt8
  /// 1...31.
  public var day: UInt8

  /// A date of these parts.
  public init(year: UInt16, month: UInt8, day: UInt8) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// Earlier dates first.
  public static func < (one: CalendarDate, other: CalendarDate) -> Bool {
    (one.year, one.month, one.day) < (other.year, other.month, other.day)
  }
}

/// What a player has set and carts may ask for.
public struct PlayerSettings: Sendable, Equatable {
  /// Name of the device, 1...16 ASCII characters.
  public var deviceName = "firefly-zero"
  /// Two letters, ISO 639-1.
  public var language = "en"
  /// Palette indices of primary, secondary, accent and background colour and the theme's number.
  public var theme: UInt32 = 0x0D6C00
  /// The console is held upside down.
  public var rotatesScreen = false
  /// Flashes are to be avoided.
  public var reducesFlashing = false
  /// More contrast is wanted.
  public var highContrast = false
  /// Easter eggs are welcome.
  public var easterEggs = false

  /// The defaults of a new console.
  public init() {}
}
