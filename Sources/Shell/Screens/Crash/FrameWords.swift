import Postmortem

/// How the crash screen calls the rows of a backtrace.
enum FrameWords {
  /// What a row that stands for others says.
  static func title(of rows: BacktraceRow.Content) -> String {
    switch rows {
    case .function: ""
    case .runtime(let count): "... \(count) more of the runtime"
    case .repeated(let count): "... \(count) more of this recursion"
    }
  }

  /// What the rows are that one stands for.
  static func explanation(of rows: BacktraceRow.Content) -> String {
    switch rows {
    case .function: ""
    case .runtime(let count):
      count == 1
        ? "A function of the panic machinery or a library."
        : "\(count) functions of the panic machinery or a library."
    case .repeated(let count):
      "\(count) \(count == 1 ? "call" : "calls") of the functions above, again and again."
    }
  }
}
