import ArgumentParser

/// Lets words such as `-5` stand as values on the command line without `--` before them.
///
/// The parser of arguments takes every word that begins with a hyphen for an option. So such words
/// get a NUL in front before it sees them, which no word of a command line can have, and lose it as
/// they become values.
enum NegativeNumbers {
  private static let mark = "\0"

  /// The arguments with all negative numbers marked up to `--`, if they call for `verb`.
  static func marked(in arguments: [String], of verb: String) -> [String] {
    guard arguments.first == verb else { return arguments }
    let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
    return arguments[..<end].map { isNegativeNumber($0) ? mark + $0 : $0 } + arguments[end...]
  }

  /// Whether a word is a hyphen and the beginning of a number; no option is.
  private static func isNegativeNumber(_ word: String) -> Bool {
    let rest = word.dropFirst()
    guard word.hasPrefix("-"), let first = rest.first else { return false }
    return first.isASCII && first.isNumber || first == "."
      || ["inf", "infinity", "nan"].contains(rest) || rest.hasPrefix("nan:")
  }

  /// A word of the command line without the mark.
  struct Word: ExpressibleByArgument {
    var text: String

    init(argument: String) {
      text = argument.hasPrefix(mark) ? String(argument.dropFirst()) : argument
    }
  }
}
