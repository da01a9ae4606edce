import Engine

/// Calls and returns (spec 4.4.10).
extension Machine {
  var instance: PlainInstance { activations[activations.count - 1].instance }

  /// Calls a function whose arguments are on the stack: makes an activation, or runs the host's.
  mutating func enter(_ function: PlainFunction) throws(PlainTrap) {
    switch function.body {
    case .wasm(let instance, let code):
      // No instruction pushes more values than it has bytes, but for calls.
      guard activations.count < depthLimit,
        top + code.locals.count + code.size + 1000 < Self.valueCapacity
      else { throw PlainTrap(.callStackExhausted) }
      if !activations.isEmpty {
        activations[activations.count - 1].offset = start
        activations[activations.count - 1].next = pc
      }
      let parameters = function.type.parameters.count
      locals = top - parameters
      for type in code.locals[parameters...] { push(.zero(type)) }
      activations.append(
        Activation(
          function: function, instance: instance, code: code, locals: locals, operands: top,
          labels: labelCount))
      self.code = instance.code
      pc = code.start
      try pushLabel(
        target: code.start + code.size, operands: top, arity: function.type.results.count)
    case .host(let body):
      let count = function.type.parameters.count
      let arguments = Array(UnsafeBufferPointer(start: values + (top - count), count: count))
      top -= count
      startTop = top
      let results = try body(&self, arguments)
      precondition(
        results.map(\.type.kind) == function.type.results.map(\.kind), "results of other types")
      for result in results { push(result) }
    }
  }

  /// Leaves the youngest activation; its results are on top of the stack.
  mutating func leave() {
    let left = activations.removeLast()
    let count = left.function.type.results.count
    move(count, to: left.locals)
    labelCount = left.labels
    guard let caller = activations.last else { return }
    code = caller.instance.code
    pc = caller.next
    locals = caller.locals
  }

  /// A tail call: the callee takes the place of the youngest activation.
  mutating func replace(by callee: PlainFunction) throws(PlainTrap) {
    let left = activations[activations.count - 1]
    move(callee.type.parameters.count, to: left.locals)
    // What the caller of the activation notes about itself is there already.
    activations.removeLast()
    labelCount = left.labels
    (start, pc) = activations.last.map { ($0.offset, $0.next) } ?? (start, pc)
    try enter(callee)
    // A host function has already returned, to the activation's caller.
    guard case .host = callee.body, let caller = activations.last else { return }
    code = caller.instance.code
    pc = caller.next
    locals = caller.locals
  }

  /// Takes the callee of an indirect call from its table.
  mutating func indirectCallee() throws(PlainTrap) -> PlainFunction {
    let type = instance.module.typeIDs[unsigned()]
    let table = instance.tables[unsigned()]
    let index = popNumber()
    guard index < table.elements.count else { throw PlainTrap(.tableOutOfBounds) }
    guard let callee = instance.store.function(table.elements[index]) else {
      throw PlainTrap(.indirectCallToNull)
    }
    guard TypeRegistry.isSubtype(callee.signature, of: type) else {
      throw PlainTrap(.indirectCallTypeMismatch)
    }
    return callee
  }

  /// Takes the callee of a call by reference.
  mutating func referredCallee() throws(PlainTrap) -> PlainFunction {
    _ = unsigned()
    let reference = pop()
    guard let callee = instance.store.function(reference) else { throw PlainTrap(.nullReference) }
    return callee
  }

  /// Moves the topmost values down to `place`, where the stack then ends above them.
  mutating func move(_ count: Int, to place: Int) {
    let from = top - count
    if from != place { for i in 0..<count { values[place + i] = values[from + i] } }
    top = place + count
  }
}
