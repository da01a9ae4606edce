import Console

extension HostModule {
  /// Source: firefly.md 10.6; a console without network says that it has stopped (253).
  static let wifi = HostModule(
    "wifi", alias: nil, isPrivileged: true,
    [
      HostImport("scan", isSilent: true) {
        (_, _: UInt32, _: UInt32) throws(HostCallError) -> UInt32 in 0
      },
      HostImport("connect", isSilent: true) {
        (_, _: UInt32, _: UInt32, _: UInt32, _: UInt32) throws(HostCallError) in
      },
      HostImport("status", isSilent: true) { (_) throws(HostCallError) -> UInt32 in 253 },
      HostImport("disconnect", isSilent: true) { (_) throws(HostCallError) in },
      HostImport("tcp_connect", isSilent: true) { (_, _: UInt32, _: UInt32) throws(HostCallError) in
      },
      HostImport("tcp_status", isSilent: true) { (_) throws(HostCallError) -> UInt32 in 253 },
      HostImport("tcp_send", isSilent: true) { (_, _: UInt32, _: UInt32) throws(HostCallError) in },
      HostImport("tcp_recv", isSilent: true) {
        (_, _: UInt32, _: UInt32) throws(HostCallError) -> UInt32 in 0
      },
      HostImport("tcp_close", isSilent: true) { (_) throws(HostCallError) in },
    ])
}
