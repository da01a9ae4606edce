import Engine
import Runtime

extension Coredump {
  /// The module that a frame ran in, an index in `moduleNames`; nil if the dump does not tell.
  public func module(of frame: Frame) -> Int? {
    guard instances.indices.contains(Int(frame.instance)) else { return nil }
    let module = Int(instances[Int(frame.instance)].module)
    return moduleNames.indices.contains(module) ? module : nil
  }

  /// The frames of the first thread as a symboliser takes them, youngest first; nil for those that
  /// their module has no place for: then it is not the module that ran.
  ///
  /// - Parameter module: The modules by their index in `moduleNames`, as far as there are some.
  public func stoppedFrames(in module: (Int) -> Module?) -> [StoppedFrame?] {
    guard let thread = threads.first else { return [] }
    let wide = wideLocals(frameCount: thread.frames.count)
    return thread.frames.enumerated().map { number, frame in
      guard let module = self.module(of: frame).flatMap(module) else { return nil }
      let body = Int(frame.function) - module.importedFunctionCount
      guard module.bodies.indices.contains(body) else { return nil }
      let place = module.bodies[body]
      guard frame.codeOffset < place.size else { return nil }
      let offset = place.bodyOffset + Int(frame.codeOffset)
      return StoppedFrame(
        functionIndex: Int(frame.function), offset: offset,
        functionOffset: Int(frame.codeOffset),
        locals: values(frame.locals, wide[number]?.locals),
        operands: values(frame.stack, wide[number]?.operands),
        isApproximate: number == 0 && stop?.isApproximate == true, isCaller: number > 0,
        hostCallee: hostCallee(ofFrame: number, at: offset, in: module))
    }
  }

  /// The host function that a frame has called, as far as the frames around it prove that.
  ///
  /// A call of an import goes to the host or to another instance: then a frame of that is next.
  private func hostCallee(ofFrame number: Int, at offset: Int, in module: Module) -> HostCallee? {
    guard let callee = HostCallee(ofCallAt: offset, in: module), let frames = threads.first?.frames
    else { return nil }
    guard number > 0 else {
      return callee.functionIndex != nil || stop?.kind == TrapKind.hostError.name ? callee : nil
    }
    let isWithinInstance = frames[number - 1].instance == frames[number].instance
    return callee.functionIndex != nil && isWithinInstance ? callee : nil
  }

  private typealias WideValues = (locals: [Int: Runtime.Value], operands: [Int: Runtime.Value])

  /// The values of `wideValues` that are values of ours, by frame.
  private func wideLocals(frameCount: Int) -> [Int: WideValues] {
    var result: [Int: WideValues] = [:]
    for wide in wideValues {
      guard let value = wide.value.plain else { continue }
      switch wide.place {
      case .local(let frame, let index):
        result[Int(frame), default: ([:], [:])].locals[Int(index)] = value
      case .operand(let frame, let index):
        result[Int(frame), default: ([:], [:])].operands[Int(index)] = value
      case .global: break
      }
    }
    return result
  }

  private func values(_ values: [Coredump.Value], _ wide: [Int: Runtime.Value]?) -> [Runtime.Value?]
  {
    values.enumerated().map { index, value in
      switch value {
      case .missing: wide?[index]
      case .i32(let bits): .i32(bits)
      case .i64(let bits): .i64(bits)
      case .f32(let bits): .f32(bits)
      case .f64(let bits): .f64(bits)
      }
    }
  }
}

extension Coredump.WideValue.Content {
  /// What a value means without the store it came from: nulls and the host's own numbers.
  fileprivate var plain: Runtime.Value? {
    switch self {
    case .funcref(.null): .funcref(nil)
    case .externref(.null): .externref(nil)
    case .exnref(.null): .exnref(nil)
    case .externref(.host(let number)): .externref(number)
    case .v128(let low, let high): .v128(UInt128(high) << 64 | UInt128(low))
    case .funcref, .externref, .exnref: nil
    }
  }
}
