/// A pc in a module's code at which the state of a frame is wanted.
public struct CodeSite: Hashable, Sendable {
  /// How the frame came to be there.
  public enum Kind: Hashable, Sendable {
    /// The instruction at the pc faulted.
    case trap
    /// The pc is the return address of a call that is in progress.
    case call
    /// A stop signal came before the instruction at the pc was carried out.
    case stop
  }

  /// Code offset from the start of the module's code.
  public var offset: Int
  /// How the frame came to be there.
  public var kind: Kind

  /// A site of these parts.
  public init(offset: Int, kind: Kind) {
    self.offset = offset
    self.kind = kind
  }
}

/// Where a local or operand of a frame is.
public struct ValuePlace: Hashable, Sendable {
  /// The kinds of place.
  ///
  /// Registers have their machine numbers: 0...15 general, 16...31 xmm. They are meant as they
  /// are in this very frame: a caller's preserved registers are in the frames of its callees.
  public enum Kind: Hashable, Sendable {
    /// These bits.
    case constant(UInt64)
    /// These bytes of a v128, the first in the lowest bits.
    case vector(UInt128)
    /// A register, low bytes.
    case register(UInt8)
    /// Memory at rbp plus this offset, low bytes first.
    case frame(Int32)
    /// base + index << scale + displacement, in the width of the type.
    case sum(base: UInt8?, index: UInt8?, scale: UInt8, displacement: Int32)
    /// 1 if the saved flags fulfil the condition (Intel SDM volume 2, appendix B.1.4.7), else 0;
    /// 16 is "equal and ordered", 17 "different or unordered" of a float comparison.
    case flags(UInt8)
    /// Word k of the integer arguments of the builtin that the frame is calling.
    case argument(Int)
    /// Not to be had at this pc.
    case missing
  }

  /// The value's type.
  public var type: ValueType
  /// Where it is.
  public var kind: Kind

  /// A place of these parts.
  public init(type: ValueType, kind: Kind) {
    self.type = type
    self.kind = kind
  }
}

/// What the compiler knew about a frame at one pc.
public struct FrameState: Sendable {
  /// File offset of the instruction: the one that trapped, was to be carried out, or calls.
  public var wasmOffset: Int
  /// All locals, parameters first, as they are before the instruction.
  public var locals: [ValuePlace]
  /// Operands, bottom first, before the instruction; those of a call without its arguments,
  /// which are the callee's parameters.
  public var operands: [ValuePlace]
  /// Whether the operands may be those of a neighbouring instruction: a stop in between.
  public var isApproximate: Bool
}

/// How a function's frames look, and what is in them at some pcs.
public struct FunctionRecording: Sendable {
  /// A preserved register that the prologue saves.
  public struct SavedRegister: Hashable, Sendable {
    /// Machine number; xmm registers take 16 bytes.
    public var register: UInt8
    /// Where, from rbp.
    public var offset: Int32
  }

  /// The preserved registers that the function saves.
  public var savedRegisters: [SavedRegister]
  /// From this code offset (from the module's start) on, the saved registers are saved.
  public var bodyStart: Int
  /// From this code offset on, they are being restored: the frame's locals are gone.
  public var epilogueStart: Int
  /// What was asked for; a site that no frame can stand at has no state.
  public var states: [CodeSite: FrameState]
}
