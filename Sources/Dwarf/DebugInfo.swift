/// What a module's DWARF says about its code, read when it is asked for.
///
/// Making one costs nothing. The first question finds the sections and indexes the units; functions
/// and lines of a unit are indexed when an address is first looked up in it. Any bytes may stand in
/// the sections: what makes no sense is left out of the answers, and memory and time are bounded.
///
/// Addresses are code offsets: they count from the start of the content of the code section. An
/// object is for one thread at a time.
public final class DebugInfo {
  private let bytes: [UInt8]
  private let reader = DebugReader()

  /// The debug information in a module's file.
  ///
  /// The file may also be a companion that has the debug sections of a stripped module.
  public init(_ module: [UInt8]) {
    bytes = module
  }

  /// Whether there is debug information at all.
  public var isPresent: Bool { ask { !$0.sections[.info].isEmpty } }

  /// The file offset that code offsets count from; nil if the file has no code section.
  public var codeSectionOffset: Int? { ask { $0.sections.codeOffset } }

  /// Whether answers are incomplete because they would cost too much.
  public var isExhausted: Bool { reader.effort.isExhausted }

  /// The names of the sections in which the answers so far came upon something that makes no sense.
  public var damagedSections: [String] {
    SectionID.allCases.filter(reader.damaged.contains).map { "\($0.name)" }
  }

  /// The functions that an instruction belongs to, innermost first: those inlined and, last, the
  /// one they were inlined into.
  ///
  /// Empty if the debug information does not cover the instruction. For the callers of a trapped
  /// function the instruction is the call.
  public func frames(atCodeOffset offset: Int) -> [SourceFrame] {
    guard let address = UInt32(exactly: offset) else { return [] }
    return ask { $0.frames(at: address) }
  }

  /// Lends the file's bytes to the reader for a question.
  func ask<Answer>(_ question: (DebugReader) -> Answer) -> Answer {
    bytes.withUnsafeBytes { image in
      reader.image = image
      defer { reader.image = UnsafeRawBufferPointer(start: nil, count: 0) }
      reader.effort.addQuestion()
      return question(reader)
    }
  }
}
