import Engine
import Runtime

/// A frame's name and values, as tests of them compare it.
struct ShownFrame: Equatable, CustomStringConvertible {
  var name: String?
  var locals: [Value?]
  var operands: [Value?]

  init(_ name: String, _ locals: [Value?], _ operands: [Value?] = []) {
    (self.name, self.locals, self.operands) = (name, locals, operands)
  }
  init(_ frame: FrameSnapshot) {
    (name, locals, operands) = (frame.frame.name, frame.locals, frame.operands)
  }
  var description: String { "\(name ?? "?") \(locals) | \(operands)" }
}
