#!/usr/bin/env python3
"""Listens to 16-bit stereo sound at 44.1 kHz, raw or in a WAV file, and prints one number: listen.py WHAT FILE [FILE]

  pairs FILE       pairs of samples; fails if a WAV file's header does not say just that
  peak FILE        the largest sample
  hertz FILE       frequency, by the rises through zero of the left channel
  gap FILE         milliseconds of the longest silence between two sounds
  tail FILE        milliseconds of silence at the end
  same RAW WAV     pairs from the first sound on that are the same in both, before they part
  sha256 FILE      hash of the samples
"""
import array
import hashlib
import struct
import sys


def samples(path):
    data = open(path, "rb").read()
    if data[:4] == b"RIFF":
        riff, wave, fmt, length, kind, channels, rate, speed, align, bits, word, size = struct.unpack("<4xI4s4sIHHIIHH4sI", data[:44])
        facts = (wave, fmt, length, kind, channels, rate, speed, align, bits, word)
        if facts != (b"WAVE", b"fmt ", 16, 1, 2, 44100, 176400, 4, 16, b"data"):
            sys.exit(f"listen: {path}: not the header of 16-bit stereo: {facts}")
        if size != len(data) - 44 or riff != size + 36:
            sys.exit(f"listen: {path}: the header tells {size} and {riff} bytes, there are {len(data) - 44}")
        data = data[44:]
    values = array.array("h", data[: len(data) // 4 * 4])
    if sys.byteorder == "big":
        values.byteswap()
    return values


def sounds(values):
    return [index // 2 for index in range(0, len(values), 2) if values[index] or values[index + 1]]


def milliseconds(pairs):
    return round(pairs * 1000 / 44100)


def main(what, path, other=None):
    values = samples(path)
    if what == "pairs":
        return len(values) // 2
    if what == "peak":
        return max(map(abs, values), default=0)
    if what == "hertz":
        left = values[::2]
        rises = [index for index in range(1, len(left)) if left[index - 1] < 0 <= left[index]]
        return round((len(rises) - 1) * 44100 / (rises[-1] - rises[0])) if len(rises) > 1 else 0
    if what == "sha256":
        return hashlib.sha256(values.tobytes()).hexdigest()
    heard = sounds(values)
    if what == "gap":
        return milliseconds(max((b - a for a, b in zip(heard, heard[1:])), default=0))
    if what == "tail":
        return milliseconds(len(values) // 2 - 1 - heard[-1]) if heard else milliseconds(len(values) // 2)
    if what == "same":
        second = samples(other)
        a, b = values[2 * heard[0]:] if heard else values[:0], second[2 * sounds(second)[0]:]
        count = next((index for index, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
        return count // 2
    sys.exit(__doc__)


print(main(*sys.argv[1:]))
