import Console

extension HostModule {
  /// Source: firefly.md section 9; in single player every peer is `me`.
  static let stats = HostModule(
    "stats", alias: "s",
    [
      HostImport("add_progress", "p", body: addProgress),
      HostImport("add_score", "s", called: "stats.set_score", body: addScore),
    ])

  /// Done and goal of a badge, in the upper and the lower half.
  static func addProgress(
    _ console: FireflyState, peer: UInt32, badge: UInt32, value: Int32
  ) throws(HostCallError) -> UInt32 {
    guard var stats = console.data.stats else { throw .noStats }
    guard badge > 0, let index = Int(exactly: badge - 1), index < stats.badges.count else {
      throw stats.badges.isEmpty ? .noBadges : .noBadge(badge)
    }
    if value != 0 {
      guard let value = Int16(exactly: value) else { throw .valueTooBig }
      stats.addProgress(value, to: index)
      console.data.stats = stats
    }
    let progress = stats.badges[index]
    return UInt32(progress.done) << 16 | UInt32(progress.goal)
  }

  /// The player's best score.
  static func addScore(
    _ console: FireflyState, peer: UInt32, board: UInt32, value: Int32
  ) throws(HostCallError) -> Int32 {
    guard var stats = console.data.stats else { throw .noStats }
    guard board > 0, let index = Int(exactly: board - 1), index < stats.boards.count else {
      throw stats.boards.isEmpty ? .noBoards : .noBoard(board)
    }
    guard let value = Int16(exactly: value) else { throw .valueTooBig }
    let best = stats.addScore(value, to: index)
    console.data.stats = stats
    return Int32(best)
  }
}

extension HostCallError {
  fileprivate static let noBadges = HostCallError("the app doesn't have any badges")
  fileprivate static let noBoards = HostCallError("the app doesn't have any boards")

  fileprivate static func noBadge(_ number: UInt32) -> HostCallError {
    HostCallError("the app doesn't have a badge with ID \(number)")
  }

  fileprivate static func noBoard(_ number: UInt32) -> HostCallError {
    HostCallError("the app doesn't have a board with ID \(number)")
  }
}
