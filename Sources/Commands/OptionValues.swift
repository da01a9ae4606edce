import ArgumentParser

/// A number of bytes, as `1048576`, `64K`, `256MiB` or `1G`; units are powers of 1024.
struct ByteSize: ExpressibleByArgument {
  var bytes: Int

  init(bytes: Int) {
    self.bytes = bytes
  }

  init?(argument: String) {
    let digits = argument.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int(digits), number > 0,
      let unit = Self.units[argument.dropFirst(digits.count).lowercased()]
    else { return nil }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: unit)
    if overflow { return nil }
    self.bytes = bytes
  }

  private static let units = [
    "": 1, "b": 1, "k": 1 << 10, "kb": 1 << 10, "kib": 1 << 10, "m": 1 << 20, "mb": 1 << 20,
    "mib": 1 << 20, "g": 1 << 30, "gb": 1 << 30, "gib": 1 << 30,
  ]

  var defaultValueDescription: String {
    bytes.isMultiple(of: 1 << 20) ? "\(bytes >> 20)MiB" : "\(bytes)"
  }
}

/// Numbers of frames, as `1,60,600`.
struct FrameList: ExpressibleByArgument {
  var frames: [Int]

  init?(argument: String) {
    frames = []
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      guard let frame = Int(part), frame >= 1 else { return nil }
      frames.append(frame)
    }
  }
}

/// A picture to take, as `FRAME:FILE.png`.
struct ScreenshotRequest: ExpressibleByArgument {
  var frame: Int
  var path: String

  init?(argument: String) {
    let parts = argument.split(separator: ":", maxSplits: 1)
    guard parts.count == 2, let frame = Int(parts[0]), frame >= 1 else { return nil }
    self.frame = frame
    path = String(parts[1])
  }
}

/// `--fuel N`, the same for all verbs that run something.
enum FuelOption {
  static let help = ArgumentHelp(
    "Stop a callback after so many function entries and passes of loops, always at the same place.",
    valueName: "n")
}
