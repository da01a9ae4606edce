import CMachine
import Engine

/// A frame with its values.
public struct FrameSnapshot: Sendable {
  /// Which frame.
  public var frame: TrapFrame
  /// All locals, parameters first, as they were before the frame's instruction; nil for what is
  /// not to be had.
  public var locals: [Value?]
  /// The operand stack before the frame's instruction, bottom first; of a call without its
  /// arguments, which are the callee's parameters.
  public var operands: [Value?]
  /// Whether the operands may be those of a neighbouring instruction, because a stop came from
  /// outside.
  ///
  /// If it came while the frame was being made or left, there are no values at all.
  public var isApproximate: Bool
}

/// The frames of a stack with their values, youngest first.
///
/// Each is evaluated when it is asked for, from the wasm stack itself, by a recompilation of its
/// function that all its frames share; nothing was kept for it while the code ran. So the sequence
/// ends early, or is empty, as soon as wasm of the store has been entered or gone on; only the
/// thread that may use the store may go through it. A deep stack takes no more memory than
/// a shallow one.
public struct FrameValues: Sequence, Sendable {
  let store: Store
  let capture: StackCapture?

  /// An iterator that starts at the youngest frame.
  public func makeIterator() -> Iterator { Iterator(store, capture) }

  /// Evaluates one frame after the other.
  public struct Iterator: IteratorProtocol {
    private let store: Store
    private let capture: StackCapture?
    private let stack: StackMemory
    private var recordings: RecordingCache
    private var registers = RegisterFile()
    private var position = 0

    init(_ store: Store, _ capture: StackCapture?) {
      self.store = store
      self.capture = capture
      stack = StackMemory(of: store.handle)
      recordings = RecordingCache(capture?.functions ?? [])
    }

    /// The next older frame.
    public mutating func next() -> FrameSnapshot? {
      guard let capture, position < capture.frames.count,
        store.handle.pointee.generation == capture.generation
      else { return nil }
      let (machine, number) = capture.frames[position]
      let site = capture.sites[number]
      if let stub = machine.stub {
        registers = RegisterFile(stubFrame: stub, in: stack)
      } else if machine.kind != .call {
        registers = capture.registers ?? RegisterFile()
      }
      position += 1
      let recording = recordings.recording(for: site)
      let frame = FrameReader(
        machine: machine, site: site, recording: recording, registers: registers, stack: stack,
        store: store, isInterrupted: capture.isInterrupted)
      defer { registers = frame.registersOfCaller() }
      return frame.snapshot()
    }
  }
}

/// Recordings of the functions of a capture, made when first needed, in bounded memory.
///
/// A function with very many locals at very many sites is recompiled again and again, for some of
/// the sites each time.
private struct RecordingCache {
  private struct Entry {
    var recording: FunctionRecording?
    /// Which of the function's sites it has.
    var positions: Range<Int>
    /// Number of places in it.
    var weight: Int
  }

  private static let budget = 1 << 20
  private let functions: [StackCapture.Function]
  private var entries: [Entry?]
  private var weight = 0

  init(_ functions: [StackCapture.Function]) {
    self.functions = functions
    entries = Array(repeating: nil, count: functions.count)
  }

  /// The recording of a site's function, with the state of the site if it has one.
  mutating func recording(for site: StackCapture.Site) -> FunctionRecording? {
    if let entry = entries[site.function], entry.positions.contains(site.position) {
      return entry.recording
    }
    let function = functions[site.function]
    let localCount = function.compiled.module.localCount(ofFunction: function.index)
    let end = min(
      function.sites.count, site.position + max(1, Self.budget / 4 / max(1, localCount)))
    let positions = site.position..<end
    weight -= entries[site.function]?.weight ?? 0
    if weight + localCount * positions.count > Self.budget {
      entries = Array(repeating: nil, count: functions.count)
      weight = 0
    }
    let recording = function.compiled.recording(
      ofFunction: function.index, at: Set(function.sites[positions]))
    let places = recording?.states.values.reduce(0) { $0 + $1.locals.count + $1.operands.count }
    entries[site.function] = Entry(
      recording: recording, positions: positions, weight: places ?? 0)
    weight += places ?? 0
    return recording
  }
}

/// Reads the values of one frame.
private struct FrameReader {
  let machine: MachineFrame
  let site: StackCapture.Site
  let recording: FunctionRecording?
  let registers: RegisterFile
  let stack: StackMemory
  let store: Store
  let isInterrupted: Bool

