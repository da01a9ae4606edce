import Console
import Engine
import Foundation

/// Reads and decodes the module at `path`; a ROM in any form stands for its `_bin`.
func loadModule(
  _ path: String, features: Features = .default
) throws(Failure) -> Module {
  let bytes: [UInt8]
  switch CartPlace(path) {
  case .module, .folder: bytes = try readFile(modulePath(path))
  case .archive, .installed: bytes = try readCart(path).wasm
  case .standardInput:
    var input = try StandardInput()
    bytes = try input.readAll(limit: Int(ImplementationLimits.moduleBytes))
  }
  do {
    return try Module(decoding: bytes, features: features)
  } catch {
    throw .badData(inputName(path), "\(error)")
  }
}

/// The whole file at `path`.
func readFile(_ path: String) throws(Failure) -> [UInt8] {
  do {
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  } catch CocoaError.fileReadNoSuchFile {
    throw .missingInput(path, "no such file")
  } catch CocoaError.fileReadNoPermission {
    throw .missingInput(path, "permission denied")
  } catch {
    throw .missingInput(path, "cannot be read")
  }
}

/// The module file that `path` means: for the directory of a ROM its `_bin`.
func modulePath(_ path: String) -> String {
  var isDirectory: ObjCBool = false
  guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory),
    isDirectory.boolValue
  else { return path }
  return path + "/_bin"
}
