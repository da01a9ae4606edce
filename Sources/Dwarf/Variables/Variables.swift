extension DebugReader {
  /// The variables in scope at an address, a list for each of `frames(at:)`.
  func variables(at address: UInt32, _ state: any MachineState) -> [[Variable]] {
    var levels: [[Variable]] = []
    find(address) { unit, function in
      levels = frames(at: address).map { _ in [] }
      guard !levels.isEmpty else { return false }
      guard let function, let scopes = scopes(ofFunction: function, in: unit) else { return true }
      let frameBase = entry(at: function, in: unit).flatMap {
        attribute(Attribute.frameBase, of: $0)
      }
      // The chain begins with the function, the frames end with it.
      var level = levels.count - 1
      var count = 0
      for scope in scopes.chain(at: address, &effort) {
        if scope.isInlined { level -= 1 }
        guard levels.indices.contains(level), let entry = entry(at: scope.entry, in: unit) else {
          break
        }
        forEachChild(of: entry) { child in
          guard child.tag == Tag.formalParameter || child.tag == Tag.variable else { return true }
          if let variable = variable(child, at: address, state, frameBase) {
            levels[level].append(variable)
            count += 1
          }
          return count < 2000 && !effort.isExhausted
        }
      }
      return true
    }
    return levels
  }

  /// What the entry of a variable and those it is a copy of say.
  private struct Description {
    var name: String?
    var type: Int?
    var location: AttributeValue?
    var constant: AttributeValue?
  }

  private func variable(
    _ entry: Entry, at address: UInt32, _ state: any MachineState, _ frameBase: AttributeValue?
  ) -> Variable? {
    let description = description(of: entry)
    guard let name = description.name else { return nil }
    var variable = Variable(
      name: name, type: typeName(at: description.type),
      isParameter: entry.tag == Tag.formalParameter, value: .notAvailable(.optimisedOut))
    var expression = Expression(self, entry.unit, state, frameBase: frameBase)
    do throws(Unavailable) {
      let location: Location
      if let constant = description.constant {
        location = try self.location(ofConstant: constant, in: entry.unit)
      } else if let value = description.location {
        let place = try self.expression(value, at: address, in: entry.unit)
        location = try expression.location(in: place.section, place.range)
      } else {
        throw Unavailable(.optimisedOut)
      }
      var text = ValueText(self, state)
      variable.value = .text(try text.describe(location, ofType: description.type))
    } catch {
      variable.value = .notAvailable(error.reason)
    }
    variable.isUncertain = expression.isUncertain
    return variable
  }

  private func description(of entry: Entry) -> Description {
    var description = Description()
    var next: Entry? = entry
    for _ in 0..<16 {
      guard let entry = next else { break }
      next = nil
      forEachAttribute(of: entry) { name, value in
        switch name {
        case Attribute.name where description.name == nil:
          description.name = text(value, in: entry.unit)
        case Attribute.type where description.type == nil: description.type = value.reference
        case Attribute.location where description.location == nil: description.location = value
        case Attribute.constValue where description.constant == nil: description.constant = value
        case Attribute.abstractOrigin, Attribute.specification:
          next = value.reference.flatMap { self.entry(at: $0) }
        default: break
        }
      }
    }
    return description
  }

  private func location(
    ofConstant value: AttributeValue, in unit: Unit
  ) throws(Unavailable) -> Location {
    switch value.kind {
    case .unsigned, .signed, .flag: return .value(MachineValue(value.value))
    case .block:
      guard value.count <= 4096 else { break }
      var cursor = Cursor(section(.info), at: Int(clamping: value.value))
      return .bytes([UInt8](cursor.bytes(value.count)))
    case .text, .stringOffset, .lineStringOffset, .stringIndex:
      if let text = text(value, in: unit) { return .bytes(Array(text.utf8)) }
    default: break
    }
    throw Unavailable(.unsupported)
  }
}

extension DebugInfo {
  /// The variables and parameters in scope at an instruction with their values: a list for each of
  /// `frames(atCodeOffset:)`.
  ///
  /// A variable without a value says why: nothing is guessed.
  ///
  /// - Parameters:
  ///   - offset: The instruction that trapped, or the call.
  ///   - state: What the function held there.
  public func variables(atCodeOffset offset: Int, in state: some MachineState) -> [[Variable]] {
    guard let address = UInt32(exactly: offset) else { return [] }
    return ask { $0.variables(at: address, state) }
  }
}
