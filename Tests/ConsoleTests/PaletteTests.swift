import Console
import Testing

@Suite("The palette")
struct PaletteTests {
  @Test("shows its first colours as a 5-6-5 display does")
  func showsDefaults() {
    #expect(
      Palette.sweetie16.colors == [
        0x181C28, 0x582458, 0xB03C50, 0xE87C50, 0xFFCC70, 0xA0F070, 0x38B460, 0x207078,
        0x283468, 0x385CC8, 0x40A4F0, 0x70ECF0, 0xF0F4F0, 0x90B0C0, 0x506C80, 0x303C50,
      ])
  }

  @Test("takes the low 8 bits of each component")
  func takesLowBits() {
    var palette = Palette.sweetie16
    palette.set(3, red: 0x1FF, green: 0x100, blue: 0xFFFF_FF12)
    #expect(palette.colors[3] == 0xFF0010)
    let before = palette
    palette.set(16, red: 1, green: 1, blue: 1)
    #expect(palette == before)
  }
}
