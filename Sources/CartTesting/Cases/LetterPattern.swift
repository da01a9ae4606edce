import Console

/// Part of a picture as text, a letter a pixel: the colours of the official test kit's patterns.
///
/// `K` black, `P` purple, `R` red, `O` orange, `Y` yellow, `g` light green, `G` green, `D` dark
/// green, `d` dark blue, `B` blue, `b` light blue, `C` cyan, `W` white, `◔` light gray, `◑` gray,
/// `◕` dark gray, `.` any; a digit is an index of the picture's own palette.
///
/// Source: firefly.md 12.3.
public struct LetterPattern: Sendable, Codable {
  /// The letters of the palette that carts start with, by index.
  static let letters = Array("KPROYgGDdBbCW◔◑◕")

  /// Rows from the top, of any lengths.
  public let rows: [String]

  /// Nil where a letter means nothing; there is at least one letter.
  init?(_ rows: [String]) {
    guard rows.contains(where: { !$0.isEmpty }),
      rows.allSatisfy({ $0.allSatisfy { $0 == "." || PixelColor(letter: $0) != nil } })
    else { return nil }
    self.rows = rows
  }

  /// How a pattern compares with a part of a picture.
  enum Comparison: Equatable {
    case same
    /// A row reaches out of the picture.
    case outside
    /// The first pixel that differs, and how many do.
    case different(x: Int, y: Int, count: Int)
  }

  /// Compares with the part of a picture whose left upper corner is at `x`, `y`.
  func compare(with picture: Picture, x: Int, y: Int) -> Comparison {
    var result = Comparison.same
    for (row, letters) in rows.enumerated() {
      for (column, letter) in letters.enumerated() {
        guard let index = picture.index(x: x + column, y: y + row) else { return .outside }
        guard let color = PixelColor(letter: letter), !color.matches(index, in: picture) else {
          continue
        }
        if case .different(let firstX, let firstY, let count) = result {
          result = .different(x: firstX, y: firstY, count: count + 1)
        } else {
          result = .different(x: x + column, y: y + row, count: 1)
        }
      }
    }
    return result
  }

  /// The same part of a picture as it is, `?` for colours without a letter.
  func actual(in picture: Picture, x: Int, y: Int) -> [String] {
    rows.enumerated().map { row, letters in
      String(
        (0..<letters.count).map { column in
          picture.index(x: x + column, y: y + row).map { Self.letter($0, in: picture) } ?? "?"
        })
    }
  }

  private static func letter(_ index: UInt8, in picture: Picture) -> Character {
    let color = picture.color(index)
    return Palette.sweetie16.colors.firstIndex(of: color).map { letters[$0] } ?? "?"
  }
}

/// A colour that is expected of a pixel.
public enum PixelColor: Sendable, Codable, Equatable {
  /// As shown, 0xRRGGBB.
  case shown(UInt32)
  /// By its index in the picture's palette.
  case index(UInt8)

  /// The colour of a letter; nil for `.` and unknown ones.
  init?(letter: Character) {
    if let index = LetterPattern.letters.firstIndex(of: letter) {
      self = .shown(Palette.sweetie16.colors[index])
    } else if letter.isASCII, let digit = letter.wholeNumberValue {
      self = .index(UInt8(truncatingIfNeeded: digit))
    } else {
      return nil
    }
  }

  /// `#rrggbb` or a letter.
  init?(_ text: String) {
    if text.hasPrefix("#"), text.utf8.count == 7,
      text.dropFirst().allSatisfy(\.isHexDigit), let color = UInt32(text.dropFirst(), radix: 16)
    {
      self = .shown(color)
    } else if text.count == 1, let letter = text.first {
      self.init(letter: letter)
    } else {
      return nil
    }
  }

  /// Whether a pixel has it; a colour also as a 5-6-5 display shows it.
  func matches(_ index: UInt8, in picture: Picture) -> Bool {
    switch self {
    case .index(let wanted): return index == wanted
    case .shown(let wanted):
      let color = picture.color(index)
      return color == wanted || color == Palette.shown(wanted)
    }
  }

  /// `#rrggbb`, or `palette index N`.
  var description: String {
    switch self {
    case .shown(let color): colorText(color)
    case .index(let index): "palette index \(index)"
    }
  }
}

/// `#rrggbb`.
func colorText(_ color: UInt32) -> String {
  let digits = String(color & 0xFF_FFFF, radix: 16)
  return "#" + String(repeating: "0", count: 6 - digits.count) + digits
}

extension Picture {
  /// Palette index of a pixel; nil outside of the picture.
  func index(x: Int, y: Int) -> UInt8? {
    guard (0..<width).contains(x), (0..<height).contains(y), pixels.count == width * height else {
      return nil
    }
    return pixels[y * width + x]
  }

  /// The colour that an index shows, 0xRRGGBB.
  func color(_ index: UInt8) -> UInt32 {
    palette.indices.contains(Int(index)) ? palette[Int(index)] : 0
  }
}
