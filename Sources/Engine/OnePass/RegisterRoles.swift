/// Who may hold what: the register map of compiled code (see `vm_context.h` for the convention).
///
///     rsp rbp r14 r15     stack, frame, context, memory 0
///     rax rcx rdx         temporaries only; rax also carries results
///     rdi rsi r8 r9       locals or temporaries; arguments 1 to 4; a call destroys them
///     rbx r12 r13 r10 r11 locals (or temporaries once saved); a call preserves them
///     xmm0 xmm1 xmm2      temporaries only; xmm0 also carries results
///     xmm3 ... xmm12      locals or temporaries; arguments from xmm3; a call destroys them
///     xmm13 xmm14 xmm15   locals (or temporaries once saved); a call preserves them
enum RegisterRoles {
  static var temporaries: RegisterSet { RegisterSet(0x0007_0007) }
  static var callerSaved: RegisterSet { RegisterSet(0x1FFF_03C7) }
  static var calleeSaved: RegisterSet { RegisterSet(0xE000_3C08) }
  /// Where locals may live.
  static var localPool: RegisterSet { RegisterSet(0xFFF8_3FC8) }

  /// Kept out of `localPool` in functions with vectors, whose sequences need up to five temporaries.
  static var vectorTemporaries: RegisterSet { RegisterSet(0x1800_0000) }

  static let integerArgumentCount = 4
  static let floatArgumentCount = 8

  /// Register of integer argument 0...3.
  @inline(__always) static func integerArgument(_ index: Int) -> Register {
    // rdi rsi r8 r9
    Register(UInt8(truncatingIfNeeded: (0x0908_0607 as UInt32) >> UInt32(index &* 8)))
  }
  /// Register of float argument 0...7.
  @inline(__always) static func floatArgument(_ index: Int) -> Register {
    Register(UInt8(19 &+ UInt8(truncatingIfNeeded: index)))
  }
}

/// Where each argument of a call travels.
struct ArgumentCursor {
  private var integers = 0
  private var floats = 0
  private var stackBytes = 0

  /// The place of the next argument of the given type code.
  @inline(__always) mutating func next(_ type: UInt8) -> ArgumentPlace {
    if isFloatCode(type) {
      if floats < RegisterRoles.floatArgumentCount {
        floats += 1
        return .register(RegisterRoles.floatArgument(floats - 1))
      }
    } else if integers < RegisterRoles.integerArgumentCount {
      integers += 1
      return .register(RegisterRoles.integerArgument(integers - 1))
    }
    let size = slotBytes(type)
    stackBytes += Int(size)
    return .stack(Int32(stackBytes) - size)
  }
  /// Bytes of stack arguments so far.
  var stackArgumentBytes: Int { stackBytes }
}

/// A register, or an offset in the outgoing stack area.
enum ArgumentPlace {
  case register(Register)
  case stack(Int32)
}

/// Value types as walk 2 carries them: the binary format's codes (spec 5.3).
enum Code {
  @inline(__always) static var i32: UInt8 { ValueType.Kind.i32.rawValue }
  @inline(__always) static var i64: UInt8 { ValueType.Kind.i64.rawValue }
  @inline(__always) static var f32: UInt8 { ValueType.Kind.f32.rawValue }
  @inline(__always) static var f64: UInt8 { ValueType.Kind.f64.rawValue }
  @inline(__always) static var v128: UInt8 { ValueType.Kind.v128.rawValue }
  @inline(__always) static var funcref: UInt8 { ValueType.Kind.funcref.rawValue }
}

/// Whether a value type code means a value in an xmm register.
@inline(__always) func isFloatCode(_ type: UInt8) -> Bool {
  type >= Code.v128 && type <= Code.f32
}
/// Bytes that a value takes in a home, a stack argument or the results buffer.
@inline(__always) func slotBytes(_ type: UInt8) -> Int32 { type == Code.v128 ? 16 : 8 }
/// Whether a value type code means more than 32 bits.
@inline(__always) func isWideCode(_ type: UInt8) -> Bool { type != Code.i32 && type != Code.f32 }
