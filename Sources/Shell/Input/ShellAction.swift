/// What the shell itself does with a key or button, apart from the cart.
package enum ShellAction: Sendable, Equatable {
  /// The pause menu comes.
  case openMenu
  /// One up.
  case up
  /// One down.
  case down
  /// A screenful up.
  case pageUp
  /// A screenful down.
  case pageDown
  /// To the beginning.
  case top
  /// To the end.
  case bottom
  /// To the end, or from there to the beginning.
  case otherEnd
  /// One line up in what is shown about the selected row.
  case lineUp
  /// One line down in what is shown about the selected row.
  case lineDown
  /// A screenful of rows up.
  case listPageUp
  /// A screenful of rows down.
  case listPageDown
  /// To the first row.
  case listTop
  /// To the last row.
  case listBottom
  /// To the last row, or from there to the first.
  case listOtherEnd
  /// Takes what is highlighted.
  case confirm
  /// Leaves a menu.
  case back
  /// Shows what a row stands for.
  case unfold
  /// Folds away what a row belongs to.
  case fold
  /// Folds or unfolds.
  case toggleFold
  /// Opens the source file.
  case openSource
  /// Puts the report on the clipboard.
  case copy
  /// Writes the report to a file.
  case save
  /// The cart begins anew.
  case restart
  /// The window closes.
  case quit
  /// What was played so far goes to a file.
  case keepReplay
  /// Sound off, or on again.
  case mute
  /// More volume.
  case louder
  /// Less volume.
  case quieter

  /// Whether what is held down does it again and again.
  package var repeats: Bool {
    switch self {
    case .up, .down, .pageUp, .pageDown, .lineUp, .lineDown, .listPageUp, .listPageDown, .louder,
      .quieter:
      true
    default: false
    }
  }

  /// Whether it leaves the screen, so that nobody should do it unawares.
  package var isDecision: Bool {
    switch self {
    case .confirm, .back, .restart, .quit: true
    default: false
    }
  }
}
