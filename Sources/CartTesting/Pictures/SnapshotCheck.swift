import Console
import Foundation
import Headless

/// Compares a picture with its snapshot, a PNG file; makes or renews the file where that is wanted.
struct SnapshotCheck {
  let judge: CaseJudge
  let expectation: Expectation
  let name: String

  private var path: String { judge.cartCase.snapshotPath(name) }

  func check(_ picture: Picture) {
    let actual = PNG.Image(picture)
    let expected: PNG.Image
    do {
      guard FileManager.default.fileExists(atPath: path) else { return missing(picture) }
      expected = try PNG.decode(try Cart.readFile(path, limit: 64 << 20))
    } catch {
      if judge.rules.updatesSnapshots { return write(picture) }
      return judge.complain(expectation, "snapshot \(path): \(error)")
    }
    guard expected != actual else { return }
    if judge.rules.updatesSnapshots { return write(picture) }
    guard expected.width == actual.width, expected.height == actual.height else {
      return judge.complain(
        expectation,
        "snapshot '\(name)' is \(expected.width) x \(expected.height), the picture "
          + "\(actual.width) x \(actual.height)",
        attachments: keep([("actual", picture)]))
    }
    guard let difference = PictureDifference(expected, actual) else { return }
    judge.complain(
      expectation, "snapshot '\(name)': \(difference.description)",
      attachments: keepExpected()
        + keep([
          ("actual", picture), ("difference", PictureDifference.picture(expected, actual)),
        ]))
  }

  private func missing(_ picture: Picture) {
    guard judge.rules.wantsSnapshots, !judge.rules.updatesSnapshots else { return write(picture) }
    judge.complain(
      expectation, "there is no snapshot \(path)", attachments: keep([("actual", picture)]))
  }

  private func write(_ picture: Picture) {
    do {
      try save(picture, to: path)
      judge.note(written: path)
    } catch {
      judge.complain(expectation, "snapshot \(path) cannot be written")
    }
  }

  private func save(_ picture: Picture, to path: String) throws {
    let folder = (path as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    // Replaced whole: another case may be comparing with it.
    try Data(try PNG.encode(picture)).write(to: URL(fileURLWithPath: path), options: .atomic)
  }

  private func artifact(_ kind: String) -> String {
    "\(judge.artifactFolder)/\(name).\(kind).png"
  }

  private func keep(_ pictures: [(kind: String, Picture)]) -> [String] {
    pictures.compactMap { kind, picture in
      let path = artifact(kind)
      return (try? save(picture, to: path)).map { path }
    }
  }

  private func keepExpected() -> [String] {
    let copy = artifact("expected")
    let folder = (copy as NSString).deletingLastPathComponent
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    guard let content = try? Data(contentsOf: URL(fileURLWithPath: path)) else { return [] }
    return (try? content.write(to: URL(fileURLWithPath: copy), options: .atomic)).map { [copy] }
      ?? []
  }
}
