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
  /// A font in place of the console's own, in the profile's format; nil is the console's own.
  public var font: [UInt8]?
  /// Nanoseconds of a steady clock, to measure how long host calls take; nil measures nothing.
  public var hostClock: (@Sendable () -> UInt64)?
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
