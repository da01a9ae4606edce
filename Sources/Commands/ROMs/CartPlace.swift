import Archive
import Console
import Firefly
import Foundation

/// Where a cart is, and in which of its forms.
enum CartPlace: Equatable {
  /// A module by itself, or whatever else a file may be.
  case module(path: String)
  /// A ROM directory.
  case folder(path: String)
  /// An exported ROM.
  case archive(path: String)
  /// An installed ROM, by its id.
  case installed(id: ROMID, path: String)
  /// A module or an exported ROM that another program sends.
  case standardInput

  /// What a word on the command line means: `-` standard input; else a path if there is something at
  /// it, else the id of an installed cart, `AUTHOR.APP`.
  init(_ word: String, library: ROMLibrary? = .standard()) {
    var isFolder: ObjCBool = false
    if word == StandardInput.word {
      self = .standardInput
    } else if FileManager.default.fileExists(atPath: word, isDirectory: &isFolder) {
      if isFolder.boolValue {
        self = .folder(path: word)
      } else {
        self = Self.isArchive(word) ? .archive(path: word) : .module(path: word)
      }
    } else if let library, let id = ROMID(word), library.contains(id) {
      self = .installed(id: id, path: library.path(of: id))
    } else {
      self = .module(path: word)
    }
  }

  /// The file or folder; `-` for standard input, so that its neighbours are those of a file in the
  /// current folder.
  var path: String {
    switch self {
    case .module(let path), .folder(let path), .archive(let path), .installed(_, let path): path
    case .standardInput: StandardInput.word
    }
  }

  /// Whether the files of a ROM are to be expected.
  var isROM: Bool {
    switch self {
    case .module, .standardInput: false
    case .folder, .archive, .installed: true
    }
  }

  private static func isArchive(_ path: String) -> Bool {
    guard let file = PlainFile(path), let head = file.bytes(0..<min(4, file.size)) else {
      return false
    }
    return ZipReader.recognises(head)
  }
}

/// The id of a cart: that of its author and its own.
///
/// Source: firefly.md 11.1.
struct ROMID: Equatable, Hashable, CustomStringConvertible {
  let author: String
  let app: String

  /// An id as metadata have it, which were checked.
  init(_ metadata: CartMetadata) {
    (author, app) = (metadata.authorID, metadata.appID)
  }

  /// `AUTHOR.APP`; nil for anything else.
  init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ CartMetadata.isID($0) }) else { return nil }
    (author, app) = (String(parts[0]), String(parts[1]))
  }

  var description: String { "\(author).\(app)" }
}
