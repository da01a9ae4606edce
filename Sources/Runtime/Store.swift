import CMachine
import Engine
import Glibc

/// What a store may take.
public struct StoreLimits: Sendable {
  /// Bytes of all memories together.
  public var memoryBytes: UInt64
  /// Elements of all tables together.
  public var tableElements: UInt64
  /// Bytes of the wasm stack.
  public var stackBytes: UInt64
  /// Nested calls host to wasm; deeper ones count as stack exhaustion.
  public var hostDepth: UInt32
  /// Writes code through mprotect flips instead of a second mapping.
  public var flipsCodeMemory: Bool

  /// The console's limits.
  public init(
    memoryBytes: UInt64 = 256 << 20, tableElements: UInt64 = 10_000_000,
    stackBytes: UInt64 = 1 << 20, hostDepth: UInt32 = 200, flipsCodeMemory: Bool = false
  ) {
    self.memoryBytes = memoryBytes
    self.tableElements = tableElements
    self.stackBytes = stackBytes
    self.hostDepth = hostDepth
    self.flipsCodeMemory = flipsCodeMemory
  }
}

/// Instances that can share functions, tables, memories and globals, and the stack they run on.
///
/// One thread at a time may use a store, except for `interruptHandle`. Everything made in a store
/// lives as long as the store; functions, memories and the like hold on to it.
public final class Store: @unchecked Sendable {
  let handle: UnsafeMutablePointer<vm_store>
  let limits: StoreLimits
  /// What a host function threw, for the trap that follows: a trap that it passed on, or an error of
  /// its own.
  let hostError: UnsafeMutablePointer<(any Error)?>
  /// The exceptions that were thrown in it.
  let exceptions = ExceptionHeap()
  /// By return address, what happens to an exception that leaves the call.
  var catchSites: [UInt64: CatchSite] = [:]
  private let watchdog: Watchdog
  private var records: [InstanceRecord] = []
  private var recordOfContext: [UInt: InstanceRecord] = [:]
  private var images: [ObjectIdentifier: CodeImage] = [:]
  private var templates: [UInt32: vm_function] = [:]
  private lazy var noAncestors = allocate(bytes: 4 * 64)
  private var bindings: [HostBinding] = []
  /// Addresses of the records of host functions.
  private var hostRecords: Set<UInt> = []
  private var memories: [UnsafeMutablePointer<vm_memory>] = []
  private var tables: [UnsafeMutablePointer<vm_table>] = []
  private var blocks: [UnsafeMutableRawPointer] = []

  /// How often a memory might not grow because of `StoreLimits.memoryBytes`.
  public var refusedGrowths: UInt64 { handle.pointee.refused_growths }

  /// Makes a store.
  ///
  /// Ends the process if there is no memory for its stack.
  public init(limits: StoreLimits = StoreLimits()) {
    guard let handle = vm_store_create(limits.stackBytes) else {
      preconditionFailure("no memory for a wasm stack of \(limits.stackBytes) bytes")
    }
    self.handle = handle
    self.limits = limits
    hostError = vm_store_host_error(handle).assumingMemoryBound(to: (any Error)?.self)
    // Until there is code that says otherwise.
    handle.pointee.spares_vectors = 1
    handle.pointee.depth_limit = limits.hostDepth
    handle.pointee.memory_bytes_limit = limits.memoryBytes
    handle.pointee.table_elements_limit = limits.tableElements
    watchdog = Watchdog(handle)
    installExceptions()
  }

  deinit {
    watchdog.end()
    hostError.deinitialize(count: 1)
    records.removeAll()
    images.removeAll()
    for table in tables { vm_table_destroy(handle, table) }
    for memory in memories {
      vm_memory_destroy(memory)
      memory.deallocate()
    }
    for block in blocks { free(block) }
    vm_store_destroy(handle)
  }

  // MARK: Stopping

  /// CPU seconds that one outermost call may take; nil for no limit.
  public var callbackLimit: Double? {
    get { watchdog.limit }
    set { watchdog.limit = newValue }
  }

  /// Stops the call that is running, if any, with a trap `interrupted`.
  ///
  /// From any thread, and without effect once the store is gone.
  public var interruptHandle: @Sendable () -> Void {
    let watchdog = watchdog
    return { watchdog.interrupt() }
  }

