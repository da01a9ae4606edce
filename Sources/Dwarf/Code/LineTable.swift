/// Which source line each instruction of a unit comes from (DWARF 5, 6.2).
struct LineTable {
  /// From its address to the next row's.
  struct Row: BitwiseCopyable {
    var address: UInt32
    var file: UInt32
    /// 0 if the compiler made it up.
    var line: UInt32
    var column: UInt32
  }

  /// A file as the table lists it; text that is inline is in `.debug_line`.
  struct File {
    var name: AttributeValue
    /// An index into the table's folders.
    var folder: Int
  }

  private(set) var folders: [AttributeValue] = []
  private(set) var files: [File] = []
  private var rows: [Row] = []
  /// The rows of a run of instructions whose addresses increase: one function, mostly.
  private var sequences: [Range<Int>] = []
  /// Finds sequences.
  private(set) var index = RangeIndex()
  private var isNew = false
  /// Whether something was read that makes no sense.
  private(set) var isDamaged = false

  /// A table without rows.
  init() {}

  /// Reads the program at an offset of `.debug_line`, up to where it is broken.
  init(_ section: UnsafeRawBufferPointer, at offset: Int, in unit: Unit, _ effort: inout Effort) {
    var cursor = Cursor(section, at: offset)
    let length = cursor.u32()
    isDamaged = cursor.hasFailed || Int(length) > section.count - cursor.offset
    guard length < 0xFFFF_FFF0 else { return }
    cursor = Cursor(section, at: cursor.offset, end: cursor.offset + Int(length))
    let version = Int(cursor.u16())
    guard (2...5).contains(version) else {
      isDamaged = true
      return
    }
    isNew = version == 5
    var encoding = unit.encoding
    encoding.version = version
    if isNew {
      encoding.addressSize = Int(cursor.u8())
      cursor.skip(1)
    }
    let headerLength = Int(cursor.u32())
    let program = cursor.offset + headerLength
    let header = Header(&cursor, version)
    guard !cursor.hasFailed else {
      isDamaged = true
      return
    }
    if isNew {
      readNewFiles(&cursor, encoding, &effort)
    } else {
      readOldFiles(&cursor, section, &effort)
    }
    // What a broken list of files leaves, the program can still use.
    var code = Cursor(section, at: program, end: cursor.end)
    run(&code, header, encoding, &effort)
    if !effort.isExhausted, cursor.hasFailed || code.hasFailed { isDamaged = true }
    index.sort()
  }

  /// The row for the instruction at an address.
  func row(at address: UInt32, _ effort: inout Effort) -> Row? {
    guard let sequence = index.first(address, &effort) else { return nil }
    return rows(sequence, upTo: address).last
  }

  /// The row for the instruction at an address or the last one before it that has a line.
  func numberedRow(at address: UInt32, _ effort: inout Effort) -> Row? {
    guard let sequence = index.first(address, &effort) else { return nil }
    let rows = rows(sequence, upTo: address)
    guard effort.pay(rows.count / 16) else { return nil }
    return rows.last { $0.line != 0 }
  }

  /// A file by the number that rows and call sites have for it.
  func file(_ number: UInt64) -> File? {
    let place = isNew ? number : number &- 1
    return place < UInt64(files.count) ? files[Int(place)] : nil
  }

  /// A folder by its number; nil for 0, the folder the compiler ran in.
  func folder(_ number: Int) -> AttributeValue? {
    let place = isNew ? number : number - 1
    return number > 0 && place < folders.count ? folders[place] : nil
  }

  private func rows(_ sequence: Int, upTo address: UInt32) -> ArraySlice<Row> {
    let range = sequences[sequence]
    var low = range.lowerBound
    var high = range.upperBound
    while low < high {
      let middle = (low + high) / 2
      if rows[middle].address <= address { low = middle + 1 } else { high = middle }
    }
    return rows[range.lowerBound..<low]
  }
}

extension LineTable {
  /// The numbers that the program's opcodes depend on.
  private struct Header {
    var instructionLength: UInt64
    var lineBase: Int
    var lineRange: Int
    var opcodeBase: Int
    /// The number of arguments of each standard opcode, from opcode 1 on.
    var arguments: [UInt8] = []

    init(_ cursor: inout Cursor, _ version: Int) {
      instructionLength = UInt64(cursor.u8())
      if version >= 4 { cursor.skip(1) }
      cursor.skip(1)
      lineBase = Int(Int8(bitPattern: cursor.u8()))
      lineRange = Int(cursor.u8())
      opcodeBase = Int(cursor.u8())
      // Both divide or are counted from below.
      guard lineRange > 0, opcodeBase > 0 else {
        cursor.fail()
        return
      }
      for _ in 1..<opcodeBase { arguments.append(cursor.u8()) }
    }
  }

