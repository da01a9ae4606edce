import ArgumentParser
import Engine
import Foundation
import Postmortem

/// `glowjar symbolize MODULE OFFSET…`: addr2line for carts.
struct Symbolize: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell which functions and source lines offsets in a module's file belong to.",
    discussion: """
      Offsets are those of backtraces: from the start of the file, decimal or hexadecimal with 0x; \
      for callers that of the call instruction. Each is answered by the function and its place, \
      inlined functions first. Exit status 1 if an offset is in no function.

      With --json: an array of {offset, func, funcOffset, name, functions: [{name, file, line, \
      column, isInlined, origin, ...}]}; func is null for an offset in no function.
      """)

  @Argument(help: "The module or cart.", completion: .file())
  var module: String

  @Argument(help: "Offsets of instructions.")
  var offsets: [FileOffset]

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let path = module
    let module = try loadModule(path)
    let twin = TwinSearch().find(for: module.bytes, at: path)
    for note in twin.notes { printError("glowjar: \(note)") }
    let symbolizer = Symbolizer(
      module, twin: twin.module,
      usesDebugInfo: ReportOptions.wantsDebugInfo(ProcessInfo.processInfo.environment))
    let answers = offsets.map { Answer($0.value, symbolizer) }
    if json {
      try printJSON(answers)
    } else {
      for answer in answers { print(answer.text) }
    }
    if answers.contains(where: { $0.function == nil }) {
      throw ExitCode(ExitStatus.negative.rawValue)
    }
  }

  /// What is at an offset.
  struct Answer: Encodable {
    var offset: Int
    /// Index of the function; nil if there is none.
    var function: Int?
    var functionOffset: Int?
    var name: String?
    var functions: [ReportFunction] = []

    init(_ offset: Int, _ symbolizer: Symbolizer) {
      self.offset = offset
      let module = symbolizer.module
      guard
        let body = module.bodies.firstIndex(where: {
          $0.bodyOffset <= offset && offset < $0.bodyOffset + $0.size
        })
      else { return }
      let index = module.importedFunctionCount + body
      function = index
      functionOffset = offset - module.bodies[body].bodyOffset
      name = symbolizer.name(ofFunction: index)
      functions = symbolizer.functions(atOffset: offset, inFunction: index)
    }

    var text: String {
      let head = "0x" + String(offset, radix: 16) + ": "
      guard function != nil else { return head + "no function is there" }
      let lines = functions.enumerated().map { index, function in
        (index == 0 ? head : "  inlined into ") + function.name
          + (function.place.map { " at " + $0 } ?? "")
      }
      return lines.joined(separator: "\n")
    }

    func encode(to encoder: any Encoder) throws {
      let object: JSONObject = [
        "offset": offset,
        "func": function,
        "funcOffset": functionOffset,
        "name": name,
        "functions": functions.map(\.json),
      ]
      try object.encode(to: encoder)
    }
  }
}

/// An offset in a file, decimal or hexadecimal with `0x`.
struct FileOffset: ExpressibleByArgument {
  var value: Int

  init?(argument: String) {
    let isHexadecimal = argument.hasPrefix("0x") || argument.hasPrefix("0X")
    let digits = isHexadecimal ? argument.dropFirst(2) : argument[...]
    guard digits.first?.isHexDigit == true,
      let value = Int(digits, radix: isHexadecimal ? 16 : 10)
    else { return nil }
    self.value = value
  }
}
