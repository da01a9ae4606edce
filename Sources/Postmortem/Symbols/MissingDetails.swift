import Dwarf
import Engine

/// Tells what keeps a backtrace from being better, and what adds it.
enum MissingDetails {
  /// A sentence for each thing that is missing.
  static func reasons(
    _ frames: [ReportFrame], _ stack: [StackReport.Entry], _ programs: [StackReport.Program]
  ) -> [String] {
    guard
      let selected = frames.firstIndex(where: { $0.functions.contains { $0.origin == .own } })
        ?? frames.indices.first, stack.indices.contains(selected),
      programs.indices.contains(stack[selected].program)
    else { return [] }
    let symbolizer = programs[stack[selected].program].symbolizer
    return reasons(symbolizer, frames[selected])
  }

  private static func reasons(_ symbolizer: Symbolizer, _ frame: ReportFrame) -> [String] {
    let module = symbolizer.module
    var producer = BuildHint.Producer(producers: module.customSection(named: "producers"))
    guard let info = symbolizer.info else {
      return BuildHint.missingNames(hasNames: symbolizer.hasNames, producer).map { [$0] } ?? [
        "Source lines are not shown because the environment says GLOWJAR_BACKTRACE_DETAILS=0."
      ]
    }
    guard info.isPresent else {
      return [
        BuildHint.missingNames(hasNames: symbolizer.hasNames, producer)
          ?? BuildHint.missingDebugInfo(producer)
      ]
    }
    var reasons: [String] = []
    let offset = frame.offset - module.codeSectionOffset
    let compilation = info.compilation(atCodeOffset: offset)
    if let text = compilation?.producer, !text.isEmpty {
      producer = BuildHint.Producer(compiler: text)
    }
    let damaged = info.damagedSections
    if !damaged.isEmpty {
      reasons.append(
        "Functions, source lines or variables may be missing because the debug information is "
          + "damaged (\(damaged.joined(separator: ", "))).")
    } else if info.isExhausted {
      reasons.append(
        "Some source lines are missing because the debug information is damaged or too large.")
    } else if compilation == nil {
      reasons.append(
        "\(frame.functions.last?.name ?? frame.title) has no source lines because it was compiled "
          + "without debug information, or the linker or wasm-opt dropped it. "
          + BuildHint.advice(producer))
    } else if compilation?.isSplit == true {
      reasons.append(
        "Inlined functions and variables are missing because -gsplit-dwarf put them into .dwo files. "
          + "Build without -gsplit-dwarf.")
    } else if !info.hasVariables(atCodeOffset: offset) {
      reasons.append(
        "Variables are missing because the debug information has lines only. "
          + BuildHint.variables(producer))
    }
    return reasons
  }
}

extension Module {
  /// Content of the first custom section with this name.
  func customSection(named name: String) -> [UInt8]? {
    let name = Array(name.utf8)
    return customSections.first { $0.name == name }.map { Array(bytes[$0.range]) }
  }
}
