import CMachine
import Engine

/// A host function in a store: what `vm_function.host_data` points to.
final class HostBinding {
  let function: HostFunction
  /// The body of a function over words: out of the enumeration it would be retained in every call.
  private let words: HostFunction.Body
  private unowned let store: Store

  init(_ function: HostFunction, _ store: Store) {
    self.function = function
    self.store = store
    if case .words(let body) = function.implementation {
      words = body
    } else {
      words = { (_, _) throws(HostError) in }
    }
  }

  /// Makes a record call this function; the record holds no reference.
  func fill(_ record: UnsafeMutablePointer<vm_function>) {
    if case .words = function.implementation {
      record.pointee.host = Self.wordEntry
    } else {
      record.pointee.host = Self.entry
    }
    record.pointee.host_data = Unmanaged.passUnretained(self).toOpaque()
    record.pointee.keeps_mxcsr = function.keepsFloatingPointMode ? 1 : 0
    if case .scalars(let body, let context) = function.implementation {
      // A closure is two words: code, and what it has captured.
      withUnsafeBytes(of: ScalarClosure(body: body)) {
        record.pointee.scalar_code = $0.load(as: UnsafeRawPointer.self)
        record.pointee.scalar_captures = $0.load(
          fromByteOffset: MemoryLayout<UInt>.size, as: UnsafeMutableRawPointer?.self)
      }
      record.pointee.scalar_context = Unmanaged.passUnretained(context as AnyObject).toOpaque()
    }
    record.pointee.code = vm_host_call_entry(record)
    record.pointee.foreign = record.pointee.code
  }

  /// In a structure of its own, because as a generic argument a closure has another convention.
  private struct ScalarClosure {
    let body: HostFunction.ScalarBody
  }

  private typealias Entry =
    @convention(c) (
      UnsafeMutableRawPointer?, UnsafeMutablePointer<vm_context>?, UnsafeMutablePointer<UInt64>?
    ) -> Int32

  /// Runs the body and keeps its error for the caller of the cart.
  private static let wordEntry: Entry = { data, context, words in
    guard let data, let words else { return Int32(VM_TRAP_HOST.rawValue) }
    // The store owns the binding and outlives the call: no reference is counted.
    return Unmanaged<HostBinding>.fromOpaque(data)._withUnsafeGuaranteedRef { binding in
      do throws(HostError) {
        try binding.words(Caller(context), words)
        return 0
      } catch {
        return binding.keep(error)
      }
    }
  }

  /// The same for every body.
  private static let entry: Entry = { data, context, words in
    guard let data, let words else { return Int32(VM_TRAP_HOST.rawValue) }
    return Unmanaged<HostBinding>.fromOpaque(data)._withUnsafeGuaranteedRef { binding in
      do {
        switch binding.function.implementation {
        case .words(let body): try body(Caller(context), words)
        case .scalars(let body, let context):
          words.pointee = try body(words[0], words[1], words[2], words[3], words + 4, context)
        case .values(let body): try binding.call(body, Caller(context), words)
        }
        return 0
      } catch {
        return binding.keep(error)
      }
    }
  }

  /// The trap kind to leave compiled code with.
  @inline(never) private func keep(_ error: any Error) -> Int32 {
    store.hostError.pointee = error
    guard let trap = error as? Trap else { return Int32(VM_TRAP_HOST.rawValue) }
    if let exception = trap.exception?.reference, trap.store === store {
      // Those who have called the host function may catch it.
      store.handle.pointee.exception = exception.record
    }
    return Int32(trap.kind.rawValue)
  }

  private func call(
    _ body: HostFunction.ValueBody, _ caller: Caller, _ words: UnsafeMutablePointer<UInt64>
  ) throws {
    let type = function.type
    let results = try body(caller, Value.list(type.parameters, at: words))
    guard results.map(\.type) == type.results else {
      throw HostError("\(function.name) returned values of other types than \(type)")
    }
    Value.write(results, to: words)
  }
}
