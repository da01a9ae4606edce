/// Decodes, validates and compiles a module while it arrives.
///
/// Each function is compiled as soon as its body is there, and a module is refused as soon as what
/// makes it wrong is. How the file is cut into pieces makes no difference: neither to the code, which
/// is that of `CompiledModule(compiling:)`, nor to the error, which is the first in the file.
///
/// Takes memory for what has arrived, whatever sizes the file claims.
public struct StreamingCompiler: ~Copyable {
  private let config: CodegenConfig
  private var decoder: ModuleDecoder
  private var flat: FlatStorage?
  /// While there are bodies to come.
  private var compiler: CodeCompiler?
  private var product: CodeCompiler.Product?
  private var image = DataImageBuilder()
  private var failure: ModuleError?

  /// A compiler that waits for the first byte.
  public init(features: Features = .default, config: CodegenConfig = .host) {
    self.config = config
    decoder = ModuleDecoder(features: features)
  }

  /// Takes in the next bytes of the file and compiles the functions that are there now.
  ///
  /// Throws what is wrong with the module, and from then on always the same.
  public mutating func append(_ chunk: [UInt8]) throws(ModuleError) {
    if let failure { throw failure }
    decoder.append(chunk)
    try advance()
  }

  /// Ends the file; nothing can be appended any more.
  public consuming func finish() throws(ModuleError) -> CompiledModule {
    if let failure { throw failure }
    decoder.complete()
    try advance()
    let flat = self.flat ?? FlatStorage(decoder)
    let product = product ?? Self.noCode(flat, decoder.features, config)
    return CompiledModule(Module(decoder, flat), product, image.finish())
  }

  /// What a module without a code section has in its place.
  private static func noCode(
    _ flat: FlatStorage, _ features: Features, _ config: CodegenConfig
  ) -> CodeCompiler.Product {
    var compiler = CodeCompiler(flat.flat, features, config: config)
    return compiler.finish()
  }

  /// Goes on until the file ends, or what has arrived of it.
  private mutating func advance() throws(ModuleError) {
    do throws(ModuleError) {
      while try step() {}
      image.advance(DataImageBuilder.Segments(decoder), in: decoder.bytes)
    } catch {
      failure = error
      throw error
    }
  }

  /// Whether there may be more to do.
  private mutating func step() throws(ModuleError) -> Bool {
    let step: ModuleDecoder.Step
    do throws(DecodeError) { step = try decoder.step() } catch { throw .decoding(error) }
    switch step {
    case .starved, .end: return false
    case .section:
      // What ending the code takes need not wait for what stands behind it.
      if decoder.hasAllBodies, var compiler = compiler.take() { product = compiler.finish() }
    case .code:
      let flat = FlatStorage(decoder)
      compiler = CodeCompiler(flat.flat, decoder.features, config: config)
      self.flat = flat
    case .body(let body):
      do throws(ValidationError) {
        try compiler?.compile(body, in: decoder.bytes)
      } catch {
        throw .validation(error)
      }
    }
    return true
  }
}
