import Postmortem

/// How the crash screen calls the rows of a backtrace.
enum FrameWords {
  /// What a row that stands for others says.
  static func title(of row: BacktraceRow) -> String {
    let names = row.names.isEmpty ? "" : ": " + row.names.joined(separator: ", ")
    switch row.content {
    case .function: return row.names.first ?? ""
    case .runtime(let count):
      return "... \(count) more of the runtime\(names)" + (count > row.names.count ? ", ..." : "")
    case .repeated(let count): return "... \(count) more of this recursion\(names)"
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
  static func explanation(of row: BacktraceRow) -> String {
    switch row.content {
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