  /// Units that one outermost call may take in code compiled with `CodegenConfig.countsFuel`: one a
  /// function entry and one a pass of a loop; nil for no limit.
  ///
  /// The call that wants more ends with a trap `fuelExhausted`, always at the same place.
  public var fuel: UInt64? {
    get { handle.pointee.fuel_limit == .max ? nil : handle.pointee.fuel_limit }
    set { handle.pointee.fuel_limit = newValue ?? .max }
  }

  /// Makes this thread ready to run compiled code, so that its first call takes no longer than others:
  /// to ask how large its stack is can take half a millisecond.
  public static func prepareThread() { vm_prepare_thread() }

  // MARK: Making things

  /// Zeroed memory that lives as long as the store, 16-byte aligned.
  func allocate(bytes: Int) -> UnsafeMutableRawPointer {
    // Zeros from the system are not touched before they are used.
    guard let block = calloc(1, max(bytes, 16)) else {
      preconditionFailure("no memory for \(bytes) bytes")
    }
    blocks.append(block)
    return block
  }

  /// A memory, nil if a limit or the system refuses it.
  public func makeMemory(_ type: MemoryType, bounds: MemoryBounds? = nil) -> Memory? {
    let isGuarded = (bounds ?? CodegenConfig.host.bounds) == .guardRegion
    let memory = UnsafeMutablePointer<vm_memory>.allocate(capacity: 1)
    memory.initialize(to: vm_memory())
    let status = vm_memory_create(
      handle, type.limits.minimum, type.limits.maximum ?? VM_MAXIMUM_PAGES,
      isGuarded ? VM_BOUNDS_GUARD_REGION : VM_BOUNDS_EXPLICIT, memory)
    guard status == 0 else {
      memory.deallocate()
      return nil
    }
    memory.pointee.is_wide = type.address == .i64 ? 1 : 0
    memories.append(memory)
    return Memory(store: self, handle: memory, maximum: type.limits.maximum)
  }

  /// A table of nulls, nil if a limit or the system refuses it.
  public func makeTable(_ type: TableType) -> Table? {
    guard
      let table = vm_table_create(
        handle, type.limits.minimum, type.limits.maximum ?? UInt64(UInt32.max))
    else { return nil }
    table.pointee.is_wide = type.address == .i64 ? 1 : 0
    tables.append(table)
    return Table(
      store: self, handle: table, element: type.element, maximum: type.limits.maximum)
  }

  /// A global with its initial value.
  public func makeGlobal(_ type: GlobalType, _ value: Value) -> Global {
    let cell = allocate(bytes: 16).assumingMemoryBound(to: UInt64.self)
    var words = cell
    value.write(to: &words)
    return Global(store: self, cell: cell, type: type)
  }

  /// A host function as a function of this store.
  public func makeFunction(_ function: HostFunction) -> Function {
    let binding = HostBinding(function, self)
    bindings.append(binding)
    let record = allocate(bytes: MemoryLayout<vm_function>.size)
      .initializeMemory(as: vm_function.self, to: template(TypeRegistry.id(of: function.type)))
    binding.fill(record)
    hostRecords.insert(UInt(bitPattern: record))
    return Function(store: self, record: record)
  }

  /// A record with all that follows from a type, given its number in `TypeRegistry`.
  func template(_ signature: UInt32) -> vm_function {
    if let known = templates[signature] { return known }
    guard let type = TypeRegistry.type(signature) else {
      preconditionFailure("there is no type \(signature)")
    }
    let count = type.parameters.count + type.results.count
    let types = allocate(bytes: count).assumingMemoryBound(to: UInt8.self)
    for (i, it) in (type.parameters + type.results).enumerated() { types[i] = it.code }
    let slots = allocate(bytes: 4 * type.parameters.count).assumingMemoryBound(to: UInt16.self)
    var record = vm_function()
    record.signature = signature
    record.ancestors = ancestors(of: signature)
    record.types = UnsafePointer(types)
    record.parameter_count = UInt32(type.parameters.count)
    record.result_count = UInt32(type.results.count)
    vm_function_classify(&record, slots)
    templates[signature] = record
    return record
  }

  /// What `vm_function.ancestors` is for a type.
  private func ancestors(of signature: UInt32) -> UnsafePointer<UInt32> {
    let ancestry = TypeRegistry.ancestry(of: signature)
    let words = ancestry.isEmpty ? noAncestors : allocate(bytes: 4 * 64)
    let list = words.assumingMemoryBound(to: UInt32.self)
    for (i, ancestor) in ancestry.prefix(64).enumerated() { list[i] = ancestor }
    return UnsafePointer(list)
  }

  // MARK: Instances

