/// A line of text in colours, of any length; it is broken where it meets a width.
public struct StyledText: Sendable, Equatable {
  /// The characters.
  public private(set) var scalars: [Unicode.Scalar] = []
  /// The colour of each character, 0xAARRGGBB.
  public private(set) var colors: [UInt32] = []
  /// Cells that all parts but the first are moved to the right by.
  public var indent = 0
  /// What lies behind the whole line; nil for what was there.
  public var background: UInt32?
  /// Whether the line is cut with `...` rather than broken: lines of a program.
  public var isCut = false

  /// An empty line.
  public init() {}

  /// A line in one colour.
  public init(_ text: some StringProtocol, _ color: UInt32, indent: Int = 0) {
    self.indent = indent
    append(text, color)
  }

  /// Adds text at the end.
  public mutating func append(_ text: some StringProtocol, _ color: UInt32) {
    scalars.append(contentsOf: text.unicodeScalars)
    colors.append(contentsOf: repeatElement(color, count: scalars.count - colors.count))
  }

  /// Adds another line at the end.
  public mutating func append(_ text: StyledText) {
    scalars += text.scalars
    colors += text.colors
  }

  /// Adds blanks up to a column; at least `gap` if anything stands before.
  public mutating func pad(to column: Int, gap: Int = 1) {
    let count = max(scalars.isEmpty ? 0 : gap, column - scalars.count)
    append(String(repeating: " ", count: max(0, count)), 0)
  }

  /// The parts that fit into `width` cells, at least one; each knows its own indentation.
  public func broken(to width: Int) -> [Part] {
    if isCut {
      var line = self
      if scalars.count > width {
        line.scalars.removeLast(scalars.count - max(0, width - 3))
        line.colors.removeLast(colors.count - line.scalars.count)
        line.append(String(repeating: ".", count: min(3, max(0, width))), Theme.faint)
      }
      return [Part(text: line, range: line.scalars.indices, indent: 0)]
    }
    let laterIndent = min(indent, max(8, width) / 2)
    return wrap(scalars, width: width, indent: indent).map {
      Part(text: self, range: $0, indent: $0.lowerBound == 0 ? 0 : laterIndent)
    }
  }

  /// What of a line stands in one row.
  public struct Part: Sendable {
    /// The line.
    public var text: StyledText
    /// The characters in this row.
    public var range: Range<Int>
    /// Cells before the first of them.
    public var indent: Int
  }
}

extension TextGrid {
  /// Writes a part of a line at a cell.
  public mutating func write(_ part: StyledText.Part, column: Int, row: Int) {
    var start = part.range.lowerBound
    while start < part.range.upperBound {
      let color = part.text.colors[start]
      let end =
        part.text.colors[start..<part.range.upperBound].firstIndex { $0 != color }
        ?? part.range.upperBound
      write(
        String(String.UnicodeScalarView(part.text.scalars[start..<end])),
        column: column + part.indent + start - part.range.lowerBound, row: row, color: color)
      start = end
    }
  }
}
