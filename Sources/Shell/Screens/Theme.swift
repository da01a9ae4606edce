/// The colours of the shell's own screens, 0xAARRGGBB.
enum Theme {
  /// Laid over the game behind a full screen of text.
  static let veil: UInt32 = 0xDC0D_1118
  /// Laid over the game behind a small panel.
  static let lightVeil: UInt32 = 0x9008_0B10
  static let panel: UInt32 = 0xF519_202B
  static let bar: UInt32 = 0xFF1C_2430
  static let alarm: UInt32 = 0xFFA8_1E37
  static let accent: UInt32 = 0xFFFF_C857
  static let text: UInt32 = 0xFFE8_EBF0
  static let strong: UInt32 = 0xFFFF_FFFF
  static let faint: UInt32 = 0xFF93_A0B4
  static let faintOnAlarm: UInt32 = 0xFFF5_B5C0
  /// Behind the line of the source that matters.
  static let marked: UInt32 = 0xFF4A_2130
  /// On the accent colour.
  static let ink: UInt32 = 0xFF10_141B
  /// What is faint elsewhere, on the accent colour.
  static let faintInk: UInt32 = 0xFF5A_4A1C
  static let good: UInt32 = 0xFF8C_E99A
  static let hint: UInt32 = 0xFF7F_D4FF
}
