import Foundation
import Postmortem
import Runtime
import Testing

private let tool = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("tools/coredump")

private let python = ["/usr/bin/python3", "/usr/local/bin/python3"].first {
  FileManager.default.isExecutableFile(atPath: $0)
}

@Suite(
  "A coredump read by tools/coredump", .enabled(if: python != nil, "there is no python3"))
struct CoredumpDecoderTests {
  private func show(_ file: [UInt8], _ options: String...) throws -> (status: Int32, text: Data) {
    let path = NSTemporaryDirectory() + "glowjar-\(UUID().uuidString).wasm"
    try Data(file).write(to: URL(fileURLWithPath: path))
    defer { unlink(path) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python ?? "")
    process.arguments = [tool.path, "show", path] + options
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, output)
  }

  @Test func `Both decoders read the same out of every kind of record`() throws {
    var first = [UInt8](repeating: 0, count: 131_072)
    for at in [0, 9000, 131_071] { first[at] = 7 }
    let file = CoredumpTests.bytes(CoredumpTests.everything, [first, [1, 2, 3]])
    let answer = try JSONSerialization.jsonObject(with: show(file, "--json").text)
    let expected = try JSONTree(CoredumpReader(file)).tree
    #expect(answer as? NSDictionary == expected as NSDictionary)
  }

  @Test func `The text tells trap, values, memories, globals and tables`() throws {
    let file = CoredumpTests.bytes(CoredumpTests.everything, [[], []])
    let text = String(decoding: try show(file).text, as: UTF8.self)
    for line in [
      "trap memory-out-of-bounds: out of bounds", "callback update in frame 312",
      "  at memory.copy (fc0a)", "       host env.f", "       ... 70000 left out ...",
      "         local 1: i32 -5", "memory 0: 2 pages of at most 16, 0 bytes in 0 segments",
      "global 5: mutable funcref host env.f",
      "  3: wasm-function[300] of instance 0", "  0...1: exception 0",
      "exception 1: error", "  exnref exception 0",
      "  bytes at 0x100000001 of memory 300 of 0x20000",
    ] {
      #expect(text.contains(line + "\n"), "\(line) in \(text)")
    }
  }

  @Test func `Both refuse what is damaged`() throws {
    let file = CoredumpTests.bytes(CoredumpTests.everything, [[], []])
    for count in [4, 30, file.count - 1] {
      let cut = Array(file[..<count])
      #expect(throws: CoredumpError.self) { try CoredumpReader(cut) }
      #expect(try show(cut).status == 65)
    }
  }
}

/// What our own reader has read, in the form in which the other decoder prints.
private struct JSONTree {
  var tree: [String: Any] = [:]

  init(_ reader: CoredumpReader) {
    let dump = reader.dump
    tree["name"] = dump.executableName
    tree["modules"] = dump.moduleNames
    tree["instances"] = dump.instances.map {
      ["module": $0.module, "memories": $0.memories, "globals": $0.globals] as [String: Any]
    }
    tree["threads"] = dump.threads.enumerated().map { number, thread in
      [
        "name": thread.name,
        "frames": thread.frames.enumerated().map { index, frame in
          let wide = number == 0 ? dump.wideValues : []
          return [
            "instance": frame.instance, "function": frame.function, "offset": frame.codeOffset,
            "locals": frame.locals.enumerated().map { slot, value in
              Self.value(
                value, wide, .local(frame: UInt32(index), index: UInt32(slot)))
            },
            "stack": frame.stack.enumerated().map { slot, value in
              Self.value(
                value, wide, .operand(frame: UInt32(index), index: UInt32(slot)))
            },
          ] as [String: Any]
        },
      ] as [String: Any]
    }
    tree["memories"] = dump.memories.enumerated().map { index, memory in
      [
        "pages": memory.pages, "maximum": Self.orNull(memory.maximum),
        "segments": reader.segments.filter { $0.memory == index }.map {
          ["address": $0.address, "size": $0.range.count, "at": $0.range.lowerBound]
            as [String: Any]
        },
      ] as [String: Any]
    }
    tree["globals"] = dump.globals.enumerated().map { index, global in
      var value = Self.global(global.value)
      for wide in dump.wideValues where wide.place == .global(UInt32(index)) {
        value = Self.content(wide.value)
      }
      value["mutable"] = global.isMutable
      return value
    }
    tree["trap"] = Self.orNull(dump.stop.map(Self.stop))
    tree["build"] = Self.orNull(dump.build.map(Self.build))
    tree["codeHashes"] = dump.codeHashes.map(Self.hex)
    tree["callback"] = Self.orNull(
      dump.callback.map { ["name": $0.name, "frame": $0.frame] as [String: Any] })
    tree["hostFrames"] = dump.hostFrames.map {
      ["position": $0.position, "name": $0.name] as [String: Any]
    }
    tree["exceptions"] = dump.exceptions.map { exception in
      [
        "tag": Self.orNull(exception.tag),
        "values": exception.values.map {
          switch $0 {
          case .plain(let value): Self.plain(value)
          case .wide(let value): Self.content(value)
          }
        },
      ] as [String: Any]
    }
    tree["tables"] = dump.tables.map { table in
      [
        "type": "\(table.element)", "maximum": Self.orNull(table.maximum),
        "runs": table.runs.map {
          ["count": $0.count, "reference": Self.reference($0.reference)] as [String: Any]
        },
      ] as [String: Any]
    }
    tree["links"] = dump.links.map {
      [
        "tables": $0.tables, "dataSegments": $0.liveDataSegments,
        "elementSegments": $0.liveElementSegments,
      ]
    }
  }

