import CMachine

/// Validates and compiles the function bodies of a module one after the other, in file order.
///
/// It needs nothing that stands after the code section, so bodies can be compiled as they arrive.
struct CodeCompiler: ~Copyable {
  /// What all bodies together have become.
  final class Product: Sendable {
    let config: CodegenConfig
    let layout: ContextLayout
    /// Sealed, and owned.
    nonisolated(unsafe) let code: vm_code_buffer
    /// Bytes of code in there.
    let codeCount: Int
    /// Where each function starts in `code`; owned.
    nonisolated(unsafe) let functionOffsets: UnsafePointer<UInt32>
    /// Whether any function wants xmm registers preserved over its calls.
    let preservesVectors: Bool

    fileprivate init(
      _ compiler: inout FunctionCompiler<NoRecorder>, starts: UnsafePointer<UInt32>, count: Int,
      preservesVectors: Bool
    ) {
      let offsets = UnsafeMutablePointer<UInt32>.allocate(capacity: max(count, 1))
      offsets.initialize(from: starts, count: count)
      functionOffsets = UnsafePointer(offsets)
      config = compiler.config
      layout = compiler.layout
      codeCount = compiler.asm.offset
      code = compiler.asm.takeCode()
      self.preservesVectors = preservesVectors
    }

    deinit {
      var buffer = code
      vm_code_buffer_free(&buffer)
      functionOffsets.deallocate()
    }
  }

  private let flat: FlatModule
  private let codeLimit: Int?
  private var validator: FunctionValidator
  private var compiler: FunctionCompiler<NoRecorder>
  /// Where each function starts.
  ///
  /// For those that are still to come, the youngest call's rel32 field, which holds the place of the
  /// next older one; 0 ends that chain.
  private var starts: Arena<UInt32>
  private var count = 0
  private var savedRegisters = RegisterSet.empty

  /// A compiler for the module that `flat` describes and outlives it; `codeLimit` replaces that of
  /// `ImplementationLimits`.
  init(
    _ flat: FlatModule, _ features: Features, config: CodegenConfig, codeLimit: Int? = nil
  ) {
    self.flat = flat
    self.codeLimit = codeLimit
    validator = FunctionValidator(flat, features)
    validator.movedLengths = config.movedLengths
    compiler = FunctionCompiler(
      flat, config: config, layout: ContextLayout(flat), recorder: NoRecorder())
    starts = Arena(capacity: flat.functionCount - flat.importedFunctionCount)
  }

  /// Compiles the next body, which is in `file`.
  ///
  /// Throws a `ValidationError` with the offset of the first invalid instruction, or of the body if
  /// the code of all so far exceeds the limit.
  mutating func compile(_ body: FunctionBody, in file: [UInt8]) throws(ValidationError) {
    let end = body.bodyOffset + body.size
    compiler.codeLimit = codeLimit ?? Int(ImplementationLimits.codeBytes(ofFile: end))
    let summary = try validator.validate(body, ofFunction: count, in: file)
    compiler.compile(summary, defined: count)
    savedRegisters |= compiler.savedRegisters
    guard !compiler.isCodeTooLarge else {
      throw ValidationError(
        .limitExceeded(
          .codeByte, count: UInt64(compiler.asm.offset), limit: UInt64(compiler.codeLimit)),
        at: body.bodyOffset, functionIndex: flat.importedFunctionCount + count)
    }
    var waiting = Int(starts.base[count])
    starts.base[count] = UInt32(truncatingIfNeeded: compiler.functionStart)
    count += 1
    while waiting != 0 {
      let next = Int(compiler.asm.long(at: waiting))
      compiler.asm.patch(waiting, to: compiler.functionStart)
      waiting = next
    }
    resolveCalls()
  }

  /// Fills in the addresses of the called functions where they are known.
  private mutating func resolveCalls() {
    for i in 0..<compiler.calls.count {
      let call = compiler.calls[i]
      let start = starts.base[call.function]
      if call.function < count {
        compiler.asm.patch(call.field, to: Int(start))
      } else {
        compiler.asm.setLong(Int32(truncatingIfNeeded: start), at: call.field)
        starts.base[call.function] = UInt32(truncatingIfNeeded: call.field)
      }
    }
  }

  /// The code of all bodies; the last thing to ask for.
  mutating func finish() -> Product {
    Product(
      &compiler, starts: starts.base, count: count,
      preservesVectors: !(savedRegisters & .xmm).isEmpty)
  }
}
