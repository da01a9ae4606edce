@testable import Engine

/// What is wrong with a module; nil if nothing is.
func fault(_ bytes: [UInt8], features: Features = .default) -> ModuleFault? {
  do {
    let module = try Module(decoding: bytes, features: features)
    do { try module.validateBodies() } catch { return error.kind }
    return nil
  } catch {
    return error.kind
  }
}
