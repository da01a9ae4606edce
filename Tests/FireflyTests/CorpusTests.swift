import Testing

@Suite("Drawing equals the official console's pictures")
struct CorpusTests {
  @Test(
    "every case of a corpus file, pixel for pixel",
    .enabled(
      if: CorpusFile.folder != nil,
      "GLOWJAR_FIREFLY_CORPUS does not name a folder made by make_corpus.py"),
    arguments: CorpusFile.all)
  func equalsOfficialPictures(file: CorpusFile) throws {
    var compared = 0
    for (number, corpusCase) in try file.cases().enumerated() {
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
