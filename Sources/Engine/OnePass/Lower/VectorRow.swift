/// How a vector instruction becomes machine code, for those that a form or two express.
struct VectorRow {
  enum Shape: UInt8 {
    /// Lowered by a function of its own.
    case special
    /// op(a, b).
    case binary
    /// Whether op(a, b) equals a, lane by lane.
    case absorbs
    /// op(a).
    case unary
    /// The upper half of a, widened.
    case widenHigh
    /// op(widened low halves of a and b), and of the high halves.
    case product
    case productOfHigh
    /// Loads by the form.
    case load
    /// op(a, literal).
    case masked
  }

  var code: UInt8
  var shape: Shape
  var form: Encoding
  /// The comparison of `absorbs`.
  var second: Encoding
  /// How `product` and `widenHigh` widen lanes.
  var widening = VectorWidening(low: .or, high: .or, upper: .zeros)
  /// A byte behind the form.
  var immediate: UInt8?
  var commutes = false
  /// The operands change places.
  var swaps = false
  /// The result is complemented.
  var inverts = false
  /// Bytes that a load accesses.
  var size: UInt8 = 0
  /// The pattern of a mask.
  var mask: UInt64 = 0

  private init(_ code: UInt8, _ shape: Shape, _ form: Encoding, _ second: Encoding? = nil) {
    self.code = code
    self.shape = shape
    self.form = form
    self.second = second ?? form
  }

  static func special(_ code: UInt8) -> VectorRow { VectorRow(code, .special, .or) }

  static func binary(
    _ code: UInt8, _ form: Encoding, commutes: Bool = false, swaps: Bool = false,
    inverts: Bool = false, immediate: UInt8? = nil
  ) -> VectorRow {
    var row = VectorRow(code, .binary, form)
    row.commutes = commutes
    row.swaps = swaps
    row.inverts = inverts
    row.immediate = immediate
    return row
  }
  static func absorbs(
    _ code: UInt8, _ form: Encoding, equal: Encoding, inverts: Bool = false
  ) -> VectorRow {
    var row = VectorRow(code, .absorbs, form, equal)
    row.inverts = inverts
    return row
  }
  static func unary(_ code: UInt8, _ form: Encoding, immediate: UInt8? = nil) -> VectorRow {
    var row = VectorRow(code, .unary, form)
    row.immediate = immediate
    return row
  }
  static func masked(_ code: UInt8, _ form: Encoding, _ mask: UInt64) -> VectorRow {
    var row = VectorRow(code, .masked, form)
    row.mask = mask
    return row
  }
  static func widenHigh(_ code: UInt8, _ widening: VectorWidening) -> VectorRow {
    var row = VectorRow(code, .widenHigh, widening.low)
    row.widening = widening
    return row
  }
  static func product(
    _ code: UInt8, _ form: Encoding, _ widening: VectorWidening, isHigh: Bool = false
  ) -> VectorRow {
    var row = VectorRow(code, isHigh ? .productOfHigh : .product, form)
    row.widening = widening
    return row
  }
  static func load(_ code: UInt8, _ form: Encoding, size: UInt8) -> VectorRow {
    var row = VectorRow(code, .load, form)
    row.size = size
    return row
  }
}

/// How lanes become twice as wide.
struct VectorWidening {
  /// The form that widens the lower half.
  var low: Encoding
  /// The form that interleaves the upper halves of two operands.
  var high: Encoding
  /// What becomes of the interleaved halves.
  var upper: Upper

  enum Upper {
    /// They were interleaved with zeros.
    case zeros
    /// They were interleaved with themselves: a shift by so many bits copies the sign down.
    case sign(VectorShift, UInt8)
    /// The machine has no such shift: the upper half is moved down and widened there.
    case movedDown
  }
}
