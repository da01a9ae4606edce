import Foundation
import TestKit
import Testing

@testable import Engine

/// A module that arrives in pieces against the same module at once.
@Suite("A module compiled while it arrives") struct StreamingTests {
  /// How a file is cut: into pieces of so many bytes, or of random sizes.
  enum Cut: CaseIterable {
    case bytes, sevens, pages, random

    func pieces(of file: ArraySlice<UInt8>) -> [[UInt8]] {
      var random = SeededGenerator(state: UInt64(file.count))
      var pieces: [[UInt8]] = []
      var rest = file
      while !rest.isEmpty {
        let size =
          switch self {
          case .bytes: 1
          case .sevens: 7
          case .pages: 4096
          case .random: Int.random(in: 0...2000, using: &random)
          }
        pieces.append(Array(rest.prefix(size)))
        rest = rest.dropFirst(size)
      }
      return pieces
    }
  }

  private typealias Outcome = Result<CompiledModule, ModuleError>

  private func outcome(_ pieces: [[UInt8]], _ features: Features = .default) -> Outcome {
    do throws(ModuleError) {
      var compiler = StreamingCompiler(features: features)
      for piece in pieces { try compiler.append(piece) }
      return .success(try compiler.finish())
    } catch {
      return .failure(error)
    }
  }

  /// Why a module that ends here is refused; nil if it is not.
  private func reason(of compiler: consuming StreamingCompiler) -> ModuleError? {
    do throws(ModuleError) { _ = try compiler.finish() } catch { return error }
    return nil
  }

  /// What decoding first and compiling then yields.
  private func outcomeInSteps(_ file: [UInt8], _ features: Features) -> Outcome {
    let module: Module
    do { module = try Module(decoding: file, features: features) } catch {
      return .failure(.decoding(error))
    }
    do { return .success(try CompiledModule(compiling: module)) } catch {
      return .failure(.validation(error))
    }
  }

