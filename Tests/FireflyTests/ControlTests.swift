import Console
import Firefly
import Testing

@Suite("Keys and controller buttons")
struct ControlTests {
  // USB HID usage numbers.
  private static let keys: [(UInt32, Controls)] = [
    (29, .south), (44, .south), (27, .east), (40, .east), (4, .west), (42, .west), (22, .north),
    (43, .menu), (82, .up), (81, .down), (80, .left), (79, .right), (96, .up), (90, .down),
    (92, .left), (94, .right), (93, .center),
  ]

  @Test(arguments: keys)
  func `Each key is where the console's makers put it`(number: UInt32, control: Controls) throws {
    let key = try #require(Key(rawValue: number))
    #expect(FireflyProfile.controls.keys[key] == .init(control))
  }

  @Test func `Keys without a meaning have none`() {
    #expect(FireflyProfile.controls.keys.count == Self.keys.count)
    #expect(Key(rawValue: 41) == nil)
  }

  // Numbers of buttons as SDL counts them.
  @Test(
    arguments: [
      (0, .south), (1, .east), (2, .west), (3, .north), (6, .menu), (7, .leftTouch),
      (8, .rightTouch), (9, .leftTouch), (11, .up), (12, .down), (13, .left), (14, .right),
    ] as [(Int32, Controls)])
  func `Each controller button is known by its place`(number: Int32, control: Controls) throws {
    let button = try #require(ControllerButton(rawValue: number))
    #expect(FireflyProfile.controls.buttons[button] == control)
  }
}
