import Console

extension HostModule {
  /// A console without a network says that its radio has stopped.
  ///
  /// Source: firefly.md 10.6.
  static let wifi = HostModule(
    "wifi", alias: nil, isPrivileged: true,
    [
      HostImport("scan") {
        (console, address: UInt32, room: UInt32) throws(HostCallError) -> UInt32 in
        _ = try console.mutableBytes(address, room)
        throw .noNetwork
      },
      HostImport("connect") {
        (console, name: UInt32, nameLength: UInt32, password: UInt32, passwordLength: UInt32)
          throws(HostCallError) in
        try console.checkText(name, nameLength)
        try console.checkText(password, passwordLength)
        throw .noNetwork
      },
      HostImport("status") { (_) throws(HostCallError) -> UInt32 in stopped },
      HostImport("disconnect") { (_) throws(HostCallError) in },
      HostImport("tcp_connect") { (_, _: UInt32, _: UInt32) throws(HostCallError) in
        throw HostCallError("network error: not connected to wifi")
      },
      HostImport("tcp_status") { (_) throws(HostCallError) -> UInt32 in stopped },
      HostImport("tcp_send") { (console, address: UInt32, count: UInt32) throws(HostCallError) in
        _ = try console.bytes(address, count)
        throw HostCallError("cannot send messages with Wi-Fi turned off")
      },
      HostImport("tcp_recv") {
        (console, address: UInt32, room: UInt32) throws(HostCallError) -> UInt32 in
        _ = try console.mutableBytes(address, room)
        throw HostCallError("failed to receive TCP chunk")
      },
      HostImport("tcp_close") { (_) throws(HostCallError) in },
    ])

  /// The status of a radio that is off.
  private static let stopped: UInt32 = 253
}

extension HostCallError {
  fileprivate static let noNetwork = HostCallError("network error: there is no network")
}

extension FireflyState {
  fileprivate func checkText(_ address: UInt32, _ count: UInt32) throws(HostCallError) {
    guard String(validating: try bytes(address, count), as: UTF8.self) != nil else {
      throw .invalidText
    }
  }
}
