import Dwarf
import Foundation
import Testing

@Suite("A demangled name")
struct DemanglerTests {
  /// Mangled names and how wasmtime spells them.
  static let wasmtimeNames: [[String]] = {
    let text = try? String(
      contentsOf: Crasher.folder.appendingPathComponent("names.txt"), encoding: .utf8)
    return (text ?? "").split(separator: "\n").map {
      $0.split(separator: "\t", maxSplits: 1).map(String.init)
    }
  }()

  @Test("There are names to compare")
  func thereAreNames() {
    #expect(Self.wasmtimeNames.count > 50)
  }

  @Test("It is spelt as wasmtime spells it", arguments: wasmtimeNames)
  func isWasmtimes(name: [String]) {
    var demangler = Demangler(.wasmtime)
    #expect(demangler.readable(name[0]) == name[1])
  }

  @Test("Thousands of C++ names that refer to themselves often are all readable")
  func manyNames() {
    var demangler = Demangler(.short)
    let unreadable = (1000..<4000).filter { number in
      let name =
        "_ZNSt3mapI5C\(number)St6vectorIS0_SaIS0_EESt4lessIS0_ESaISt4pairIKS0_S3_EEEixERS7_"
      let vector = "std::vector<C\(number), std::allocator<C\(number)> >"
      return !demangler.readable(name).hasPrefix("std::map<C\(number), \(vector), std::less<")
    }
    #expect(unreadable.isEmpty)
  }

  @Test(
    "In short it has neither hashes nor modules",
    arguments: [
      "_ZN4core9panicking5panic17h0123456789abcdefE": "core::panicking::panic",
      "_ZN4game5Enemy5thinkEi": "game::Enemy::think(int)",
      "_RNvNtCs4EoLUFkKuUC_4core9core_arch6wasm32": "core::core_arch::wasm32",
      "_RINtC8arrayvec8ArrayVechKj7b_E": "arrayvec::ArrayVec::<u8, 123>",
      "$e4main6divideys5Int32VAD_ADtF": "divide(_:_:)",
      "$s4main1fyyF": "f()",
      "crash.Stack(u32).get": "crash.Stack(u32).get",
    ])
  func isShort(mangled: String, readable: String) {
    var demangler = Demangler(.short)
    #expect(demangler.readable(mangled) == readable)
    #expect(demangler.readable(mangled) == readable)
  }
}
