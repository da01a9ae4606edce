import CMachine

/// The one door through which the host touches a cart's memory: every access is checked against the
/// memory's present size.
///
/// Valid while its store lives.
public struct GuestMemory: @unchecked Sendable {
  private let handle: UnsafeMutablePointer<vm_memory>

  init(_ handle: UnsafeMutablePointer<vm_memory>) { self.handle = handle }

  /// Size in bytes.
  public var count: UInt64 { handle.pointee.length }

  /// The bytes [address, address + count), nil if any lies outside.
  ///
  /// Do not keep over a call into wasm.
  public func bytes(at address: UInt32, count: UInt32) -> UnsafeRawBufferPointer? {
    mutableBytes(at: address, count: count).map { UnsafeRawBufferPointer($0) }
  }

  /// The same for writing.
  public func mutableBytes(at address: UInt32, count: UInt32) -> UnsafeMutableRawBufferPointer? {
    let end = UInt64(address) + UInt64(count)
    guard end <= handle.pointee.length else { return nil }
    guard let base = handle.pointee.base else { return nil }
    return UnsafeMutableRawBufferPointer(start: base + Int(address), count: Int(count))
  }

  /// All bytes.
  ///
  /// Do not keep over a call into wasm.
  public var all: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: handle.pointee.base, count: Int(handle.pointee.length))
  }

  /// A little-endian integer at `address`, nil if it lies outside.
  public func read<T: FixedWidthInteger>(_ type: T.Type, at address: UInt32) -> T? {
    bytes(at: address, count: UInt32(MemoryLayout<T>.size)).map {
      T(littleEndian: $0.loadUnaligned(as: T.self))
    }
  }

  /// Writes a little-endian integer; false if it lies outside.
  public func write<T: FixedWidthInteger>(_ value: T, at address: UInt32) -> Bool {
    guard let bytes = mutableBytes(at: address, count: UInt32(MemoryLayout<T>.size)) else {
      return false
    }
    bytes.storeBytes(of: value.littleEndian, as: T.self)
    return true
  }
}
