import Console

extension HostModule {
  /// The only player is `me`, whatever peer is asked for.
  ///
  /// Source: firefly.md sections 7.3 and 8.
  static let net = HostModule(
    "net", alias: "n",
    [
      HostImport("get_me", "m") { (_) throws(HostCallError) -> UInt32 in 0 },
      HostImport("get_peers", "p") { (_) throws(HostCallError) -> UInt32 in 1 },
      HostImport("save_stash", "s") {
        (console, _: UInt32, address: UInt32, length: UInt32) throws(HostCallError) in
        let bytes = try console.bytes(address, length)
        guard bytes.count <= CartData.longestStash else { throw .stashTooLong }
        console.data.setStash(bytes)
      },
      HostImport("load_stash", "l") {
        (console, _: UInt32, address: UInt32, length: UInt32) throws(HostCallError) -> UInt32 in
        let target = try console.mutableBytes(address, length)
        let stash = console.data.stash
        guard stash.count <= target.count else { throw .noRoomForStash }
        target.copyBytes(from: stash)
        return UInt32(clamping: stash.count)
      },
    ])
}

extension HostCallError {
  fileprivate static let stashTooLong = HostCallError("stash size cannot exceed 80 bytes")
  fileprivate static let noRoomForStash = HostCallError(
    "the buffer is not big enough to fit stash")
}
