import Shell
import Testing

@Suite("Shortened text")
struct ShorteningTests {
  @Test func `What fits stays as it is`() {
    #expect(shortened("player.c:12:3", to: 13) == "player.c:12:3")
    #expect(shortened("", to: 0) == "")
  }

  @Test func `A path keeps its last component`() {
    #expect(
      shortened("/code/dev/games/night/src/player_movement.cpp:120:17", to: 32)
        == "/c.../player_movement.cpp:120:17")
    #expect(shortened("a/b/quite_a_long_file_name.c:1", to: 13) == "a/b...ame.c:1")
  }

  @Test(arguments: 0...60)
  func `It is exactly as long as asked`(width: Int) {
    let text = "/code/dev/games/night-catch/source/world/entities/player_movement.cpp"
    #expect(shortened(text, to: width).count == width)
  }
}