  /// The code of a module; nil if the code range is full.
  func image(of compiled: CompiledModule) -> CodeImage? {
    if let known = images[ObjectIdentifier(compiled)] { return known }
    guard let image = CodeImage.of(compiled, flips: limits.flipsCodeMemory) else { return nil }
    images[ObjectIdentifier(compiled)] = image
    return image
  }

  func add(_ record: InstanceRecord) {
    records.append(record)
    recordOfContext[UInt(bitPattern: record.context)] = record
  }

  var instanceCount: Int { records.count }

  /// The instance that runs in a context.
  func record(ofContext context: UInt) -> InstanceRecord? { recordOfContext[context] }

  /// The number of the instance that a context belongs to; nil for a context of another store.
  func instanceNumber(ofContext context: UnsafeMutablePointer<vm_context>) -> Int? {
    recordOfContext[UInt(bitPattern: context)]?.number
  }

  /// All instances, in order of instantiation, also those whose instantiation failed midway.
  public var instances: [Instance] { records.map { Instance($0, self) } }

  // MARK: Traps

  /// The trap of the call that has just returned `status`; before anything else runs in the store.
  func trap(_ status: Int32) -> Trap {
    let error = hostError.move()
    hostError.initialize(to: nil)
    if let passedOn = error as? Trap { return passedOn }
    let kind = TrapKind(status: status)
    var message = kind.message
    if kind == .hostError, let error { message = "\(error)" }
    var trap = Trap(kind: kind, message: message, frames: [], fault: nil, store: self)
    let record = handle.pointee.trap
    let capture = capture(
      StackWalk.framesOfTrap(in: handle),
      record.signal == 0 ? nil : RegisterFile(savedIn: record),
      isInterrupted: kind == .interrupted)
    trap.capture = capture
    trap.frames = capture.backtrace
    if kind == .uncaughtException, let exception = handle.pointee.exception {
      trap.exception = UncaughtException(exception, thrownBy: record.context, in: self)
      trap.message = trap.exception?.description ?? message
      handle.pointee.exception = nil
    }
    if kind == .memoryOutOfBounds { trap.fault = fault(record, trap.frames.first) }
    if kind == .nullReference, let frame = trap.frames.first {
      trap.message = Self.message(ofNullAt: frame) ?? message
    }
    return trap
  }

  /// What the instruction of a frame says to null, if it wants a reference of one kind only.
  private static func message(ofNullAt frame: TrapFrame) -> String? {
    let bytes = frame.module.module.bytes
    guard bytes.indices.contains(frame.offset) else { return nil }
    return switch bytes[frame.offset] {
    case Opcode.callRef, Opcode.returnCallRef: "null function reference"
    case Opcode.throwRef: "null exception reference"
    default: nil
    }
  }

  /// What an access out of bounds wanted: a load or store that stopped in compiled code, or a bulk
  /// operation, whose helper has said so.
  private func fault(_ record: vm_trap_record, _ frame: TrapFrame?) -> MemoryFault? {
    func size(ofMemory index: Int) -> UInt64 {
      record.context.map { vm_context_memory($0, UInt64(index)).pointee.length } ?? 0
    }
    if record.signal == 0 {
      guard record.has_address != 0 else { return nil }
      let index = Int(record.fault_memory)
      return MemoryFault(
        address: record.fault_address, accessSize: Int(exactly: record.fault_length),
        memorySize: size(ofMemory: index), memory: index)
    }
    return FaultingAccess(record, in: frame).map {
      MemoryFault(
        address: $0.address, accessSize: $0.size, memorySize: size(ofMemory: $0.memory),
        memory: $0.memory)
    }
  }

  private func capture(
    _ machine: [MachineFrame], _ registers: RegisterFile? = nil, isInterrupted: Bool = false
  ) -> StackCapture {
    StackCapture(
      machine, registers: registers, isInterrupted: isInterrupted,
      generation: handle.pointee.generation
    ) { recordOfContext[$0] }
  }

  /// The frames of the calls in progress in the store, as a host function sees them that this
  /// thread runs, with their locals and operands.
  ///
  /// Empty outside of one, or as soon as the host function has entered the store or returned.
  public var framesInProgress: FrameValues {
    FrameValues(store: self, capture: capture(StackWalk.framesOfHostCall()))
  }

  /// Whether a function of the store has its record at an address.
  func hasFunction(at address: UInt) -> Bool {
    hostRecords.contains(address) || records.contains { $0.functions.hasOwn(at: address) }
  }
}
