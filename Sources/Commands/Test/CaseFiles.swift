import CartTesting
import Foundation
import TOML

/// The case files that words on the command line mean.
enum CaseFiles {
  /// How files end that are found in folders.
  static let ending = ".test.toml"

  /// Files as named, and all in named folders, each once, sorted within a folder.
  ///
  /// Hidden folders, and folders behind links, are left out.
  static func find(_ words: [String]) throws(Failure) -> [String] {
    var files: [String] = []
    for word in words {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: word, isDirectory: &isFolder) else {
        throw .missingInput(word, "no such file or directory")
      }
      files += isFolder.boolValue ? inFolder(word) : [word]
    }
    var known: Set<String> = []
    return files.filter { known.insert($0).inserted }
  }

  private static func inFolder(_ folder: String) -> [String] {
    let manager = FileManager.default
    let names = ((try? manager.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    var files: [String] = []
    for name in names where !name.hasPrefix(".") {
      let path = folder == "." ? name : folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
      let type = (try? manager.attributesOfItem(atPath: path))?[.type] as? FileAttributeType
      if type == .typeDirectory {
        files += inFolder(path)
      } else if name.hasSuffix(ending) {
        files.append(path)
      }
    }
    return files
  }

  /// The cases of all files; a file that is wrong is a case with a verdict.
  static func cases(of files: [String]) throws(Failure) -> [(CartCase, CaseVerdict?)] {
    var cases: [(CartCase, CaseVerdict?)] = []
    for file in files {
      do throws(TextFault) {
        cases += try CaseReader.read(try contents(file), file: file).map { ($0, nil) }
      } catch {
        let one = CartCase(file: file, place: error.place, name: "case file", cart: "")
        cases.append((one, .failed(error.place, error.reason)))
      }
    }
    return cases
  }

  private static func contents(_ file: String) throws(TextFault) -> [UInt8] {
    do {
      return try readFile(file)
    } catch {
      throw TextFault(TextPlace(line: 1, column: 1), error.why)
    }
  }
}
