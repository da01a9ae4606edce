#!/usr/bin/env python3
"""Measures mixing: tools/benchmarks/audio.py GLOWJAR [--json FILE] [--rounds N]

Plays carts that build a tree of nodes and do nothing else, a minute and more of sound in one headless run, and subtracts the run
of a cart that is silent: what is left is the time of the voices. Times are CPU seconds of whole processes, least of all rounds.
"""
import argparse
import json
import os
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

FRAMES = 18000
SECONDS = FRAMES / 60
I32, F32 = 0x7F, 0x7D

# Import -> types of its parameters; each returns an id.
IMPORTS = {
    "add_mix": [I32], "add_sine": [I32, F32, F32], "add_square": [I32, F32, F32], "add_sawtooth": [I32, F32, F32],
    "add_triangle": [I32, F32, F32], "add_noise": [I32, I32], "add_low_pass": [I32, F32, F32], "add_gain": [I32, F32],
    "add_pan": [I32, F32], "mod_sine": [I32, I32, F32, F32, F32],
}


def leb(number):
    out = bytearray()
    while True:
        byte, number = number & 0x7F, number >> 7
        done = number in (0, -1) and (byte & 0x40 != 0) == (number < 0)
        out.append(byte if done else byte | 0x80)
        if done:
            return bytes(out)


def sized(content):
    size, out = len(content), bytearray()
    while size >= 0x80:
        out.append(size & 0x7F | 0x80)
        size >>= 7
    return bytes(out) + bytes([size]) + content


def cart(calls):
    """A module whose `boot` makes these calls of (name, arguments); modulators return nothing."""
    names = list(IMPORTS)

    def function_type(name):
        results = b"\x00" if name.startswith("mod_") else bytes([1, I32])
        return b"\x60" + sized(bytes(IMPORTS[name])) + results

    def section(number, items):
        return bytes([number]) + sized(bytes([len(items)]) + b"".join(items))

    code = bytearray([0])
    for name, arguments in calls:
        for kind, value in zip(IMPORTS[name], arguments):
            code += b"\x41" + leb(value) if kind == I32 else b"\x43" + struct.pack("<f", value)
        code += b"\x10" + bytes([names.index(name)]) + (b"" if name.startswith("mod_") else b"\x1a")
    code += b"\x0b"
    imports = [sized(b"audio") + sized(name.encode()) + bytes([0, index]) for index, name in enumerate(names)]
    return (b"\0asm\1\0\0\0" + section(1, [function_type(name) for name in names] + [b"\x60\0\0"]) + section(2, imports)
            + section(3, [bytes([len(names)])]) + section(7, [sized(b"boot") + bytes([0, len(names)])])
            + section(10, [sized(bytes(code))]))


def tree(voice):
    """24 leaves below seven mixes, 31 nodes in all; `voice(parent, id)` gives the calls of a leaf."""
    calls, mixes, following = [], [], 1
    for _ in range(4):
        calls.append(("add_mix", [0]))
        mixes.append(following)
        following += 1
    inner = []
    for _ in range(3):
        calls.append(("add_mix", [mixes[0]]))
        inner.append(following)
        following += 1
    # One place is left below the first mix, four below each other one; the last stays with three.
    parents = [mixes[0]] + [parent for parent in mixes[1:] + inner for _ in range(4)]
    for parent in parents[:24]:
        calls += voice(parent, following)
        following += 1
    return calls


def chains(kind, numbers, modulated):
    """15 noises, each through a node of this kind; the nodes hang below each other, since none has more than four children."""
    calls, following, parents = [], 1, []
    for index in range(15):
        parent = 0 if index < 3 else parents[(index - 3) // 3]
        calls.append((kind, [parent] + numbers))
        parents.append(following)
        if modulated:
            calls.append(("mod_sine", [following, 0, 2.0, 300.0, 3000.0]))
        calls.append(("add_noise", [following, index + 1]))
        following += 2
    return calls


def tone(name):
    return lambda parent, node: [(name, [parent, 110.0 + node, 0.0])]


CASES = {
    "sine": (24, tree(tone("add_sine"))),
    "square": (24, tree(tone("add_square"))),
    "sawtooth": (24, tree(tone("add_sawtooth"))),
    "triangle": (24, tree(tone("add_triangle"))),
    "noise": (24, tree(lambda parent, node: [("add_noise", [parent, node])])),
    "sine, modulated": (24, tree(lambda parent, node: tone("add_sine")(parent, node)
                                 + [("mod_sine", [node, 0, 5.0, 200.0, 900.0])])),
    "noise + gain": (15, chains("add_gain", [0.1], False)),
    "noise + low-pass": (15, chains("add_low_pass", [800.0, 1.0], False)),
    "noise + low-pass, modulated": (15, chains("add_low_pass", [800.0, 1.0], True)),
}


def measure(glowjar, path):
    """CPU seconds of a run, and the loudest sample."""
    before = os.times()
    result = subprocess.run([glowjar, "run", path, "--headless", "--json", "--frames", str(FRAMES)], capture_output=True, text=True)
    after = os.times()
    if result.returncode != 0:
        sys.exit(f"audio: error: {path.name}: status {result.returncode}: {result.stderr.strip()}")
    answer = json.loads(result.stdout)
    if answer["log"]:
        sys.exit(f"audio: error: {path.name}: {answer['log'][0]['text']}")
    sound = answer[answer["profile"]]
    return after.children_user - before.children_user + after.children_system - before.children_system, max(sound["peakPerSecond"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("glowjar")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        carts = {"silence": cart([])} | {name: cart(calls) for name, (_, calls) in CASES.items()}
        times = {name: [] for name in carts}
        for _ in range(options.rounds):
            for name, module in carts.items():
                path = Path(folder) / "cart.wasm"
                path.write_bytes(module)
                taken, peak = measure(options.glowjar, path)
                if (peak > 0) != (name != "silence"):
                    sys.exit(f"audio: error: {name}: peak {peak}")
                times[name].append(taken)
    silence = min(times["silence"])
    print(f"\nMixing: {SECONDS:.0f} s of sound, least of {options.rounds} rounds; a silent run takes {silence * 1000:.0f} ms of CPU")
    print(f"{'voices':<32}{'CPU ms':>9}{'x real time':>13}{'ns a voice and block':>22}{'voices a core':>15}")
    for name, (count, _) in CASES.items():
        taken = max(min(times[name]) - silence, 1e-9)
        block = taken / (SECONDS * 44100 / 8) / count * 1e9
        voices = count * SECONDS / taken
        figures[name] = {"voices": count, "seconds": taken, "nanosecondsPerVoiceAndBlock": block, "voicesPerCore": voices}
        print(f"{f'{count} x {name}':<32}{taken * 1000:>9.0f}{SECONDS / taken:>13.0f}{block:>22.1f}{voices:>15.0f}")
    if options.json:
        options.json.write_text(json.dumps(figures))


main()
