import Console

/// What a console notes of a cart: how long it was played, badges, scores.
///
/// A ROM's `_stats` are the defaults; `stats` among the saved files is the live state. Index 0 of
/// the play times is for a single player.
/// Source: firefly.md sections 9 and 11.3.
struct PlayStats: Equatable {
  /// How far a badge is.
  struct Badge: Equatable {
    /// Earned, and the player has not been told.
    var isNew = false
    var done: UInt16 = 0
    var goal: UInt16 = 0
  }

  /// The scores of a board.
  struct Board: Equatable {
    /// The player's own, best first; 0 = none.
    var mine = [Int16](repeating: 0, count: Board.size)
    var friends = [Friend](repeating: Friend(), count: Board.size)

    static let size = 8
  }

  /// A score of somebody else.
  struct Friend: Equatable {
    var index: UInt16 = 0
    var score: Int16 = 0
  }

  var minutes = [UInt32](repeating: 0, count: 4)
  var longestPlay = [UInt32](repeating: 0, count: 4)
  var launches = [UInt32](repeating: 0, count: 4)
  var installedOn = CalendarDate(year: 0, month: 0, day: 0)
  var updatedOn = CalendarDate(year: 0, month: 0, day: 0)
  var launchedOn = CalendarDate(year: 0, month: 0, day: 0)
  var experience: UInt16 = 0
  var badges: [Badge] = []
  var boards: [Board] = []

  /// Updates in a minute of play.
  static let updatesPerMinute = 3600
  /// The most experience that a cart can give.
  static let largestExperience: UInt16 = 1000
}

// MARK: Installing

extension PlayStats {
  /// The stats of a cart that is played for the first time: badges and boards of the ROM, and
  /// nothing else that it says.
  static func installed(defaults: PlayStats, on today: CalendarDate?) -> PlayStats {
    var stats = PlayStats()
    if let today {
      stats.installedOn = today
      stats.updatedOn = today
    }
    stats.badges = defaults.badges
    stats.boards = defaults.boards
    return stats
  }

  /// Takes over badges and boards of another version of the ROM; progress and scores stay.
  mutating func update(to defaults: PlayStats, on today: CalendarDate?) {
    let before = self
    badges = defaults.badges.enumerated().map { index, badge in
      guard badges.indices.contains(index) else { return Badge(goal: badge.goal) }
      let old = badges[index]
      return Badge(isNew: old.isNew, done: min(old.done, badge.goal), goal: badge.goal)
    }
    let added = max(0, defaults.boards.count - boards.count)
    boards = boards.prefix(defaults.boards.count) + Array(repeating: Board(), count: added)
    experience = min(experience, Self.largestExperience)
    guard self != before, let today else { return }
    // The console on which it was played last may be ahead of this one.
    updatedOn = max(today, installedOn, launchedOn, updatedOn)
  }
}

// MARK: Playing

extension PlayStats {
  /// Adds to a badge's progress; a badge that is earned stays.
  mutating func addProgress(_ value: Int16, to badge: Int) {
    let old = badges[badge]
    guard old.done < old.goal else { return }
    let (sum, overflow) = Int16(truncatingIfNeeded: old.done).addingReportingOverflow(value)
    let new = overflow ? (value > 0 ? Int16.max : Int16.min) : sum
    badges[badge].done = min(UInt16(max(0, new)), old.goal)
    if badges[badge].done >= old.goal { badges[badge].isNew = true }
  }

  /// Adds a score of the player and returns the best one.
  mutating func addScore(_ value: Int16, to board: Int) -> Int16 {
    let scores = boards[board].mine
    if let place = scores.firstIndex(where: { value > $0 || $0 == 0 }) {
      boards[board].mine.insert(value, at: place)
      boards[board].mine.removeLast()
    }
    return boards[board].mine[0]
  }

  /// Notes that a single player has played for this many updates.
  mutating func addPlay(updates: Int) {
    let played = UInt32(clamping: updates / Self.updatesPerMinute)
    launches[0] = launches[0].addingClamped(1)
    minutes[0] = minutes[0].addingClamped(played)
    longestPlay[0] = max(longestPlay[0], played)
  }
}

extension UInt32 {
  fileprivate func addingClamped(_ other: UInt32) -> UInt32 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}

// MARK: The file

extension PlayStats {
  /// Decodes the file; bytes after the last field are ignored.
  init(decoding bytes: [UInt8]) throws(PostcardReader.Failure) {
    var reader = PostcardReader(bytes)
    minutes = try reader.times()
    longestPlay = try reader.times()
    launches = try reader.times()
    installedOn = try reader.date()
    updatedOn = try reader.date()
    launchedOn = try reader.date()
    experience = try reader.u16()
    // Each entry takes bytes, so a count that is too large soon meets the end.
    for _ in 0..<(try reader.u32()) {
      badges.append(
        Badge(isNew: try reader.bool(), done: try reader.u16(), goal: try reader.u16()))
    }
    for _ in 0..<(try reader.u32()) {
      var board = Board()
      for place in 0..<Board.size { board.mine[place] = try reader.i16() }
      for place in 0..<Board.size {
        board.friends[place] = Friend(index: try reader.u16(), score: try reader.i16())
      }
      boards.append(board)
    }
  }

  /// The file's bytes.
  var encoded: [UInt8] {
    var writer = PostcardWriter()
    for number in minutes + longestPlay + launches { writer.u32(number) }
    for date in [installedOn, updatedOn, launchedOn] {
      writer.u16(date.year)
      writer.byte(date.month)
      writer.byte(date.day)
    }
    writer.u16(experience)
    writer.u32(UInt32(clamping: badges.count))
    for badge in badges {
      writer.bool(badge.isNew)
      writer.u16(badge.done)
      writer.u16(badge.goal)
    }
    writer.u32(UInt32(clamping: boards.count))
    for board in boards {
      for score in board.mine { writer.i16(score) }
      for friend in board.friends {
        writer.u16(friend.index)
        writer.i16(friend.score)
      }
    }
    return writer.bytes
  }
}

extension PostcardReader {
  fileprivate mutating func times() throws(Failure) -> [UInt32] {
    [try u32(), try u32(), try u32(), try u32()]
  }

  fileprivate mutating func date() throws(Failure) -> CalendarDate {
    CalendarDate(year: try u16(), month: try byte(), day: try byte())
  }
}
