import CartTesting
import Console
import Engine
import Runtime
import Synchronization
import Testing

@Suite("Running a case twice")
struct VerificationTests {
  private func verdict(verifying: Bool, _ profile: any Profile.Type) throws -> CaseVerdict {
    var rules = RunRules(artifacts: "/nowhere")
    rules.verifies = verifying
    let runner = CaseRunner(rules, consoleVersion: "1") { _, _ in
      (Cart(id: "empty", wasm: [0x00, 0x61, 0x73, 0x6D, 1, 0, 0, 0]), profile)
    }
    let text = "cart = 'empty'\nexpect = [{ at = 9, pixel = [0, 0, '0'] }]"
    let one = try #require(try CaseReader.read(Array(text.utf8), file: "a.toml").first)
    return runner.run(one)
  }

  @Test("names the first frame whose picture differs")
  func namesFrame() throws {
    let verdict = try verdict(verifying: true, RestlessProfile.self)
    #expect(
      verdict.complaints.map(\.message) == ["not the same twice: in frame 3 the pictures differ"])
    #expect(verdict.outcome == .failed)
  }

  @Test("is what finds the difference")
  func passesOtherwise() throws {
    #expect(try verdict(verifying: false, RestProfile.self).outcome == .passed)
    #expect(try verdict(verifying: true, RestProfile.self).outcome == .passed)
  }
}

/// A console without carts' doing: a picture of one pixel.
private class RestProfile: Profile {
  static let name = "rest"
  static let hostFunctions: [HostFunctionListing] = []
  static let screenSize = (width: 1, height: 1)
  static let controls = ControlMap(playerCount: 1, keys: [:], buttons: [:])

  static func recognizes(_ module: Module, files: CartFiles) -> Bool { true }

  fileprivate var frame = 0
  var cartID: String { "empty" }
  var cartTitle: String { "Empty" }
  var request: ProfileRequest? { nil }
  var index: UInt8 { 0 }
  var picture: Picture { Picture(width: 1, height: 1, pixels: [index], palette: [0, 0xFF_FF_FF]) }

  required init(cart: Cart, services: ProfileServices) throws(CartError) {}

  func imports(for module: Module, in store: Store) throws(CartError) -> Imports { Imports() }
  func boot(_ guest: Guest) throws(Trap) {}
  func step(_ input: InputFrame, _ guest: Guest) throws(Trap) { frame += 1 }
  func close(_ guest: Guest) throws(Trap) {}
}

/// The same, but each second start shows another colour in frame 3.
private final class RestlessProfile: RestProfile {
  private static let starts = Mutex(0)
  private let isOther: Bool

  required init(cart: Cart, services: ProfileServices) throws(CartError) {
    isOther = Self.starts.withLock {
      $0 += 1
      return $0.isMultiple(of: 2)
    }
    try super.init(cart: cart, services: services)
  }

  override var index: UInt8 { isOther && frame == 3 ? 1 : 0 }
}
