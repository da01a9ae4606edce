import Console
import Engine
import TestKit
import Testing
import Wasm4

// Rules: wasm4.md sections 2 and 3.
@Suite("Loading a cart")
struct LoaderTests {
  private func console(_ bytes: [UInt8]) throws(CartError) -> Console {
    let console = try Console(cart: Cart(id: "test", wasm: bytes), profile: Wasm4Profile.self)
    _ = console.boot()
    return console
  }

  private func row(_ console: Console, _ width: Int) -> String {
    letters(console.picture, width: width, height: 1)
  }

  /// Writes the byte at an address into the framebuffer's first bytes.
  private func copy(from address: Int32, to place: Int32 = 0xA0) -> [UInt8] {
    Op.i32(place) + Op.i32(address) + [0x2D, 0, 0, 0x3A, 0, 0]
  }

  @Test func `Carts are known by what they import from env`() throws {
    var memory = ModuleBuilder()
    memory.importMemory("env", "memory", pages: 1)
    var rectangle = ModuleBuilder()
    _ = rectangle.importFunction("env", "rect", [.i32, .i32, .i32, .i32])
    var other = ModuleBuilder()
    _ = other.importFunction("graphics", "rect", [.i32, .i32, .i32, .i32])
    let answers = try [memory, rectangle, other, ModuleBuilder()].map {
      Wasm4Profile.recognizes(try Module(decoding: $0.bytes), files: CartFiles())
    }
    #expect(answers == [true, true, false, false])
  }

  @Test func `Registers have their values before anything runs, and data segments come after`()
    throws
  {
    var cart = TestCart(.code(copy(from: 0x15) + copy(from: 0x1B, to: 0xA1)))
    #expect(row(try stepped(cart), 8) == "b.a.ccca")
    cart.data = [(0x14, [0xFF, 0x1B])]
    #expect(row(try stepped(cart), 4) == "cba.")
    #expect(try stepped(cart).picture.palette == [0xE0F8CF, 0x86C06C, 0x306850, 0x071821])
  }

  private func stepped(_ cart: TestCart) throws -> Console {
    let console = try cart.console()
    _ = console.step(InputFrame())
    return console
  }

  @Test(
    "takes every memory that real carts declare",
    arguments: [(1, 1), (1, nil), (0, 65_536), (1, 2)] as [(Int, Int?)])
  func takesMemories(pages: Int, maximum: Int?) throws {
    var cart = TestCart(
      .code(Op.i32(0xA0) + Op.memorySize + [0x3A, 0, 0]),
      .code(Op.i32(0xA1) + Op.i32(1) + Op.memoryGrow + [0x3A, 0, 0]))
    cart.memory = (pages, maximum)
    // One page, and growing answers -1.
    #expect(row(try stepped(cart), 8) == "a...cccc")
  }

  @Test func `A larger memory is not to be had`() {
    var cart = TestCart()
    cart.memory = (2, 2)
    #expect(throws: CartError.self) { try cart.console() }
  }

  @Test func `An exported memory that is imported is fine`() throws {
    var builder = ModuleBuilder()
    builder.importMemory("env", "memory", pages: 0, maximum: 65_536)
    builder.sections[7] = [1] + ModuleBuilder.name("memory") + [2, 0]
    _ = try console(builder.bytes)
  }

  @Test func `Arguments that an import lacks are 0, and further ones are ignored`() throws {
    var cart = TestCart(
      .colors(0x32), .call("blit", [0x2000, 0, 0, 4, 1]), data: [(0x2000, [0b0110_0000])])
    #expect(row(try stepped(cart), 4) == "abba")
    cart = TestCart(.colors(2), .call("hline", [1, 0, 2, 77, 78]))
    #expect(row(try stepped(cart), 4) == ".aa.")
    cart = TestCart(.colors(2), .call("rect", []))
    #expect(row(try stepped(cart), 4) == "....")
  }

