/// Reads an unsigned LEB128 value of at most 32 bits that validation has seen.
@inline(__always) func readU32(_ p: inout UnsafePointer<UInt8>) -> UInt32 {
  let first = p[0]
  p += 1
  if first < 0x80 { return UInt32(first) }
  var result = UInt32(first & 0x7F)
  var shift: UInt32 = 7
  while true {
    let byte = p[0]
    p += 1
    result |= UInt32(byte & 0x7F) &<< shift
    if byte < 0x80 { return result }
    shift &+= 7
  }
}

/// Reads an unsigned LEB128 value of at most 64 bits that validation has seen.
@inline(__always) func readU64(_ p: inout UnsafePointer<UInt8>) -> UInt64 {
  var result: UInt64 = 0
  var shift: UInt64 = 0
  while true {
    let byte = p[0]
    p += 1
    result |= UInt64(byte & 0x7F) &<< shift
    if byte < 0x80 { return result }
    shift &+= 7
  }
}

/// Reads a signed LEB128 value of at most 64 bits that validation has seen.
@inline(__always) func readS64(_ p: inout UnsafePointer<UInt8>) -> Int64 {
  var result: Int64 = 0
  var shift: Int64 = 0
  while true {
    let byte = p[0]
    p += 1
    result |= Int64(byte & 0x7F) &<< shift
    shift &+= 7
    if byte < 0x80 {
      return shift < 64 && byte & 0x40 != 0 ? result | (-1 &<< shift) : result
    }
  }
}
