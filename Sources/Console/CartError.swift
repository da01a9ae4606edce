/// Why a cart cannot be played, in one line that names the place.
public enum CartError: Error, Sendable, Equatable {
  /// There is nothing at this path.
  case missing(path: String)
  /// The file or folder exists but cannot be read.
  case unreadable(path: String, reason: String)
  /// The bytes are no cart; `reason` names offset or function where there is one.
  case bad(reason: String)
  /// An import cannot be satisfied.
  case link(module: String, name: String, reason: String)

  /// What is wrong, without the cart's own path: lower case, no full stop.
  public var why: String {
    switch self {
    case .missing: "no such file or directory"
    case .unreadable(_, let reason), .bad(let reason): reason
    case .link(let module, let name, let reason): "import \(module).\(name): \(reason)"
    }
  }

  /// Exit status of the command line: 66 for missing input, 65 for bad data.
  public var exitCode: Int32 {
    switch self {
    case .missing, .unreadable: 66
    case .bad, .link: 65
    }
  }
}

extension CartError: CustomStringConvertible {
  /// One line, with the path where there is one.
  public var description: String {
    switch self {
    case .missing(let path), .unreadable(let path, _): "\(path): \(why)"
    case .bad, .link: why
    }
  }
}
