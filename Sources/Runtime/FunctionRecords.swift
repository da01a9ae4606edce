import CMachine
import Engine

/// The function index space of an instance, as the records that references point to.
///
/// Compiled code reaches a function's record only through a reference to it, and of most functions
/// nobody ever takes one: theirs are made when the host asks.
final class FunctionRecords {
  /// What `vm_context.functions` is: null for functions whose record is not made.
  let table: UnsafeMutablePointer<UnsafePointer<vm_function>?>
  let count: Int
  private let compiled: CompiledModule
  private unowned let store: Store
  private var context: UnsafeMutablePointer<vm_context>?
  private var codeBase: UInt64 = 0
  private var importedCount = 0
  /// The records of the functions of which code or segments may take references.
  private var row = UnsafeMutableBufferPointer<vm_function>(start: nil, count: 0)
  /// Addresses of the other ones.
  private var others: Set<UInt> = []

  /// No function yet.
  init(_ compiled: CompiledModule, _ store: Store) {
    self.compiled = compiled
    self.store = store
    count = compiled.module.functionCount
    table = store.allocate(bytes: 8 * count)
      .bindMemory(to: UnsafePointer<vm_function>?.self, capacity: count)
  }

  /// Adds the next imported function.
  func link(_ record: UnsafePointer<vm_function>) {
    table[importedCount] = record
    importedCount += 1
  }

  /// Adds the module's own functions, after the imported ones.
  func define(_ context: UnsafeMutablePointer<vm_context>, codeBase: UInt64) {
    self.context = context
    self.codeBase = codeBase
    let flat = compiled.module.flat
    let declared = UnsafeBufferPointer(
      start: flat.declaredFunctionReferences, count: (count + 63) / 64)
    let room = declared.reduce(0) { $0 + $1.nonzeroBitCount }
    let records = store.allocate(bytes: MemoryLayout<vm_function>.stride * room)
      .bindMemory(to: vm_function.self, capacity: room)
    var firstOfType = [UnsafePointer<vm_function>?](repeating: nil, count: flat.typeCount)
    var made = 0
    for (word, bits) in declared.enumerated() {
      var rest = bits
      while rest != 0 {
        let index = word * 64 + rest.trailingZeroBitCount
        rest &= rest - 1
        guard index >= importedCount else { continue }
        let type = flat.typeIndex(ofFunction: index)
        if let known = firstOfType[type] {
          records[made] = known.pointee
          complete(records + made, index)
        } else {
          make(index, at: records + made)
          firstOfType[type] = UnsafePointer(records + made)
        }
        made += 1
      }
    }
    row = UnsafeMutableBufferPointer(start: records, count: made)
  }

  /// The record of a function; the index is within the index space.
  subscript(index: Int) -> UnsafePointer<vm_function> {
    if let known = table[index] { return known }
    let record = store.allocate(bytes: MemoryLayout<vm_function>.size)
      .bindMemory(to: vm_function.self, capacity: 1)
    make(index, at: record)
    others.insert(UInt(bitPattern: record))
    return UnsafePointer(record)
  }

  private func make(_ index: Int, at record: UnsafeMutablePointer<vm_function>) {
    let module = compiled.module
    record.initialize(to: store.template(module.typeIDs[module.typeIndex(ofFunction: index)]))
    record.pointee.context = context
    record.pointee.foreign = vm_foreign_entry()
    complete(record, index)
  }

  /// Fills in what two functions of a type do not share.
  private func complete(_ record: UnsafeMutablePointer<vm_function>, _ index: Int) {
    let offset = compiled.functionOffsets[index - importedCount]
    record.pointee.code = UnsafeRawPointer(bitPattern: UInt(codeBase) + UInt(offset))
    record.pointee.function_index = UInt32(index)
    table[index] = UnsafePointer(record)
  }

  /// Whether the record of a function that the module defines, not imports, is at an address.
  func hasOwn(at address: UInt) -> Bool {
    guard let first = row.baseAddress else { return others.contains(address) }
    let (distance, isBefore) = address.subtractingReportingOverflow(UInt(bitPattern: first))
    let stride = UInt(MemoryLayout<vm_function>.stride)
    return !isBefore && distance % stride == 0 && distance / stride < UInt(row.count)
      || others.contains(address)
  }
}
