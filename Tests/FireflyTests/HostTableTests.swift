import Console
import Engine
import Testing

@testable import Firefly

@Suite("The host functions")
struct HostTableTests {
  private func count(_ modules: [HostModule]) -> Int {
    Set(modules.flatMap { module in module.functions.map { "\(module.name).\($0.name)" } }).count
  }

  @Test("are those of the official console, and two of the C library's by mistake")
  func areComplete() {
    let modules = HostModule.all
    #expect(
      count(modules.filter { !$0.isPrivileged && $0.name != "wasi_snapshot_preview1" }) == 78 + 2)
    #expect(count(modules.filter { $0.name == "sudo" }) == 16)
    #expect(count(modules.filter { $0.name == "wifi" }) == 9)
    #expect(count(modules.filter { $0.name == "wasi_snapshot_preview1" }) == 8)
  }

  @Test("have the official aliases")
  func haveAliases() {
    let aliases = Set(
      FireflyProfile.hostFunctions.compactMap { listing in
        listing.alias.map { "\(listing.aliasModule ?? "-").\($0) \(listing.name)" }
      })
    #expect(aliases.count == 33)
    #expect(aliases.contains("g.cs clear_screen"))
    #expect(!aliases.contains { $0.hasPrefix("-") })
  }

  @Test(
    "have the official types",
    arguments: [
      ("graphics.draw_arc", "(i32, i32, i32, f32, f32, i32, i32, i32) -> ()"),
      ("graphics.draw_nine_slice", "(i32, i32, i32, i32, i32, i32, i32, i32, i32, i32) -> ()"),
      ("misc.get_settings", "(i32) -> i64"),
      ("audio.mod_adsr", "(i32, i32, f32, f32, i32, i32, i32, f32, i32) -> ()"),
      ("stats.add_score", "(i32, i32, i32) -> i32"),
      ("wasi_snapshot_preview1.fd_seek", "(i32, i64, i32, i32) -> i32"),
    ])
  func haveTypes(name: String, type: String) {
    let listing = FireflyProfile.hostFunctions.first { "\($0.module).\($0.name)" == name }
    #expect(listing?.type.description == type)
  }

  @Test("are all there: none is silent")
  func tellSilence() {
    #expect(FireflyProfile.hostFunctions.filter { !$0.isImplemented }.map(\.name) == [])
  }

  @Test("are meant by long names and aliases in any mixture")
  func mixNames() throws {
    let listing = try #require(FireflyProfile.hostFunctions.first { $0.name == "draw_point" })
    for (module, name) in [
      ("graphics", "draw_point"), ("g", "p"), ("g", "draw_point"), ("graphics", "p"),
    ] {
      #expect(listing.isMeant(byModule: module, name: name))
      #expect(HostModule.graphics.functions(module: module, name: name).count == 1)
    }
    #expect(!listing.isMeant(byModule: "misc", name: "p"))
  }
}
