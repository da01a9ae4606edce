/// An expression evaluated at instantiation: initial values and segment offsets (spec 3.3.10).
///
/// Floats are bit patterns. A `global` is always an imported, immutable one.
public enum ConstantExpression: Hashable, Sendable {
  case i32(UInt32)
  case i64(UInt64)
  case f32(UInt32)
  case f64(UInt64)
  case v128(UInt128)
  /// The value of the imported global with this index.
  case global(Int)
  /// The null reference of this type.
  case null(ValueType)
  /// A reference to the function with this index.
  case function(Int)
}