  private mutating func readOldFiles(
    _ cursor: inout Cursor, _ section: UnsafeRawBufferPointer, _ effort: inout Effort
  ) {
    func text() -> AttributeValue? {
      let start = cursor.offset
      let count = cursor.text().count
      guard count > 0, !cursor.hasFailed, effort.pay(count / 16) else { return nil }
      return AttributeValue(kind: .text, value: UInt64(start), count: count)
    }
    while effort.pay(Effort.entry), let folder = text() { folders.append(folder) }
    while effort.pay(Effort.entry), let name = text() {
      let folder = cursor.ulebInt()
      _ = cursor.uleb()
      _ = cursor.uleb()
      files.append(File(name: name, folder: folder))
    }
  }

  private mutating func readNewFiles(
    _ cursor: inout Cursor, _ encoding: UnitEncoding, _ effort: inout Effort
  ) {
    let folders = Self.readList(&cursor, encoding, &effort)
    self.folders = folders.map(\.name)
    files = Self.readList(&cursor, encoding, &effort)
  }

  /// A list of folders or files, each with the contents that the list begins with (6.2.4.1).
  private static func readList(
    _ cursor: inout Cursor, _ encoding: UnitEncoding, _ effort: inout Effort
  ) -> [File] {
    let formats = (0..<cursor.u8()).map { _ in
      (content: cursor.uleb(), form: UInt16(clamping: cursor.uleb()))
    }
    let count = cursor.uleb()
    var list: [File] = []
    while list.count < count, !cursor.hasFailed, effort.pay(Effort.entry + formats.count) {
      let start = cursor.offset
      var file = File(name: AttributeValue(kind: .other, value: 0), folder: 0)
      for format in formats {
        let value = cursor.value(format.form, encoding)
        switch format.content {
        case 1: file.name = value
        case 2: file.folder = Int(clamping: value.number ?? 0)
        default: break
        }
      }
      guard !cursor.hasFailed, effort.pay((cursor.offset - start) / 16) else { break }
      list.append(file)
    }
    return list
  }

  /// The registers of the line-number machine (6.2.2) that matter here.
  private struct Registers {
    var address: UInt64 = 0
    var file: UInt64 = 1
    var line: UInt64 = 1
    var column: UInt64 = 0
  }

  private mutating func run(
    _ cursor: inout Cursor, _ header: Header, _ encoding: UnitEncoding, _ effort: inout Effort
  ) {
    var now = Registers()
    var first = rows.count
    // Whether rows are of a function that was removed.
    var isDead = false
    let step = header.instructionLength
    let constantAdvance = UInt64((255 - header.opcodeBase) / header.lineRange) &* step

    func addRow(_ rows: inout [Row], _ effort: inout Effort) {
      guard !isDead, now.address > 0, now.address < 0xFFFF_FFFE else { return }
      let row = Row(
        address: UInt32(now.address), file: UInt32(truncatingIfNeeded: now.file),
        line: UInt32(truncatingIfNeeded: now.line), column: UInt32(truncatingIfNeeded: now.column))
      // Of several rows for an address the last one counts.
      if rows.count > first, rows[rows.count - 1].address == row.address {
        rows[rows.count - 1] = row
      } else if effort.pay(Effort.row) {
        rows.append(row)
      }
    }

    while !cursor.isAtEnd, effort.pay() {
      let opcode = Int(cursor.u8())
      if opcode >= header.opcodeBase {
        let adjusted = opcode - header.opcodeBase
        now.address = now.address &+ UInt64(adjusted / header.lineRange) &* step
        now.line =
          now.line
          &+ UInt64(
            bitPattern: Int64(header.lineBase + adjusted % header.lineRange))
        addRow(&rows, &effort)
        continue
      }
      switch opcode {
      case 0:
        let length = cursor.ulebInt()
        let start = cursor.offset
        switch length > 0 ? cursor.u8() : 0 {
        case 1:
          if rows.count > first, !isDead {
            sequences.append(first..<rows.count)
            index.add(UInt64(rows[first].address), now.address, sequences.count - 1)
          }
          first = rows.count
          isDead = false
          now = Registers()
        case 2:
          now.address = cursor.unsigned(size: length - 1)
          isDead = now.address == 0 || now.address >= 0xFFFF_FFFE
        default: break
        }
        cursor.move(to: start)
        cursor.skip(length)
      case 1: addRow(&rows, &effort)
      case 2: now.address = now.address &+ cursor.uleb() &* step
      case 3: now.line = now.line &+ UInt64(bitPattern: cursor.sleb())
      case 4: now.file = cursor.uleb()
      case 5: now.column = cursor.uleb()
      case 6, 7, 10, 11: break
      case 8: now.address = now.address &+ constantAdvance
      case 9: now.address = now.address &+ UInt64(cursor.u16())
      case 12: _ = cursor.uleb()
      default: for _ in 0..<header.arguments[opcode - 1] { _ = cursor.uleb() }
      }
    }
  }
}
