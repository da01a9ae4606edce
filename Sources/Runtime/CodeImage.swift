import CMachine
import Engine
import Synchronization

/// The code of a module in the code range, shared by all stores that run the module.
final class CodeImage: @unchecked Sendable {
  /// The address of the code's first byte; 0 if there is no code.
  let base: UInt64
  private let block: vm_code_block
  private let key: Key
  // Its identity is the key, so that it must not go before the image.
  private let compiled: CompiledModule

  private struct Key: Hashable {
    let module: ObjectIdentifier
    let flips: Bool
  }

  private struct Reference: Sendable {
    weak var image: CodeImage?
  }

  private static let images = Mutex<[Key: Reference]>([:])

  /// The image of a module, placed while some store has it; nil if the code range is full.
  static func of(_ compiled: CompiledModule, flips: Bool) -> CodeImage? {
    let key = Key(module: ObjectIdentifier(compiled), flips: flips)
    return images.withLock { images in
      if let known = images[key]?.image { return known }
      guard let image = CodeImage(compiled, key) else { return nil }
      images[key] = Reference(image: image)
      return image
    }
  }

  private init?(_ compiled: CompiledModule, _ key: Key) {
    var block = vm_code_block()
    if compiled.code.count > 0 {
      let mode = key.flips ? VM_CODE_FLIP : VM_CODE_DUAL_MAPPING
      var buffer = compiled.codeBuffer
      guard vm_code_allocate(&buffer, compiled.code.count, mode, &block) == 0 else { return nil }
    }
    self.block = block
    self.key = key
    self.compiled = compiled
    base = UInt64(UInt(bitPattern: block.address))
  }

  deinit {
    if block.size > 0 { vm_code_free(block) }
    // Another thread may have placed the module anew meanwhile.
    Self.images.withLock { if $0[key]?.image == nil { $0[key] = nil } }
  }
}
