import Console
import Runtime

extension HostCall {
  /// Source: wasm4.md section 7.
  static let tracing = [
    HostCall("trace", 1) { (console, a) throws(HostError) in
      console.say(Array(try console.text(a[0])))
    },
    HostCall("traceUtf8", 2) { (console, a) throws(HostError) in
      let bytes = try console.bytes(a[0], a.int(1))
      // The reference prints up to a 0, if there is one.
      console.say(Array(bytes.prefix { $0 != 0 }))
    },
    HostCall("traceUtf16", 2) { (console, a) throws(HostError) in
      let units = utf16(try console.bytes(a[0], a.int(1)))
      console.say(Array(String(decoding: Array(units), as: UTF16.self).utf8))
    },
    HostCall("tracef", 2) { (console, a) throws(HostError) in
      let (line, isWhole) = try formattedTrace(a[0], arguments: a[1], console)
      console.say(line, isWhole: isWhole)
    },
  ]
}

extension Wasm4State {
  /// Puts a line into the log; one that is not whole goes on in the next, as far as bytes count.
  fileprivate func say(_ bytes: [UInt8], isWhole: Bool = true) {
    services.log.add(.debug, String(decoding: bytes, as: UTF8.self))
    record?.note(trace: bytes, isWhole: isWhole)
  }
}
