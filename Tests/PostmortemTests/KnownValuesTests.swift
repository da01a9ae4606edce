import Foundation
import Postmortem
import Testing

/// Values of variables in the reports of all crashing modules against those that the sources give them.
///
/// `swift test --filter KnownValues` prints how many are right.
@Suite("Variables of all crashing modules") struct KnownValuesTests {
  /// A variable of a function that was running.
  private struct Place: Hashable {
    /// A language, or a module where its compiler errs.
    var source: String
    var export: String
    var function: String
    var variable: String
  }

  /// What became of the variables of a module.
  private struct Count {
    var right = 0
    /// The compiler keeps them nowhere, or not at that instruction.
    var unavailable = 0
    /// Some of their parts are kept nowhere; the others are right.
    var partial = 0
    /// The debug information itself says something else than the source.
    var compilers = 0
    /// The source does not tell: not set yet, or unknown to the table.
    var unknown = 0
    var wrong: [String] = []

    static func += (left: inout Count, right: Count) {
      left.right += right.right
      left.unavailable += right.unavailable
      left.partial += right.partial
      left.compilers += right.compilers
      left.unknown += right.unknown
      left.wrong += right.wrong
    }

    var text: String {
      let checked = right + unavailable + partial + compilers + wrong.count
      return "\(checked) checked: \(right) right, \(partial) right in part, \(unavailable) not "
        + "available by the compiler's ranges, \(compilers) as a compiler errs, \(wrong.count) wrong; "
        + "\(unknown) not set yet"
    }
  }

  /// The frames of a recursion that are looked at.
  private static let deepest = 12

  private static func known() throws -> [Place: String] {
    let path = CrashedProgram.crashers.appendingPathComponent("values.txt")
    var values: [Place: String] = [:]
    for line in try String(contentsOf: path, encoding: .utf8).split(separator: "\n") {
      let fields = line.components(separatedBy: " | ")
      guard fields.count >= 5 else { continue }
      let place = Place(
        source: fields[0], export: fields[1], function: fields[2], variable: fields[3])
      values[place] = fields[4]
    }
    return values
  }

  @Test("Every value is the source's, or the compiler does not keep it") func values() throws {
    let known = try Self.known()
    #expect(known.count > 100)
    var total = Count()
    let files = try FileManager.default.contentsOfDirectory(atPath: CrashedProgram.crashers.path)
    for file in files.filter({ $0.hasSuffix(".wasm") }).sorted() {
      let module = String(file.dropLast(5))
      let count = try count(module, known)
      if count.text != Count().text { print("\(module): \(count.text)") }
      for wrong in count.wrong { print("  \(wrong)") }
      total += count
    }
    print("All modules: \(total.text)")
    #expect(total.wrong.isEmpty)
    #expect(total.right > 300)
  }

  private func count(_ module: String, _ known: [Place: String]) throws -> Count {
    let language = String(module.prefix { $0.isLetter })
    var count = Count()
    for export in Set(known.keys.filter { $0.source == language }.map(\.export)) {
      guard let program = try? CrashedProgram.crasher(module, export) else { continue }
      var seen: [String: Int] = [:]
      for function in program.report().frames.prefix(Self.deepest).flatMap(\.functions)
      where function.origin == .own {
        let turn = seen[function.name, default: 0]
        seen[function.name] = turn + 1
        for variable in function.variables {
          let values = [module, language].compactMap { source in
            [function.name + "#\(turn)", function.name].lazy.compactMap { name in
              known[
                Place(source: source, export: export, function: name, variable: variable.name)]
            }.first
          }
          check(
            variable, values, of: "\(export) \(function.name)", isCompilers: values.count == 2,
            &count)
        }
      }
    }
    return count
  }

  private func check(
    _ variable: ReportVariable, _ values: [String], of function: String, isCompilers: Bool,
    _ count: inout Count
  ) {
    guard let text = variable.text else {
      if values.isEmpty { count.unknown += 1 } else { count.unavailable += 1 }
      return
    }
    guard let expected = values.first else {
      count.unknown += 1
      return
    }
    let missing = "<not available>"
    if Self.isEqual(text, expected) {
      if isCompilers { count.compilers += 1 } else { count.right += 1 }
    } else if text.contains(missing), Self.isEqual(text, expected, missing: missing) {
      count.partial += 1
    } else {
      count.wrong.append("\(function): \(variable.name) = \(text), not \(expected)")
    }
  }

  /// Whether a text is the expected one; `missing` in it stands for any member's value.
  private static func isEqual(_ text: String, _ expected: String, missing: String? = nil) -> Bool {
    let plain =
      expected.contains("0x?") ? text.replacing(/0x[0-9a-f]+/) { _ in "0x?" } : text
    guard let missing else { return plain == expected }
    var rest = expected[...]
    let parts = plain.components(separatedBy: missing)
    for (number, part) in parts.enumerated() {
      if number > 0 { rest = rest.drop { $0 != "," && $0 != "}" } }
      guard rest.hasPrefix(part) else { return false }
      rest = rest.dropFirst(part.count)
    }
    return rest.isEmpty
  }
}