  private static func orNull(_ value: Any?) -> Any { value ?? NSNull() }

  private static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private static func bits(_ bits: UInt64, digits: Int) -> String {
    let text = String(bits, radix: 16)
    return "0x" + String(repeating: "0", count: digits - text.count) + text
  }

  private static func number(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    return value.isInfinite ? (value < 0 ? "-inf" : "inf") : "\(value)"
  }

  private static func f32(_ bits: UInt32) -> [String: Any] {
    [
      "type": "f32", "bits": Self.bits(UInt64(bits), digits: 8),
      "value": number(Double(Float(bitPattern: bits))),
    ]
  }

  private static func f64(_ bits: UInt64) -> [String: Any] {
    [
      "type": "f64", "bits": Self.bits(bits, digits: 16),
      "value": number(Double(bitPattern: bits)),
    ]
  }

  private static func value(
    _ value: Coredump.Value, _ wide: [Coredump.WideValue], _ place: Coredump.WideValue.Place
  ) -> [String: Any] {
    wide.first { $0.place == place }.map { content($0.value) } ?? plain(value)
  }

  private static func plain(_ value: Coredump.Value) -> [String: Any] {
    switch value {
    case .missing: ["type": "missing"]
    case .i32(let bits): ["type": "i32", "value": "\(Int32(bitPattern: bits))"]
    case .i64(let bits): ["type": "i64", "value": "\(Int64(bitPattern: bits))"]
    case .f32(let bits): f32(bits)
    case .f64(let bits): f64(bits)
    }
  }

  private static func vector(_ low: UInt64, _ high: UInt64) -> [String: Any] {
    let bytes = [low, high].flatMap { half in (0..<8).map { UInt8(half >> ($0 * 8) & 0xFF) } }
    return ["type": "v128", "value": hex(bytes)]
  }

  private static func global(_ value: Coredump.GlobalValue) -> [String: Any] {
    switch value {
    case .i32(let bits): ["type": "i32", "value": "\(Int32(bitPattern: bits))"]
    case .i64(let bits): ["type": "i64", "value": "\(Int64(bitPattern: bits))"]
    case .f32(let bits): f32(bits)
    case .f64(let bits): f64(bits)
    case .v128(let low, let high): vector(low, high)
    case .funcref: ["type": "funcref", "value": NSNull()]
    case .externref: ["type": "externref", "value": NSNull()]
    }
  }

  private static func content(_ content: Coredump.WideValue.Content) -> [String: Any] {
    switch content {
    case .v128(let low, let high): vector(low, high)
    case .funcref(let target): ["type": "funcref", "value": reference(target)]
    case .exnref(let target): ["type": "exnref", "value": reference(target)]
    case .externref(let target): ["type": "externref", "value": reference(target)]
    }
  }

  private static func reference(_ reference: Coredump.Reference) -> Any {
    switch reference {
    case .missing: "missing"
    case .null: NSNull()
    case .function(let instance, let index): ["instance": instance, "function": index]
    case .hostFunction(let name): ["host": name]
    case .host(let number): ["host": number]
    case .exception(let index): ["exception": index]
    }
  }

  private static func stop(_ stop: Coredump.Stop) -> [String: Any] {
    [
      "kind": stop.kind, "message": stop.message, "opcode": hex(stop.opcode),
      "instruction": stop.mnemonic, "approximate": stop.isApproximate,
      "access": orNull(
        stop.access.map {
          [
            "address": $0.address, "size": UInt64($0.accessSize ?? 0), "memorySize": $0.memorySize,
            "memory": $0.memory,
          ]
        }),
      "framesBeforeGap": stop.framesBeforeGap, "framesLeftOut": stop.framesLeftOut,
      "framesWithoutValues": stop.framesWithoutValues, "contentsLeftOut": stop.contentsLeftOut,
    ]
  }

  private static func build(_ build: Coredump.Build) -> [String: Any] {
    [
      "console": build.console, "cartID": build.cartID, "cartTitle": build.cartTitle,
      "cpuFeatures": build.cpuFeatures,
      "modules": build.modules.map {
        ["sha256": hex($0.sha256), "bytes": $0.byteCount, "buildID": hex($0.buildID)]
          as [String: Any]
      },
    ]
  }
}
