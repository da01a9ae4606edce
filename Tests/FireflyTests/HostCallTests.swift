import Console
import Engine
import Testing

@testable import Firefly

@Suite("A host call")
struct HostCallTests {
  @Test("draws, and marks the frame to be shown")
  func draws() throws {
    let bench = try HostBench()
    try bench.call("g.draw_point", 2, 1, 6)
    #expect(letters(bench.state.screen) == "...\n..c")
    #expect(bench.state.isDirty)
  }

  @Test("without a colour is refused", arguments: ["draw_point", "draw_line", "clear_screen"])
  func refusesNoColor(name: String) throws {
    let bench = try HostBench()
    switch name {
    case "draw_point": try bench.call("graphics.draw_point", 1, 1, 0)
    case "draw_line": try bench.call("graphics.draw_line", 1, 1, 5, 5, 0, 1)
    default: try bench.call("graphics.clear_screen", 0)
    }
    // Clearing to no colour is nothing, and no error.
    #expect(bench.log == (name == "clear_screen" ? [] : ["graphics.\(name): color is None (0)"]))
    #expect(letters(bench.state.screen) == "")
  }

  @Test(
    "cuts colours beyond 16 to 8 bits, then 4", arguments: [(17, 0), (18, 1), (256, 15), (-1, 14)])
  func cutsColors(color: Int, index: Int) throws {
    let bench = try HostBench()
    try bench.call("graphics.clear_screen", color)
    #expect(bench.state.screen.copy.allSatisfy { Int($0) == index })
  }

