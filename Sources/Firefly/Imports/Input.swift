import Console

extension HostModule {
  /// Source: firefly.md section 5; there is one player, and the peer does not matter.
  static let input = HostModule(
    "input", alias: "i",
    [
      HostImport("read_pad", "p") { (console, _: UInt32) throws(HostCallError) -> UInt32 in
        guard let pad = console.input.pad else { return 0xFFFF }
        return UInt32(UInt16(bitPattern: pad.x)) << 16 | UInt32(UInt16(bitPattern: pad.y))
      },
      HostImport("read_buttons", "b") { (console, _: UInt32) throws(HostCallError) -> UInt32 in
        UInt32(console.input.buttons.rawValue)
      },
    ])
}
