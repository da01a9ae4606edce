/// Where the bodies of the defined functions are in the file (spec 5.5.13), in four bytes a function.
public struct FunctionBodies: RandomAccessCollection, Sendable {
  private let file: [UInt8]
  /// File offsets of the sizes before the bodies.
  private let sizeOffsets: [UInt32]

  /// The bodies whose sizes, which decoding has read, stand at these offsets of the file.
  init(in file: [UInt8], sizesAt sizeOffsets: [UInt32]) {
    self.file = file
    self.sizeOffsets = sizeOffsets
  }

  /// The position of the first body.
  public var startIndex: Int { 0 }
  /// The number of bodies.
  public var endIndex: Int { sizeOffsets.count }
  /// The place of a body.
  public subscript(index: Int) -> FunctionBody {
    var offset = Int(sizeOffsets[index])
    var size = 0
    var shift = 0
    while true {
      let byte = file[offset]
      offset += 1
      size |= Int(byte & 0x7F) << shift
      if byte < 0x80 { return FunctionBody(bodyOffset: offset, size: size) }
      shift += 7
    }
  }
}
