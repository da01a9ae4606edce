import Testing

@Suite("Drawing equals the official console's pictures")
struct CorpusTests {
  /// Our own cases, and those of the folder that GLOWJAR_FIREFLY_CORPUS names.
  @Test("every case of a corpus file, pixel for pixel", arguments: CorpusFile.all)
  func equalsOfficialPictures(file: CorpusFile) throws {
    var compared = 0
    for (number, corpusCase) in try file.cases().enumerated() {
      if let fnv = corpusCase.fnv {
        #expect(checksum(try replay(corpusCase)) == UInt64(fnv, radix: 16), "case \(number)")
        continue
      }
      guard let expected = corpusCase.pixels else { continue }
      let actual = try replay(corpusCase)
      compared += 1
      if actual != expected {
        let wrong = zip(actual, expected).enumerated().filter { $0.element.0 != $0.element.1 }
        let first = wrong.first?.offset ?? 0
        Issue.record(
          """
          case \(number): \(wrong.count) pixels differ, the first at \
          (\(first % 240),\(first / 240)): \(corpusCase.cmds)
          """)
      }
    }
    #expect(compared > 0)
  }
}