  func snapshot() -> FrameSnapshot {
    guard let state = recording?.states[site.code],
      machine.kind != .stop || hasSavedRegisters || isAtStackCheck
    else {
      let module = site.frame.module.module
      let localCount = module.localCount(ofFunction: site.frame.functionIndex)
      return FrameSnapshot(
        frame: site.frame, locals: Array(repeating: nil, count: localCount), operands: [],
        isApproximate: machine.kind == .stop)
    }
    var frame = site.frame
    frame.offset = state.wasmOffset
    return FrameSnapshot(
      frame: frame, locals: state.locals.map { value($0) },
      operands: state.operands.map { value($0) },
      isApproximate: state.isApproximate || isInterruptedBuiltin(state))
  }

  // MARK: Places

  private func value(_ place: ValuePlace) -> Value? {
    if place.type == .v128 { return vector(place.kind).map { .v128($0) } }
    guard let bits = bits(place.kind) else { return nil }
    // A reference of ours is followed by those who show it.
    if place.type.kind == .funcref && bits != 0 && !store.hasFunction(at: UInt(bits)) { return nil }
    if place.type.kind == .exnref && bits != 0 && !store.exceptions.contains(UInt(bits)) {
      return nil
    }
    return Value(place.type, bits: bits)
  }

  /// All bits of the vector in a place.
  private func vector(_ kind: ValuePlace.Kind) -> UInt128? {
    func joined(_ low: UInt64?, _ high: UInt64?) -> UInt128? {
      guard let low, let high else { return nil }
      return UInt128(high) << 64 | UInt128(low)
    }
    switch kind {
    case .vector(let bits): return bits
    case .register(let number): return joined(registers[number], registers.upperHalf(of: number))
    case .frame(let offset):
      guard let fp = machine.fp else { return nil }
      return joined(stack.word(at: fp, Int(offset)), stack.word(at: fp, Int(offset) + 8))
    case .constant, .sum, .flags, .argument, .missing: return nil
    }
  }

  /// The low 64 bits of what is in a place; those above the type's width mean nothing.
  private func bits(_ kind: ValuePlace.Kind) -> UInt64? {
    switch kind {
    case .constant(let bits): return bits
    case .register(let number): return registers[number]
    case .frame(let offset): return machine.fp.flatMap { stack.word(at: $0, Int(offset)) }
    case .sum(let base, let index, let scale, let displacement):
      var sum = UInt64(bitPattern: Int64(displacement))
      if let base {
        guard let word = registers[base] else { return nil }
        sum &+= word
      }
      if let index {
        guard let word = registers[index] else { return nil }
        sum &+= word &<< UInt64(scale)
      }
      return sum
    case .flags(let condition): return registers.fulfils(condition).map { $0 ? 1 : 0 }
    case .argument(let number):
      guard (0..<4).contains(number), let stub = machine.stub else { return nil }
      return stack.word(at: stub, RegisterFile.argumentOffset + 8 * number)
    case .vector, .missing: return nil
    }
  }

  /// Whether a stop has ended the frame's call of a builtin, which may have done its work before
  /// and put its result over an argument.
  private func isInterruptedBuiltin(_ state: FrameState) -> Bool {
    guard isInterrupted, machine.stub != nil else { return false }
    return state.operands.contains { if case .argument = $0.kind { true } else { false } }
  }

  // MARK: Going to the caller

  /// The registers as they are in the caller, if this is the frame of a callee.
  func registersOfCaller() -> RegisterFile {
    var file = registers
    if let recording {
      if hasSavedRegisters, let fp = machine.fp {
        file.restore(recording.savedRegisters, from: fp, in: stack)
      }
      file.enterCaller()
    } else {
      file = RegisterFile()
    }
    return file
  }

  /// Whether the caller's registers lie in the frame.
  ///
  /// In a prologue, and at a `ret`, they are in the registers themselves.
  private var hasSavedRegisters: Bool {
    guard machine.kind != .call else { return true }
    guard let recording, machine.fp != nil else { return false }
    return site.code.offset >= recording.bodyStart && !isAtStackCheck
  }

  /// Whether this is the `ud2` behind a prologue's stack check, which comes before anything is
  /// saved but lies behind the function's code.
  private var isAtStackCheck: Bool {
    let code = site.frame.module.code
    let offset = site.code.offset
    guard offset >= 0, offset + 3 <= code.count else { return false }
    return code[offset] == 0x0F && code[offset + 1] == 0x0B
      && UInt32(code[offset + 2] & 15) == VM_TRAP_CALL_STACK_EXHAUSTED.rawValue
  }
}
