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
  /// Sound off, or on again.
  case mute
  /// More volume.
  case louder
  /// Less volume.
  case quieter

  /// Whether what is held down does it again and again.
  package var repeats: Bool {
    switch self {
    case .up, .down, .pageUp, .pageDown, .louder, .quieter: true
    default: false
    }
  }
}
