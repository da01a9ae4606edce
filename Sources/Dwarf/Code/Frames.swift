extension DebugReader {
  /// The greatest number of functions told for one instruction.
  private static let deepestInlining = 256

  /// The functions that the instruction at an address belongs to, innermost first.
  func frames(at address: UInt32) -> [SourceFrame] {
    if let known = knownFrames[Int(address)] { return known }
    var frames: [SourceFrame] = []
    find(address) { unit, function in
      frames = self.frames(at: address, unit, function)
      return !frames.isEmpty
    }
    if knownFrames.count >= Self.cacheLimit { knownFrames.removeAll() }
    knownFrames[Int(address)] = frames
    return frames
  }

  private func frames(at address: UInt32, _ unit: Unit, _ function: Int?) -> [SourceFrame] {
    let lines = lines(of: unit)
    let row = lines.row(at: address, &effort)
    var place = SourceFrame(isInlined: false)
    if let row {
      place.file = path(UInt64(row.file), lines, unit)
      if row.line != 0 {
        place.line = Int(row.line)
        place.column = Int(row.column)
      } else {
        place.nearbyLine = lines.numberedRow(at: address, &effort).map { Int($0.line) }
      }
    }
    guard let function, let scopes = scopes(ofFunction: function, in: unit) else {
      return row == nil ? [] : [place]
    }
    var frames: [SourceFrame] = []
    for scope in scopes.chain(at: address, &effort).reversed() {
      guard scope.isInlined || scope.parent < 0, frames.count < Self.deepestInlining else {
        continue
      }
      place.function = functionName(at: scope.entry)
      place.isInlined = scope.isInlined
      frames.append(place)
      if scope.isInlined { place = callSite(of: scope.entry, lines, unit) }
    }
    return frames
  }

  /// Where the function that an entry is an inlined copy of was called.
  private func callSite(of offset: Int, _ lines: LineTable, _ unit: Unit) -> SourceFrame {
    var frame = SourceFrame(isInlined: false)
    guard let entry = entry(at: offset, in: unit) else { return frame }
    forEachAttribute(of: entry) { name, value in
      guard let number = value.number else { return }
      switch name {
      case Attribute.callFile: frame.file = path(number, lines, unit)
      case Attribute.callLine where number != 0: frame.line = Int(clamping: number)
      case Attribute.callColumn where number != 0: frame.column = Int(clamping: number)
      default: break
      }
    }
    return frame
  }

  /// The linkage name of the function at an entry, or else its plain name.
  ///
  /// An entry may leave that to the one it is a copy of or was declared by.
  private func functionName(at offset: Int) -> String? {
    if let known = knownNames[offset] { return known }
    let name = readFunctionName(at: offset)
    if knownNames.count >= Self.cacheLimit { knownNames.removeAll() }
    knownNames[offset] = .some(name)
    return name
  }

  private func readFunctionName(at offset: Int) -> String? {
    var offset = offset
    for _ in 0..<16 {
      guard let entry = entry(at: offset) else { return nil }
      var linkage: AttributeValue?
      var plain: AttributeValue?
      var origin: Int?
      forEachAttribute(of: entry) { name, value in
        switch name {
        case Attribute.linkageName, Attribute.mipsLinkageName: linkage = value
        case Attribute.name: plain = value
        case Attribute.abstractOrigin, Attribute.specification: origin = value.reference
        default: break
        }
      }
      if let name = text(linkage ?? plain, in: entry.unit) { return name }
      guard let next = origin else { return nil }
      offset = next
    }
    return nil
  }

  /// The path of a file of a line table: each part after the one it is relative to.
  private func path(_ number: UInt64, _ lines: LineTable, _ unit: Unit) -> String? {
    let key = SourceFile(unit: unit.offset, number: number)
    if let known = knownPaths[key] { return known }
    let path = readPath(number, lines, unit)
    if knownPaths.count >= Self.cacheLimit { knownPaths.removeAll() }
    knownPaths[key] = .some(path)
    return path
  }

  private func readPath(_ number: UInt64, _ lines: LineTable, _ unit: Unit) -> String? {
    guard let file = lines.file(number), let name = text(file.name, in: unit, home: .line) else {
      return nil
    }
    let start = text(root(of: unit).compilationFolder, in: unit) ?? ""
    let folder = lines.folder(file.folder).flatMap { text($0, in: unit, home: .line) }
    return [folder, name].reduce(into: start) { path, part in
      guard let part, path.utf8.count + part.utf8.count < Self.longestText else { return }
      if part.isAbsolutePath {
        path = part
      } else {
        let separator = path.isWindowsPath ? "\\" : "/"
        if !path.isEmpty, !path.hasSuffix(separator) { path += separator }
        path += part
      }
    }
  }
}

extension String {
  fileprivate var isAbsolutePath: Bool { utf8.first == UInt8(ascii: "/") || isWindowsPath }

  /// Whether the path begins with a backslash or a drive letter.
  fileprivate var isWindowsPath: Bool {
    let start = utf8.prefix(3)
    return start.first == UInt8(ascii: "\\") || start.dropFirst().elementsEqual([0x3A, 0x5C])
  }
}
