import TestKit
import Testing

@testable import Engine

/// At each limit a module is accepted, one over it is refused by name.
@Suite struct ImplementationLimitTests {
  private func exceeded(_ fault: ModuleFault?) -> ModuleFault.Item? {
    if case .limitExceeded(let item, _, _)? = fault { item } else { nil }
  }

  @Test(arguments: [(1000, nil), (1001, ModuleFault.Item.parameter)])
  func `Parameters`(_ count: Int, _ item: ModuleFault.Item?) {
    let many = Array(repeating: ValueType.i32, count: count)
    #expect(exceeded(fault(ModuleBuilder.function(many, code: [0x0B]).bytes)) == item)
  }

  @Test(arguments: [(1000, nil), (1001, ModuleFault.Item.result)])
  func `Results`(_ count: Int, _ item: ModuleFault.Item?) {
    let many = Array(repeating: ValueType.i32, count: count)
    let module = ModuleBuilder.function([], many, code: times(count, [0x41, 0]) + [0x0B])
    #expect(exceeded(fault(module.bytes)) == item)
  }

  @Test(arguments: [(49_999, nil), (50_000, ModuleFault.Item.local), (4_294_967_295, .local)])
  func `Locals, parameters included`(_ count: Int, _ item: ModuleFault.Item?) {
    let module = ModuleBuilder.function([.i32], locals: [(UInt32(count), .i64)], code: [0x0B])
    #expect(exceeded(fault(module.bytes)) == item)
  }

  @Test(arguments: [(7_654_321, nil), (7_654_322, ModuleFault.Item.bodyByte)])
  func `Bytes of a body`(_ size: Int, _ item: ModuleFault.Item?) {
    // One byte for the count of local groups, one for the end.
    let module = ModuleBuilder.function(code: [UInt8](repeating: 0x01, count: size - 2) + [0x0B])
    #expect(exceeded(fault(module.bytes)) == item)
  }

  @Test(arguments: [(1_000_000, nil), (1_000_001, ModuleFault.Item.branchTarget)])
  func `Targets of a branch table`(_ count: Int, _ item: ModuleFault.Item?) {
    let code = [0x41, 0, 0x0E] + ModuleBuilder.leb(count) + times(count + 1, [0]) + [0x0B]
    #expect(exceeded(fault(ModuleBuilder.function(code: code).bytes)) == item)
  }

  @Test(arguments: [(1_000_000, nil), (1_000_001, ModuleFault.Item.operand)])
  func `Operands on the stack`(_ count: Int, _ item: ModuleFault.Item?) {
    let code = times(count, [0x41, 0]) + [0x0F, 0x0B]
    #expect(exceeded(fault(ModuleBuilder.function(code: code).bytes)) == item)
  }

  @Test(arguments: [(65_536, nil), (65_537, ModuleFault.memoryTooLarge)])
  func `Pages of a memory`(_ count: Int, _ expected: ModuleFault?) {
    var module = ModuleBuilder.function(code: [0x0B])
    module.sections[5] = [1, 0] + ModuleBuilder.leb(count)
    #expect(fault(module.bytes) == expected)
  }

  @Test(
    arguments: [
      (1, .type, 1_000_000), (2, .import, 1_000_000), (3, .function, 1_000_000),
      (4, .table, 100_000), (6, .global, 1_000_000), (7, .export, 1_000_000),
      (9, .elementSegment, 10_000_000), (10, .function, 1_000_000), (11, .dataSegment, 100_000),
      (12, .dataSegment, 100_000),
    ] as [(Int, ModuleFault.Item, Int)])
  func `Items of a section`(_ id: Int, _ item: ModuleFault.Item, _ limit: Int) {
    // The content is nonsense; only the count is of interest.
    func module(_ count: Int) -> [UInt8] {
      let content = ModuleBuilder.leb(count) + [UInt8](repeating: 0xFF, count: count)
      return [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0, UInt8(id)] + ModuleBuilder.leb(content.count)
        + content
    }
    #expect(exceeded(fault(module(limit + 1))) == item)
    #expect(exceeded(fault(module(limit))) == nil)
  }

  @Test func `A count that the rest of the section cannot hold is refused at once`() {
    var module = ModuleBuilder.function(code: [0x0B])
    module.sections[9] = [0xFF, 0xFF, 0xFF, 0xFF, 0x0F]
    #expect(fault(module.bytes) == .countTooLarge(count: 0xFFFF_FFFF, remaining: 0))
  }

  @Test func `Bytes of machine code`() throws {
    // A call copies a thousand values out and back, one by one as they are of two types: 20 KB of
    // code or more for two bytes.
    let many = (0..<1000).map { $0 % 2 == 0 ? ValueType.i32 : .i64 }
    func refused(calls: Int) throws -> ValidationError? {
      let values = times(500, [0x41, 0, 0x42, 0])
      let code = values + times(calls, [0x10, 0]) + times(1000, [0x1A]) + [0x0B]
      let module = ModuleBuilder(
        types: [FuncType(parameters: many, results: many), FuncType()],
        functions: [.init(type: 0, code: [0x00, 0x0B]), .init(type: 1, code: code)])
      let decoded = try Module(decoding: module.bytes)
      do {
        _ = try CompiledModule(compiling: decoded, config: .host, codeLimit: 1 << 20)
        return nil
      } catch {
        return error
      }
    }
    #expect(try refused(calls: 20) == nil)
    let error = try refused(calls: 100)
    #expect(exceeded(error?.kind) == .codeByte)
    #expect(error?.functionIndex == 1)
    // No sooner than at the limit, no later than an instruction after it.
    if case .limitExceeded(_, let count, _)? = error?.kind {
      #expect((1 << 20)..<(1 << 20) + 65536 ~= Int(count))
    }
  }

  @Test func `A small file gets little machine code, a large one what fits`() {
    #expect(ImplementationLimits.codeBytes(ofFile: 40_000) < 70 << 20)
    #expect(ImplementationLimits.codeBytes(ofFile: 1_000_000) > 100 << 20)
    #expect(ImplementationLimits.codeBytes(ofFile: 1 << 30) == ImplementationLimits.codeBytes)
  }

  @Test func `Bytes of machine code of one branch table's thunks`() throws {
    // Each target wants eight values at another height.
    let eight = FuncType(results: Array(repeating: .i32, count: 8))
    let depth = 2000
    var code = times(depth, [0x41, 0, 0x02, 0]) + times(8, [0x41, 0]) + [0x41, 0, 0x0E]
    code += ModuleBuilder.leb(depth - 1) + (0..<depth).flatMap { ModuleBuilder.leb($0) }
    let arm = [0x0B] + times(9, [0x1A]) + times(8, [0x41, 0])
    code += times(depth, arm) + times(8, [0x1A]) + [0x0B]
    let decoded = try Module(
      decoding: ModuleBuilder(
        types: [eight, FuncType()], functions: [.init(type: 1, code: code)]
      ).bytes)
    _ = try CompiledModule(compiling: decoded, config: .host)
    let error = #expect(throws: ValidationError.self) {
      try CompiledModule(compiling: decoded, config: .host, codeLimit: 1 << 17)
    }
    #expect(exceeded(error?.kind) == .codeByte)
    if case .limitExceeded(_, let count, _)? = error?.kind {
      #expect(count < 200_000, "all thunks were made")
    }
  }
}
