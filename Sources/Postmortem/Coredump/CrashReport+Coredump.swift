import Engine

extension CrashReport {
  /// What a coredump says about a crash.
  ///
  /// - Parameters:
  ///   - reader: The dump.
  ///   - file: The bytes that it was read from.
  ///   - symbolizers: For the modules of the dump, by their index, as far as there are some.
  ///   - reasons: What else is missing.
  ///   - options: Where sources are looked for.
  public init(
    _ reader: CoredumpReader, in file: [UInt8], symbolizers: [Int: Symbolizer],
    reasons: [String] = [], options: ReportOptions = ReportOptions()
  ) {
    let dump = reader.dump
    let raw = dump.threads.first?.frames ?? []
    let stopped = dump.stoppedFrames { symbolizers[$0]?.module }
    var programs: [StackReport.Program] = []
    var numbers: [UInt32: Int] = [:]
    var stack: [StackReport.Entry] = []
    for (raw, frame) in zip(raw, stopped) {
      guard let frame, let symbolizer = dump.module(of: raw).flatMap({ symbolizers[$0] }) else {
        continue
      }
      let program = numbers[raw.instance] ?? programs.count
      if program == programs.count {
        numbers[raw.instance] = program
        programs.append(
          StackReport.Program(
            symbolizer: symbolizer,
            instance: DumpedInstance(Int(raw.instance), of: reader, in: file)))
      }
      stack.append((frame, program))
    }
    let report = StackReport(
      stack, of: programs, fault: dump.stop?.access, hostCalls: [], options: options)
    let instruction =
      dump.stop == nil ? stack.first.flatMap { StoppingInstruction($0, programs) } : nil
    let id = dump.build?.cartID ?? dump.executableName
    self.init(
      cartID: id, cartTitle: dump.build?.cartTitle ?? id,
      kind: CrashKind(id: visible(dump.stop?.kind ?? instruction?.kind ?? "unknown", limit: 64)),
      message: dump.stop?.message ?? "", fault: dump.stop?.access,
      callback: dump.callback?.name ?? "",
      frameNumber: dump.callback.map { Int(clamping: $0.frame) }, seconds: 0,
      programMessage: report.programMessage,
      findings: report.findings + (instruction.map { [$0.sentence] } ?? []),
      frames: Self.merged(raw, stopped, report.frames, references: Self.references(dump)),
      reasons: reasons + Self.gaps(dump, strangers: Self.strangers(dump, stopped, symbolizers))
        + report.reasons)
  }

  /// The references of a dump that lead to something, by frame: told as those of a live store are.
  private static func references(_ dump: Coredump) -> [Int: [Coredump.WideValue]] {
    let told = dump.wideValues.filter { $0.value.reportText != nil }
    return Dictionary(grouping: told) { wide in
      switch wide.place {
      case .local(let frame, _), .operand(let frame, _): Int(frame)
      case .global: -1
      }
    }
  }

  /// All frames of a dump; those without a module have numbers only.
  private static func merged(
    _ raw: [Coredump.Frame], _ stopped: [StoppedFrame?], _ known: [ReportFrame],
    references: [Int: [Coredump.WideValue]]
  ) -> [ReportFrame] {
    var known = known.makeIterator()
    return zip(raw, stopped).enumerated().flatMap { number, pair -> [ReportFrame] in
      let (raw, frame) = pair
      guard frame != nil, let first = known.next() else {
        return [
          ReportFrame(
            functionIndex: Int(raw.function), name: nil, offset: 0,
            functionOffset: Int(raw.codeOffset))
        ]
      }
      // A host function stands above the frame that has called it.
      var frames = first.isHost ? [first] + (known.next().map { [$0] } ?? []) : [first]
      for reference in references[number] ?? [] { frames[frames.count - 1].tell(reference) }
      return frames
    }
  }

  /// The number of frames that the module has no place for that is there for them.
  private static func strangers(
    _ dump: Coredump, _ stopped: [StoppedFrame?], _ symbolizers: [Int: Symbolizer]
  ) -> Int {
    zip(dump.threads.first?.frames ?? [], stopped).count { raw, frame in
      frame == nil && dump.module(of: raw).flatMap { symbolizers[$0] } != nil
    }
  }

  /// What the dump does not hold, a sentence each.
  private static func gaps(_ dump: Coredump, strangers: Int) -> [String] {
    var gaps: [String] = []
    let frames = dump.threads.first?.frames ?? []
    if strangers > 0 {
      gaps.append(
        "\(strangers) of \(frames.count) frames are of functions that the module does not have: it is "
          + "not the one that ran.")
    }
    if let stop = dump.stop {
      if stop.framesLeftOut > 0 {
        gaps.append(
          "The dump leaves out \(stop.framesLeftOut) frames behind the first "
            + "\(stop.framesBeforeGap).")
      }
      if stop.framesWithoutValues > 0 {
        gaps.append("The dump has no values for \(stop.framesWithoutValues) of its frames.")
      }
      if stop.contentsLeftOut > 0 {
        gaps.append("The dump leaves out \(stop.contentsLeftOut) bytes of memory, shown as zeros.")
      }
    } else {
      gaps.append("The dump is not one of Glowjar's: it does not say what kind of trap it was.")
      if !frames.isEmpty, frames.allSatisfy({ $0.locals.isEmpty && $0.stack.isEmpty }) {
        gaps.append("The dump has no locals and operands, so variables held in them are not known.")
      }
    }
    if dump.threads.count > 1 {
      gaps.append("The dump has \(dump.threads.count) threads; the first is shown.")
    }
    return gaps
  }
}

extension ReportFrame {
  /// Fills in a reference that has no value of ours, because its store is gone.
  fileprivate mutating func tell(_ reference: Coredump.WideValue) {
    switch reference.place {
    case .local(_, let index) where locals.indices.contains(Int(index)):
      locals[Int(index)].tell(reference.value)
    case .operand(_, let index) where operands.indices.contains(Int(index)):
      operands[Int(index)].tell(reference.value)
    default: break
    }
  }
}

extension ReportValue {
  fileprivate mutating func tell(_ content: Coredump.WideValue.Content) {
    guard let words = content.reportText else { return }
    (type, text) = words
  }
}

extension Coredump.WideValue.Content {
  /// Type and text of a reference to a function or an exception; nil for what is a value of ours.
  fileprivate var reportText: (type: String, text: String)? {
    switch self {
    case .funcref(.function), .funcref(.hostFunction): ("funcref", "a function")
    case .exnref(.exception): ("exnref", "an exception")
    default: nil
    }
  }
}
