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

  /// A function's name in at most `width` cells: parameters go first, then what is in the middle.
  static func shortName(_ name: String, width: Int) -> String {
    guard name.unicodeScalars.count > width, name.hasSuffix(")") else {
      return shortened(name, to: width)
    }
    var depth = 0
    for index in name.indices.reversed() {
      if name[index] == ")" { depth += 1 }
      if name[index] == "(" { depth -= 1 }
      if depth == 0, index > name.startIndex { return shortened(String(name[..<index]), to: width) }
    }
    return shortened(name, to: width)
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
