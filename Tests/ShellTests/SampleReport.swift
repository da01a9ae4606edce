import Postmortem

/// A report with everything that is hard to show: long names and paths, inlined and runtime
/// functions, many variables, long lines of source.
enum SampleReport {
  static let calls = (0..<8).map {
    "graphics.draw_text(\(16_000 + $0), 21, 16848, 583, 18, 150, \($0))"
  }
  static let path = "/code/dev/games/night-catch/src/world/entities/very/deep/player_movement.cpp"
  static let hint =
    "Some functions have no lines: the standard library was built without debug information; "
    + "add -g to its flags."

  static func report(
    frameCount: Int = 12, youngest: [ReportFrame] = [], dump: DumpState = .written(path: dumpPath)
  ) -> CrashReport {
    CrashReport(
      cartID: "night.catch", cartTitle: "Night Catch", kind: CrashKind(id: "unreachable"),
      message: "", callback: "update", frameNumber: 1234, seconds: 20.6, hostCalls: calls,
      programMessage: "assertion failed: inventory.count <= Inventory::capacity, but it is 4711",
      frames: youngest + (0..<frameCount).map { frame($0, isLast: $0 == frameCount - 1) },
      reasons: [hint],
      dump: dump)
  }

  static let dumpPath =
    "/code/dev/.local/state/glowjar/crashes/night.catch/20260101T000000Z-1234/core.wasm"

  private static func frame(_ index: Int, isLast: Bool) -> ReportFrame {
    ReportFrame(
      functionIndex: 100 + index, name: "_ZN4game\(index)", offset: 0x1000 + index,
      functionOffset: index, functions: functions(index, isLast: isLast),
      locals: (0..<3).map { ReportValue(index: $0, name: nil, type: "i32", text: "\($0)") },
      operands: [ReportValue(index: 0, type: "f64", text: "1.5")])
  }

  private static func functions(_ index: Int, isLast: Bool) -> [ReportFunction] {
    if index < 3 {
      return [ReportFunction(name: "core::panicking::panic_fmt", origin: .runtime)]
    }
    if isLast { return [ReportFunction(name: "update", file: "main.cpp", line: 7)] }
    let own = ReportFunction(
      name: "game::world::Entity<game::world::Player, \(index)>::move_towards(game::Vector, float)",
      file: path, line: 120 + index, column: 17, variables: variables,
      excerpt: SourceExcerpt(
        path: path, firstLine: 117 + index,
        lines: (0..<7).map { line in
          "  int value_\(line) = inventory[\(line)]" + String(repeating: " + 1", count: 40) + ";"
        },
        markedLine: 120 + index))
    guard index % 2 == 1 else { return [own] }
    let inlined = ReportFunction(
      name: "clamp", file: "math.h", line: 10, column: 5, isInlined: true)
    return [inlined, own]
  }

  private static let variables =
    [
      ReportVariable(
        name: "this", type: "game::world::Entity<game::world::Player> *", text: "0x1f3c0",
        isParameter: true),
      ReportVariable(
        name: "a_variable_with_quite_a_long_name_for_a_local", type: "struct inventory_item",
        text: "{ name: \"a lantern that never goes out\", weight: 3.5, count: 12, next: 0x0 }"),
      ReportVariable(
        name: "target", type: "float", text: nil, reason: "not available at this instruction"),
      ReportVariable(
        name: "tiles", type: "unsigned char[400]",
        text: "[" + (0..<150).map { "\($0)" }.joined(separator: ", ") + ", ultima]"),
      ReportVariable(name: "speed", type: "float", text: "1.25", isUncertain: true),
    ]
    + (0..<20).map { ReportVariable(name: "item\($0)", type: "int", text: "\($0 * 1111)") }
}
