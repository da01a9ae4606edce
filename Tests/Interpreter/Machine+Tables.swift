import Engine

/// Table instructions (spec 4.4.6).
extension Machine {
  mutating func tableGet() throws(PlainTrap) {
    let table = instance.tables[unsigned()]
    let index = popNumber()
    guard index < table.elements.count else { throw PlainTrap(.tableOutOfBounds) }
    push(table.elements[index])
  }

  mutating func tableSet() throws(PlainTrap) {
    let table = instance.tables[unsigned()]
    let value = pop()
    let index = popNumber()
    guard index < table.elements.count else { throw PlainTrap(.tableOutOfBounds) }
    table.elements[index] = value
  }

  mutating func tableInit() throws(PlainTrap) {
    let segment = unsigned()
    let table = unsigned()
    let count = popNumber()
    let from = popNumber()
    let to = popNumber()
    try instance.initialiseTable(table, at: to, segment: segment, from: from, count: count)
  }

  mutating func tableCopy() throws(PlainTrap) {
    let target = instance.tables[unsigned()]
    let source = instance.tables[unsigned()]
    let count = popNumber()
    let from = popNumber()
    let to = popNumber()
    guard from + count <= source.elements.count, to + count <= target.elements.count else {
      throw PlainTrap(.tableOutOfBounds)
    }
    let copied = Array(source.elements[from..<from + count])
    target.elements.replaceSubrange(to..<to + count, with: copied)
  }

  mutating func tableGrow() {
    let table = instance.tables[unsigned()]
    let count = popNumber()
    let value = pop()
    let before = table.elements.count
    let limit = min(instance.store.tableLimit, Int(min(table.maximum ?? .max, 1 << 32)))
    guard before + count <= limit else { return pushSize(-1, table.address) }
    table.elements += Array(repeating: value, count: count)
    pushSize(before, table.address)
  }

  mutating func tableFill() throws(PlainTrap) {
    let table = instance.tables[unsigned()]
    let count = popNumber()
    let value = pop()
    let to = popNumber()
    guard to + count <= table.elements.count else { throw PlainTrap(.tableOutOfBounds) }
    for i in to..<to + count { table.elements[i] = value }
  }
}
