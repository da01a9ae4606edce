import Console
import Crypto
import Postmortem
import Runtime

/// What a run without a display leaves to be compared with other runtimes; becomes JSON.
///
/// Hashes are SHA-256 in hexadecimal.
final class RunRecord: RunNotes {
  /// Gone when the run is over; what is told afterwards is kept here.
  private unowned let console: Wasm4State
  private let measuresHost: Bool
  private var framebuffers: [String: String] = [:]
  private var palettes: [String: String] = [:]
  /// Hash of the hash before it and a frame's framebuffer; 32 zeros before the first.
  private var chain = [UInt8](repeating: 0, count: 32)
  private var tones = SHA256()
  private var toneCount = 0
  /// Tones of the frame that are not yet in the hash.
  private var waitingTones: [ToneCall] = []
  private static let mostWaitingTones = 1024
  private var trace = SHA256()
  private var traceLength = 0
  private var hostSeconds: [Double] = []
  private var memory = ""
  private var disk = ""
  private var diskLength = 0
  private var frame = 1

  init(_ console: Wasm4State) {
    self.console = console
    measuresHost = console.services.options.hostClock != nil
    waitingTones.reserveCapacity(Self.mostWaitingTones)
  }

  /// Only kept: a frame is not to pay for the hash.
  func note(_ tone: ToneCall) {
    toneCount += 1
    waitingTones.append(tone)
    if waitingTones.count == Self.mostWaitingTones { hashTones() }
  }

  private func hashTones() {
    var words: [UInt32] = []
    words.reserveCapacity(5 * waitingTones.count)
    for tone in waitingTones {
      words.append(UInt32(truncatingIfNeeded: frame).littleEndian)
      words.append(tone.frequency.littleEndian)
      words.append(tone.duration.littleEndian)
      words.append(tone.volume.littleEndian)
      words.append(tone.flags.littleEndian)
    }
    words.withUnsafeBytes { tones.update(bufferPointer: $0) }
    waitingTones.removeAll(keepingCapacity: true)
  }

  func note(trace bytes: [UInt8], isWhole: Bool) {
    let line = isWhole ? bytes + [UInt8(ascii: "\n")] : bytes
    traceLength += line.count
    trace.update(data: line)
  }

  func note(frame: Int, isHashed: Bool) {
    let pixels = UnsafeRawBufferPointer(start: console.pixels, count: Screen.byteCount)
    var link = SHA256()
    link.update(data: chain)
    link.update(bufferPointer: pixels)
    chain = Array(link.finalize())
    if isHashed {
      framebuffers["\(frame)"] = hexadecimal(SHA256.hash(data: pixels))
      let palette = console.memory[Int(MemoryMap.palette)...].prefix(4 * Int(MemoryMap.colorCount))
      palettes["\(frame)"] = hexadecimal(SHA256.hash(data: Array(palette)))
    }
    hostSeconds.append(Double(console.hostTime) * 1e-9)
    console.hostTime = 0
    hashTones()
    self.frame = frame + 1
  }

  func finish() {
    hashTones()
    memory = hexadecimal(SHA256.hash(data: UnsafeRawBufferPointer(console.memory)))
    disk = hexadecimal(SHA256.hash(data: console.disk.content))
    diskLength = console.disk.content.count
  }

  private enum Key: String, CodingKey {
    case framebuffer, palette, framebufferChain, memory, toneLog, toneCount, trace, traceLength
    case disk, diskLength, hostSeconds
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(framebuffers, forKey: .framebuffer)
    try container.encode(palettes, forKey: .palette)
    try container.encode(hexadecimal(chain), forKey: .framebufferChain)
    try container.encode(memory, forKey: .memory)
    try container.encode(hexadecimal(tones.finalize()), forKey: .toneLog)
    try container.encode(toneCount, forKey: .toneCount)
    try container.encode(hexadecimal(trace.finalize()), forKey: .trace)
    try container.encode(traceLength, forKey: .traceLength)
    try container.encode(disk, forKey: .disk)
    try container.encode(diskLength, forKey: .diskLength)
    if measuresHost { try container.encode(hostSeconds, forKey: .hostSeconds) }
  }
}
