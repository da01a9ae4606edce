import Console

@testable import Firefly

/// Makes the host calls of a corpus case as a cart would; returns the screen.
func replay(_ corpusCase: CorpusCase) throws -> [UInt8] {
  let bench = try HostBench()
  // Not at 0, which some calls take for a forgotten pointer.
  let blob = 64
  bench.write(corpusCase.bytes, at: UInt32(blob))
  for command in corpusCase.cmds {
    guard let operation = operations[command[0]] else {
      throw HostCallError("no operation \(command[0])")
    }
    var arguments = command.dropFirst().map(Int.init)
    for index in operation.addresses { arguments[index] += blob }
    try bench.call("graphics.\(operation.name)", arguments)
  }
  return bench.state.screen.copy
}

/// What the numbers in a corpus stand for, and which arguments are places in the blob.
private let operations: [Int32: (name: String, addresses: [Int])] = [
  0: ("clear_screen", []), 1: ("set_color", []), 2: ("draw_point", []), 3: ("draw_line", []),
  4: ("draw_rect", []), 5: ("draw_rounded_rect", []), 6: ("draw_circle", []),
  7: ("draw_ellipse", []), 8: ("draw_triangle", []), 9: ("draw_arc", []), 10: ("draw_sector", []),
  11: ("draw_qr", [0]), 12: ("draw_text", [0, 2]), 13: ("draw_image", [0]),
  14: ("draw_sub_image", [0]), 15: ("set_canvas", [0]), 16: ("unset_canvas", []),
]
