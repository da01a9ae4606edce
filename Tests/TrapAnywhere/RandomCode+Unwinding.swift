import Engine
import TestKit

/// What leaves frames in other ways than by a return: exceptions and tail calls.
extension RandomCode {
  /// Statements whose exceptions come to a block around them, or further out.
  mutating func tryTable() {
    let below = operands
    let tag = numbers.below(tags.count)
    let catchesAll = numbers.once(in: 3)
    let hasReference = numbers.once(in: 3)
    let caught = catchesAll ? [] : tags[tag]
    let results = caught + (hasReference ? [.exnref] : [])
    code += [0x02] + ModuleBuilder.signedLEB(Int64(builder.type([], results)))
    labels.append(Label(types: results))
    let clause =
      catchesAll
      ? Op.catchAll(ref: hasReference, label: 0)
      : Op.catchTag(tag, ref: hasReference, label: 0)
    let other = numbers.below(tags.count)
    // A clause for the function's own label, if its results happen to fit.
    let outer = labels[0].types == tags[other] ? [Op.catchTag(other, label: labels.count - 1)] : []
    code += [0x1F, 0x40] + ModuleBuilder.leb(outer.count + 1) + outer.joined() + clause
    operands = []
    labels.append(Label())
    statements()
    finish([])
    labels.removeLast()
    code += Op.end
    finish(caught)
    if hasReference { code += [0xD0, ValueType.exnref.code] }
    labels.removeLast()
    code += Op.end
    operands = below + caught
    guard hasReference else { return }
    let local = locals.count
    addLocal(.exnref)
    code += Op.localSet(local)
    guard numbers.once(in: 3) else { return }
    // Thrown again, if something is so; a null, which is a trap, if nothing was caught.
    condition()
    code += Op.localGet(local) + Op.throwRef + Op.end
  }

  /// Throws if something is so.
  mutating func throwSometimes() {
    condition()
    let below = operands
    let tag = numbers.below(tags.count)
    operands = []
    for type in tags[tag] { value(type, depth: 2) }
    code += Op.throwTag(tag) + Op.end
    operands = below
  }

  /// Ends in a call of a function with the same results, if something is so.
  mutating func returnCallSometimes() {
    let callees = functions.indices.filter {
      ($0 < hosts || $0 > index) && functions[$0].results == functions[index].results
    }
    guard !callees.isEmpty else { return }
    let callee = numbers.one(of: callees)
    condition()
    let below = operands
    operands = []
    for type in functions[callee].parameters { value(type, depth: 2) }
    if callee >= hosts, numbers.once(in: 2) {
      code += Op.i32(Int32(callee - hosts))
      code += Op.returnCallIndirect(
        type: builder.type(functions[callee].parameters, functions[callee].results))
    } else {
      code += Op.returnCall(callee)
    }
    code += Op.end
    operands = below
  }

  /// Opens an `if` that is seldom entered.
  private mutating func condition() {
    value(.i32, depth: 2)
    operands.removeLast()
    code += Op.i32(3) + Op.i32and + Op.i32eqz + [0x04, 0x40]
  }
}