  @Test("changes palette entries 1 to 16 only")
  func changesPalette() throws {
    let bench = try HostBench()
    try bench.call("graphics.set_color", 1, 0xFF, 0x80, 0)
    #expect(bench.state.palette.colors[0] == 0xFF8000)
    #expect(!bench.state.isDirty)
    try bench.call("graphics.set_color", 0, 1, 1, 1)
    try bench.call("graphics.set_color", 17, 1, 1, 1)
    #expect(
      bench.log == [
        "graphics.set_color: cannot set color for transparency",
        "graphics.set_color: color index out of range",
      ])
  }

  @Test("draws into a canvas while one is set, left pixels in the low half of a byte")
  func drawsIntoCanvas() throws {
    let bench = try HostBench()
    bench.write([0x22, 4, 0, 255, 0, 0, 0, 0], at: 100)
    try bench.call("graphics.set_canvas", 100, 8)
    try bench.call("graphics.draw_point", 0, 0, 2)
    try bench.call("graphics.draw_point", 3, 1, 3)
    try bench.call("graphics.draw_point", 4, 0, 9)
    #expect(bench.read(104, 4) == [0x01, 0, 0, 0x20])
    try bench.call("graphics.draw_image", 100, 8, 0, 0)
    #expect(bench.log == ["graphics.draw_image: images cannot be drawn on canvas yet"])
    #expect(!bench.state.isDirty)
    try bench.call("graphics.unset_canvas")
    try bench.call("graphics.draw_image", 100, 8, 0, 0)
    #expect(letters(bench.state.screen) == ".f.\n..s")
  }

  @Test(
    "with a bad image or canvas says what is wrong with it",
    arguments: [
      ([], 0, "image is a nil pointer: make sure you've loaded it", "canvas is too small"),
      (
        [], 9, "image file is empty: make sure you load it with the correct name",
        "canvas is too small"
      ),
      ([0x22, 2], 9, "image file is too small", "canvas is too small"),
      ([0x21, 2, 0, 0], 9, "invalid magic number", "invalid magic number"),
      ([0x22, 0, 0, 0, 1], 9, "image has zero width", "the image has invalid width"),
      ([0x22, 3, 0, 0, 1], 9, "the image has invalid width", "the image has invalid width"),
    ])
  func refusesBadImages(bytes: [UInt8], address: UInt32, image: String, canvas: String) throws {
    let bench = try HostBench()
    bench.write(bytes, at: address)
    try bench.call("graphics.draw_image", Int(address), bytes.count, 0, 0)
    try bench.call("graphics.set_canvas", Int(address), bytes.count)
    #expect(bench.log == ["graphics.draw_image: \(image)", "graphics.set_canvas: \(canvas)"])
  }

  @Test("tiles a region, if it fits a whole number of times")
  func tiles() throws {
    let bench = try HostBench()
    bench.write([0x22, 4, 0, 255, 0x12, 0x34, 0x21, 0x43], at: 64)
    try bench.call("graphics.draw_sub_tile", 64, 8, 1, 0, 4, 2, 0, 0, 2, 1)
    #expect(letters(bench.state.screen) == ".fsfs\n.fsfs")
    try bench.call("graphics.draw_sub_tile", 64, 8, 1, 0, 3, 2, 0, 0, 2, 1)
    try bench.call("graphics.draw_sub_tile", 64, 8, 1, 0, 4, 2, 0, 0, 0, 1)
    #expect(bench.log.count == 2)
  }

  @Test("stretches the middle of an image, and keeps its corners")
  func stretches() throws {
    let bench = try HostBench()
    // a b c d / e f g h / i j k l with a middle of 2x1 at (1, 1).
    bench.write([0x22, 4, 0, 255, 0x12, 0x34, 0x56, 0x78, 0x9A, 0xBC], at: 64)
    try bench.call("graphics.draw_nine_slice", 64, 10, 0, 0, 6, 4, 1, 1, 2, 1)
    #expect(letters(bench.state.screen) == "fsasab\ncdedeg\ncdedeg\nhijijk")
    try bench.call("graphics.draw_nine_slice", 64, 10, 0, 0, 7, 4, 1, 1, 2, 1)
    try bench.call("graphics.draw_nine_slice", 64, 10, 0, 0, 3, 4, 1, 1, 2, 1)
    #expect(bench.log.count == 2)
  }

  @Test("reads the pad as two halves of a word, and buttons as bits")
  func readsInput() throws {
    let bench = try HostBench()
    #expect(try bench.call("input.read_pad", 255) == 0xFFFF)
    bench.state.input = PlayerInput(pad: [-2, 600], buttons: [.east, .menu])
    #expect(try bench.call("i.p", 0) == 0xFFFE_0258)
    #expect(try bench.call("i.b", 0) == 0b10010)
  }

  @Test("loads files of the cart, cut to the buffer")
  func loadsFiles() throws {
    let bench = try HostBench(files: ["moth": [1, 2, 3, 4, 5]])
    bench.write(Array("moth".utf8), at: 10)
    #expect(try bench.call("fs.get_file_size", 10, 4) == 5)
    #expect(try bench.call("fs.get_rom_file_size", 10, 4) == 5)
    #expect(try bench.call("fs.get_file_size", 10, 3) == 0)
    #expect(try bench.call("fs.load_file", 10, 4, 100, 3) == 3)
    #expect(bench.read(100, 4) == [1, 2, 3, 0])
    #expect(bench.log == [])
    #expect(try bench.call("fs.load_rom_file", 10, 4, 100, 8) == 5)
    #expect(bench.log == ["fs.load_file: buffer size for file does not match file size"])
    #expect(try bench.call("fs.load_file", 10, 3, 100, 3) == 0)
    #expect(bench.log == ["fs.load_file: not found"])
  }

  @Test(
    "refuses file names that are none",
    arguments: [
      "", ".", "..", "../x", "/etc/passwd", "a/b", "a\0b", ".hidden", "é", "a b",
    ])
  func refusesFileNames(name: String) throws {
    let bench = try HostBench()
    bench.write(Array(name.utf8), at: 10)
    #expect(try bench.call("fs.get_file_size", 10, name.utf8.count) == 0)
    #expect(bench.log.first?.hasPrefix("fs.get_file_size: bad file name: ") == true)
  }

  @Test("tells the settings in one word")
  func tellsSettings() throws {
    var settings = PlayerSettings()
    let standard = try HostBench(settings: settings).call("misc.get_settings", 0)
    #expect(standard == 0x000D_6C00_0000_656E)
    settings.language = "nl"
    settings.rotatesScreen = true
    settings.highContrast = true
    let changed = try HostBench(settings: settings).call("m.c", 0)
    #expect(changed == 0x000D_6C00_0005_6E6C)
  }

  @Test("tells the device's name, with or without the room for it")
  func tellsName() throws {
    let bench = try HostBench()
    #expect(try bench.call("misc.get_name", 0, 50) == 12)
    #expect(String(decoding: bench.read(50, 12), as: UTF8.self) == "firefly-zero")
    #expect(try bench.call("misc.get_name", 0, 80, 7) == 7)
    #expect(bench.read(80, 8) == Array("firefly\0".utf8))
    #expect(try bench.call("misc.get_name", 0, 65_530) == 0)
    #expect(bench.log == ["misc.get_name: buffer points out of memory"])
  }

  @Test("logs text, if it is text")
  func logsText() throws {
    let bench = try HostBench()
    bench.write(Array("hello\u{1B}".utf8) + [0xFF], at: 10)
    try bench.call("misc.log_debug", 10, 6)
    try bench.call("misc.log_error", 10, 7)
    #expect(bench.log == [#"hello\u{1b}"#, "misc.log_error: text is not valid UTF-8"])
  }

  @Test("answers a C library's standard output with lines of the log")
  func answersWASI() throws {
    let bench = try HostBench()
    bench.write(Array("one\ntwo\n".utf8), at: 100)
    bench.write([100, 0, 0, 0, 5, 0, 0, 0, 105, 0, 0, 0, 3, 0, 0, 0], at: 0)
    #expect(try bench.call("wasi_snapshot_preview1.fd_write", 1, 0, 2, 60) == 0)
    #expect(bench.read(60, 4) == [8, 0, 0, 0])
    #expect(bench.log == ["one", "two"])
    #expect(try bench.call("wasi_snapshot_preview1.fd_write", 3, 0, 2, 60) == 8)
  }

  @Test("ends the callback when the cart calls proc_exit")
  func endsCallback() throws {
    let bench = try HostBench()
    #expect(throws: (any Error).self) { try bench.call("wasi_snapshot_preview1.proc_exit", 3) }
    #expect(bench.state.hasEndedCallback)
    #expect(bench.state.request == .exit)
  }

  @Test("before the memory is known is refused")
  func needsMemory() throws {
    let bench = try HostBench()
    bench.state.memory = nil
    try bench.call("misc.log_debug", 0, 0)
    #expect(bench.log == ["misc.log_debug: memory not found"])
  }
}
