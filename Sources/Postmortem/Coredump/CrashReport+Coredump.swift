import Engine

extension CrashReport {
  /// Frames whose values are told; a deep stack has more of them than anybody reads.
  private static let framesWithValues = 256

  /// What a coredump says about a crash.
  ///
  /// - Parameters:
  ///   - reader: The dump.
  ///   - file: The bytes that it was read from.
  ///   - symbolizers: For the modules of the dump, by their index, as far as there are some.
  ///   - reasons: What else is missing.
  public init(
    _ reader: CoredumpReader, in file: [UInt8], symbolizers: [Int: Symbolizer],
    reasons: [String] = []
  ) {
    let dump = reader.dump
    let name = dump.build?.cartID ?? dump.executableName
    var frames: [ReportFrame] = []
    var strangers = 0
    var instances: [UInt32: DumpedInstance] = [:]
    let stopped = dump.stoppedFrames { symbolizers[$0]?.module }
    for (number, (raw, frame)) in zip(dump.threads.first?.frames ?? [], stopped).enumerated() {
      let module = dump.module(of: raw)
      guard let frame, let symbolizer = module.flatMap({ symbolizers[$0] }) else {
        if module.flatMap({ symbolizers[$0] }) != nil { strangers += 1 }
        frames.append(
          ReportFrame(
            functionIndex: Int(raw.function), name: nil, offset: 0,
            functionOffset: Int(raw.codeOffset)))
        continue
      }
      let instance =
        instances[raw.instance] ?? DumpedInstance(Int(raw.instance), of: reader, in: file)
      instances[raw.instance] = instance
      frames.append(
        symbolizer.frame(frame, in: instance, withValues: number < Self.framesWithValues))
    }
    self.init(
      cartID: name, cartTitle: dump.build?.cartTitle ?? name,
      kind: CrashKind(id: dump.stop?.kind ?? ""), message: dump.stop?.message ?? "",
      fault: dump.stop?.access, callback: dump.callback?.name ?? "",
      frameNumber: dump.callback.map { Int(clamping: $0.frame) }, seconds: 0,
      frames: frames,
      reasons: reasons + Self.gaps(dump, strangers: strangers))
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