  @Test func `An import that is not there, or not of integers, is named`() throws {
    var builder = ModuleBuilder()
    _ = builder.importFunction("env", "sprite", [.i32])
    #expect(
      throws: CartError.link(module: "env", name: "sprite", reason: "unknown host function")
    ) { try console(builder.bytes) }
    builder = ModuleBuilder()
    _ = builder.importFunction("env", "hline", [.i32, .f32, .i32])
    #expect(
      throws: CartError.link(
        module: "env", name: "hline",
        reason:
          "the cart imports it as (i32, f32, i32) -> (), but it is (i32, i32, i32) -> ()")
    ) { try console(builder.bytes) }
    builder = ModuleBuilder()
    _ = builder.importFunction("wasi_snapshot_preview1", "proc_exit", [.i32])
    #expect(throws: CartError.self) { try console(builder.bytes) }
  }

  @Test func `Constructors may return a value, which is dropped`() throws {
    var builder = ModuleBuilder()
    builder.importMemory("env", "memory", pages: 1, maximum: 1)
    let store = { (address: Int32) in Op.i32(address) + Op.i32(0xFF) + [0x3A, 0, 0] }
    builder.add([], [.i32], export: "_start", store(0x2000) + Op.i32(5))
    builder.add(export: "_initialize", copy(from: 0x2000, to: 0x2001))
    builder.add(
      export: "update", copy(from: 0x2001))
    let console = try console(builder.bytes)
    _ = console.step(InputFrame())
    #expect(row(console, 5) == "cccc.")
  }

  @Test func `A table index may be encoded longer than it has to be`() throws {
    var builder = ModuleBuilder()
    builder.importMemory("env", "memory", pages: 1, maximum: 1)
    let target = builder.add([], [], Op.i32(0xA0) + Op.i32(0xAA) + [0x3A, 0, 0])
    builder.table(size: 1, elements: [target])
    builder.add(
      export: "update", Op.i32(0) + [0x11] + ModuleBuilder.leb(0) + [0x80, 0x80, 0x80, 0x80, 0x00])
    let console = try console(builder.bytes)
    _ = console.step(InputFrame())
    #expect(row(console, 5) == "bbbb.")
  }

  @Test func `Start runs once, in the first frame, and what it draws stays for that frame`() throws
  {
    var cart = TestCart()
    cart.callbacks["start"] = [.colors(3), .call("hline", [0, 0, 2])]
    cart.callbacks["update"] = [.call("hline", [3, 0, 1])]
    let console = try cart.console()
    _ = console.step(InputFrame())
    #expect(row(console, 5) == "bb.b.")
    _ = console.step(InputFrame())
    #expect(row(console, 5) == "...b.")
  }

  @Test func `The screen is cleared before a frame, unless the flag says to keep it`() throws {
    // Each frame draws one pixel further right; the flag is set in the first.
    var cart = TestCart(
      .code(copy(from: 0x20, to: 0x2000)),
      .code(
        Op.i32(0x30) + Op.i32(0x30) + [0x2D, 0, 0] + Op.i32(1) + Op.i32add + [0x3A, 0, 0]
          + Op.i32(0xA0) + Op.i32(0x30) + [0x2D, 0, 0] + Op.i32add + Op.i32(1) + [0x3A, 0, 0]))
    var console = try cart.console()
    for _ in 0..<3 { _ = console.step(InputFrame()) }
    #expect(row(console, 16) == "............a...")
    cart.data = [(0x1F, [1])]
    console = try cart.console()
    for _ in 0..<3 { _ = console.step(InputFrame()) }
    #expect(row(console, 16) == "....a...a...a...")
  }

  @Test func `A cart without any callback shows an empty screen`() throws {
    var builder = ModuleBuilder()
    builder.importMemory("env", "memory", pages: 1)
    let console = try console(builder.bytes)
    guard case .running = console.step(InputFrame()) else {
      Issue.record("it does not run")
      return
    }
    #expect(console.picture.pixels.allSatisfy { $0 == 0 })
  }

  @Test func `Colours change at any time and are those at the frame's end`() throws {
    let cart = TestCart(.store16(0x04, 0x3412), .store16(0x06, 0x7F56))
    #expect(try stepped(cart).picture.palette[0] == 0x563412)
  }
}
