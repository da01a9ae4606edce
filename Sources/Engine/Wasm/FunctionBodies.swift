/// Where the bodies of the defined functions are in the file (spec 5.5.13).
///
/// Only every sixteenth place is kept; from there the sizes in the file lead on.
public struct FunctionBodies: RandomAccessCollection, Sendable {
  /// Bodies from one kept place to the next.
  static let stride = 16

  private let file: [UInt8]
  /// File offset of the size before the first body.
  private let first: Int
  /// The same for bodies 16, 32 and so on.
  private let landmarks: [UInt32]
  /// The number of bodies.
  public let count: Int

  /// `count` bodies with these landmarks in a file; decoding has read all sizes.
  init(in file: [UInt8], first: Int, landmarks: [UInt32], count: Int) {
    self.file = file
    self.first = first
    self.landmarks = landmarks
    self.count = count
  }

  /// The position of the first body.
  public var startIndex: Int { 0 }
  /// The number of bodies.
  public var endIndex: Int { count }
  /// The place of a body.
  public subscript(index: Int) -> FunctionBody {
    precondition(index >= 0 && index < count, "no body \(index)")
    let landmark = index / Self.stride
    var body = body(sizeAt: landmark == 0 ? first : Int(landmarks[landmark - 1]))
    for _ in 0..<index % Self.stride { body = self.body(sizeAt: body.bodyOffset + body.size) }
    return body
  }

  /// Bytes that this takes beside the file.
  var sideBytes: Int { landmarks.count * MemoryLayout<UInt32>.stride }

  private func body(sizeAt start: Int) -> FunctionBody {
    var offset = start
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