  private func expectEqual(_ found: Outcome, _ wanted: Outcome, _ comment: Comment) {
    switch (found, wanted) {
    case (.success(let found), .success(let wanted)):
      #expect(found.code.elementsEqual(wanted.code), comment)
      #expect(
        found.module.bodies.indices.allSatisfy {
          found.functionOffsets[$0] == wanted.functionOffsets[$0]
        }, comment)
      #expect(found.module.bytes == wanted.module.bytes, comment)
      #expect(found.module.bodies.elementsEqual(wanted.module.bodies), comment)
      #expect(found.module.data == wanted.module.data, comment)
      #expect(found.module.customSections == wanted.module.customSections, comment)
      #expect(found.module.codeSectionOffset == wanted.module.codeSectionOffset, comment)
    case (.failure(let found), .failure(let wanted)): #expect(found == wanted, comment)
    default: Issue.record("\(comment): \(found) is not \(wanted)")
    }
  }

  private static let roms = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("roms")

  @Test(
    "Our carts become the same code, however they are cut",
    arguments: [
      "crash/crash.wasm", "glowworm/glowworm.wasm", "lantern/lantern.wasm", "night-catch/rom/_bin",
      "shapes/shapes.wasm",
    ])
  func carts(_ name: String) throws {
    let file = [UInt8](try Data(contentsOf: Self.roms.appendingPathComponent(name)))
    let whole = outcomeInSteps(file, .default)
    #expect(throws: Never.self) { try whole.get() }
    for cut in Cut.allCases {
      expectEqual(outcome(cut.pieces(of: file[...])), whole, "\(cut)")
    }
  }

  @Test(
    "Modules of the suite become the same code or the same error, however they are cut",
    .enabled(
      if: SpecSuite.isPresent, "the test suite's data is missing: no ../shared/spec/wasm-2.0"),
    arguments: SpecSuite.scripts)
  func suite(_ name: String) throws {
    let files = try SpecSuite.script(name).files.sorted { $0.key < $1.key }
    for (filename, data) in files.enumerated().filter({ $0.offset % 4 == 0 }).map(\.element) {
      let file = [UInt8](data)
      let whole = outcome([file], .webAssembly2)
      let stepwise = outcomeInSteps(file, .webAssembly2)
      // A wrong body comes before what is wrong behind it.
      if case .failure(.decoding) = stepwise, case .failure(.validation) = whole {
      } else {
        expectEqual(whole, stepwise, "\(filename)")
      }
      for cut in Cut.allCases {
        expectEqual(outcome(cut.pieces(of: file[...]), .webAssembly2), whole, "\(filename), \(cut)")
      }
    }
  }

  @Test("A stream that ends early is the same error as a file that does")
  func truncated() throws {
    let name = Self.roms.appendingPathComponent("night-catch/rom/_bin")
    let file = [UInt8](try Data(contentsOf: name))
    let code = try Module(decoding: file).codeSection
    var ends = Array(stride(from: 0, to: file.count, by: 611)) + Array(0..<32)
    ends += [code.lowerBound - 1, code.lowerBound, code.lowerBound + 1, code.upperBound]
    for end in ends {
      let short = Array(file[..<end])
      let whole = outcomeInSteps(short, .default)
      if end != code.upperBound, end != 8 {
        #expect(throws: ModuleError.self, "\(end)") { try whole.get() }
      }
      for cut in [Cut.sevens, .random] {
        expectEqual(outcome(cut.pieces(of: short[...])), whole, "\(end) bytes, \(cut)")
      }
    }
  }

  @Test("A function that is wrong is refused as soon as it is there")
  func refusesAtOnce() throws {
    var builder = ModuleBuilder()
    builder.add([], [.i32], Op.i32(7))
    builder.add([], [.i32], [])
    builder.add([], [.i32], Op.i32(7))
    let file = builder.bytes
    let wrong = try Module(decoding: file).bodies[1]
    var compiler = StreamingCompiler()
    let end = wrong.bodyOffset + wrong.size
    try compiler.append(Array(file[..<(end - 1)]))
    let error = try #require(
      #expect(throws: ModuleError.self) { try compiler.append([file[end - 1]]) })
    if case .validation(let reason) = error { #expect(reason.functionIndex == 1) }
    #expect(error.kind == .operandMissing(expected: .i32))
    // It stays refused.
    #expect(throws: error) { try compiler.append(Array(file[end...])) }
    #expect(reason(of: compiler) == error)
  }

  @Test("What is no module is refused by the first byte that shows it")
  func refusesHeader() {
    for (start, kind) in [
      ([0x50] as [UInt8], ModuleFault.notWasm), ([0, 0x61, 0x73, 0x6E], .notWasm),
      ([0, 0x61, 0x73, 0x6D, 2, 0, 0, 0], .unknownVersion(2)),
      ([0, 0x61, 0x73, 0x6D, 1, 0, 0, 0, 99, 0], .unknownSection(99)),
    ] {
      var compiler = StreamingCompiler()
      let error = #expect(throws: ModuleError.self) { try compiler.append(start) }
      #expect(error?.kind == kind)
    }
  }

  @Test(
    "Sizes that lie take no memory",
    arguments: [
      // A custom section, the types, and the functions in 4 GiB; a body of 7 MB.
      [0, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 1, 0x61], [1, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0xFF, 0xFF],
      [1, 4, 1, 0x60, 0, 0, 3, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0xC0, 0x84, 0x3D],
      [1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 1, 0x80, 0x80, 0xC0, 3],
    ] as [[UInt8]])
  func lies(_ sections: [UInt8]) throws {
    /// Kilobytes of memory that the process can write to.
    func taken() throws -> Int {
      let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
      let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmData:") })
      return try #require(line.split(separator: " ").compactMap { Int($0) }.first)
    }
    let file = [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0] + sections
    let before = try taken()
    var compiler = StreamingCompiler()
    #expect(throws: Never.self) { try compiler.append(file) }
    for _ in 0..<100 {
      #expect(throws: Never.self) { try compiler.append([UInt8](repeating: 0, count: 100)) }
    }
    // Other tests run beside this one.
    #expect(try taken() - before < 1 << 20)
    #expect(reason(of: compiler)?.kind == .sectionTooLong)
  }

  @Test("Calls reach functions before and behind them")
  func calls() throws {
    // Each calls the first, itself, the next and the last.
    let count = 40
    var builder = ModuleBuilder()
    for i in 0..<count {
      builder.add(
        [], [], Op.call(0) + Op.call(i) + Op.call(min(i + 1, count - 1)) + Op.call(count - 1))
    }
    let compiled = try CompiledModule(compiling: Module(decoding: builder.bytes))
    for i in 0..<count {
      let range = compiled.codeRange(ofDefined: i)
      var targets: [Int] = []
      for place in range.dropLast(4) where compiled.code[place] == 0xE8 {
        let distance = compiled.code.loadUnaligned(fromByteOffset: place + 1, as: Int32.self)
        targets.append(place + 5 + Int(distance))
      }
      let wanted = [0, i, min(i + 1, count - 1), count - 1]
      #expect(targets == wanted.map { compiled.codeRange(ofDefined: $0).lowerBound })
    }
  }
}
