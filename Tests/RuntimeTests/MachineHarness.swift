import CMachine

/// Machine code as tests write it.
typealias Code = [UInt8]

let prologue: Code = [0x55, 0x48, 0x89, 0xE5]  // push rbp; mov rbp,rsp
let epilogue: Code = [0x5D, 0xC3]  // pop rbp; ret
let jumpSelf: Code = [0xEB, 0xFE]

func ud2(_ kind: vm_trap_kind) -> Code { [0x0F, 0x0B, UInt8(kind.rawValue)] }

/// Types in the codes of the binary format.
enum Type {
  static let i32: UInt8 = 0x7F
  static let i64: UInt8 = 0x7E
  static let f32: UInt8 = 0x7D
  static let f64: UInt8 = 0x7C
}

typealias HostBody =
  @convention(c) (
    UnsafeMutableRawPointer?, UnsafeMutablePointer<vm_context>?, UnsafeMutablePointer<UInt64>?
  ) -> Int32

/// A store with one or more hand-made instances whose functions are machine code, so that the stubs
/// and the signal handler are tested without a compiler.
///
/// Each instance has 8 pointers to imported functions behind the context's head.
final class MachineHarness {
  let store: UnsafeMutablePointer<vm_store>
  let memory: UnsafeMutablePointer<vm_memory>
  private(set) var contexts: [UnsafeMutablePointer<vm_context>] = []
  private var blocks: [vm_code_block] = []
  private var releases: [() -> Void] = []
  let mode: vm_code_mode

  static let importsOffset = (MemoryLayout<vm_context>.size + 15) & ~15

  init(
    stackBytes: UInt64 = 1 << 20, pages: UInt64 = 1, maximumPages: UInt64 = 65536,
    bounds: vm_bounds = VM_BOUNDS_GUARD_REGION, mode: vm_code_mode = VM_CODE_DUAL_MAPPING
  ) {
    self.mode = mode
    store = vm_store_create(stackBytes)!
    store.pointee.depth_limit = 200
    memory = .allocate(capacity: 1)
    precondition(vm_memory_create(store, pages, maximumPages, bounds, memory) == 0)
    _ = addContext()
  }

  deinit {
    for block in blocks { vm_code_free(block) }
    for release in releases { release() }
    vm_memory_destroy(memory)
    memory.deallocate()
    vm_store_destroy(store)
  }

  var context: UnsafeMutablePointer<vm_context> { contexts[0] }

  func addContext() -> UnsafeMutablePointer<vm_context> {
    let bytes = Self.importsOffset + 8 * 8
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 16)
    raw.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    releases.append { raw.deallocate() }
    let context = raw.assumingMemoryBound(to: vm_context.self)
    vm_store_adopt(store, context)
    vm_memory_attach(memory, vm_context_memory(context, 0))
    contexts.append(context)
    return context
  }

  /// Puts code into the code range and returns its address.
  func place(_ code: Code) -> UnsafePointer<UInt8> {
    var buffer = vm_code_buffer()
    precondition(vm_code_buffer_resize(&buffer, code.count) == 0)
    buffer.bytes.update(from: code, count: code.count)
    vm_code_buffer_seal(&buffer, code.count)
    var block = vm_code_block()
    precondition(vm_code_allocate(&buffer, code.count, mode, &block) == 0)
    vm_code_buffer_free(&buffer)
    blocks.append(block)
    return block.address
  }

  private func record(
    _ parameters: [UInt8], _ results: [UInt8], fill: (inout vm_function) -> Void
  ) -> UnsafeMutablePointer<vm_function> {
    let types = UnsafeMutablePointer<UInt8>.allocate(capacity: parameters.count + results.count + 1)
    for (i, type) in (parameters + results).enumerated() { types[i] = type }
    let slots = UnsafeMutablePointer<UInt16>.allocate(capacity: parameters.count + 1)
    let record = UnsafeMutablePointer<vm_function>.allocate(capacity: 1)
    record.initialize(to: vm_function())
    record.pointee.types = UnsafePointer(types)
    record.pointee.parameter_count = UInt32(parameters.count)
    record.pointee.result_count = UInt32(results.count)
    record.pointee.signature = 1
    vm_function_classify(record, slots)
    fill(&record.pointee)
    releases.append {
      types.deallocate()
      slots.deallocate()
      record.deallocate()
    }
    return record
  }

  /// A function of the instance with this context (the first by default).
  func function(
    _ parameters: [UInt8] = [], _ results: [UInt8] = [], at offset: Int = 0,
    in context: UnsafeMutablePointer<vm_context>? = nil, _ code: Code
  ) -> UnsafeMutablePointer<vm_function> {
    let address = place(code)
    return record(parameters, results) {
      $0.code = UnsafeRawPointer(address + offset)
      $0.context = context ?? self.context
      $0.foreign = vm_foreign_entry()
    }
  }

  /// A function without parameters and results.
  func function(
    at offset: Int = 0, in context: UnsafeMutablePointer<vm_context>? = nil, _ code: Code
  ) -> UnsafeMutablePointer<vm_function> {
    function([], [], at: offset, in: context, code)
  }

  func host(
    _ parameters: [UInt8] = [], _ results: [UInt8] = [], data: UnsafeMutableRawPointer? = nil,
    _ body: @escaping HostBody
  ) -> UnsafeMutablePointer<vm_function> {
    record(parameters, results) {
      $0.code = vm_host_call_entry(&$0)
      $0.foreign = $0.code
      $0.host = body
      $0.host_data = data
    }
  }

  func host(_ body: @escaping HostBody) -> UnsafeMutablePointer<vm_function> {
    host([], [], body)
  }

  /// Links `function` as import number `index` of a context.
  func link(
    _ index: Int, _ function: UnsafeMutablePointer<vm_function>,
    in context: UnsafeMutablePointer<vm_context>? = nil
  ) {
    UnsafeMutableRawPointer(context ?? self.context).storeBytes(
      of: UInt(bitPattern: function), toByteOffset: Self.importsOffset + 8 * index, as: UInt.self)
  }

  /// `mov rax,[r14+import]; call [rax+foreign]`, as compiled code calls imports.
  func callImport(_ index: Int) -> Code {
    [0x49, 0x8B, 0x86] + littleEndian(UInt32(Self.importsOffset + 8 * index)) + [0xFF, 0x50, 0x10]
  }

  /// `call [r14+builtin]`.
  func callBuiltin(_ builtin: vm_builtin) -> Code {
    let offset = MemoryLayout<vm_context>.offset(of: \.builtins)! + 8 * Int(builtin.rawValue)
    return [0x41, 0xFF, 0x96] + littleEndian(UInt32(offset))
  }

  /// Calls a function; the trap kind (0 is none) and its results.
  @discardableResult
  func call(
    _ function: UnsafeMutablePointer<vm_function>, _ arguments: [UInt64] = []
  ) -> (kind: vm_trap_kind, results: [UInt64]) {
    let resultCount = Int(function.pointee.result_count)
    var values = arguments
    values += Array(repeating: 0, count: max(arguments.count, resultCount) + 2 - values.count)
    let kind = vm_call(store, function, &values)
    return (vm_trap_kind(UInt32(kind)), Array(values.prefix(resultCount)))
  }
}

func littleEndian<Value: FixedWidthInteger>(_ value: Value) -> Code {
  withUnsafeBytes(of: value.littleEndian) { Array($0) }
}

/// `call rel32` from the end of `code` to `target` in the same block.
func callRelative(_ target: Int, from position: Int) -> Code {
  [0xE8] + littleEndian(Int32(target - (position + 5)))
}
