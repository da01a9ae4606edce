/// A text in at most `width` cells: where it is too long, `...` stands for a part in its middle.
///
/// Of a path the last component stays whole, with the line and column behind it, as long as there
/// is room for it; of other text more is left of the end than of the beginning, because the ends of
/// paths and names differ more.
public func shortened(_ text: String, to width: Int) -> String {
  let scalars = Array(text.unicodeScalars)
  guard scalars.count > width else { return text }
  let mark = Array("...".unicodeScalars)
  let room = width - mark.count
  guard room > 0 else { return String(repeating: ".", count: max(0, width)) }
  let fair = room - room / 3
  let lastComponent = scalars.count - (scalars.lastIndex(of: "/") ?? 0)
  // Without the slash if that is what it takes.
  let tail = lastComponent <= room + 1 ? min(room, max(fair, lastComponent)) : fair
  let kept = scalars.prefix(room - tail) + mark + scalars.suffix(tail)
  return String(String.UnicodeScalarView(kept))
}
