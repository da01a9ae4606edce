#!/usr/bin/env python3
"""Feeds a module to glowjar through a pipe: tools/benchmarks/stream.py GLOWJAR FILE EXPORT [ARGS...] [--rate BYTES] [--rounds N]

Writes a thousandth of a second's bytes at a time, a megabyte a second where no rate is named, and prints as JSON for each round
the seconds from the arrival of the last bytes, the end of file included, to the code of all functions (lastByteToCode) and to an
instance that can be called (lastByteToCallable).
"""
import argparse
import json
import subprocess
import sys
import time
from pathlib import Path


def feed(command, content, rate):
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    step = max(1, rate // 1000)
    start = time.monotonic()
    try:
        for at in range(0, len(content), step):
            time.sleep(max(0, start + at / rate - time.monotonic()))
            process.stdin.write(content[at : at + step])
            process.stdin.flush()
        process.stdin.close()
    except BrokenPipeError:
        pass
    answer = process.stdout.read()
    process.wait()
    return json.loads(answer)["seconds"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("glowjar")
    parser.add_argument("file", type=Path)
    parser.add_argument("call", nargs="+", metavar="EXPORT [ARGS]")
    parser.add_argument("--rate", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    # The call itself is of no interest; it may take long, or trap.
    command = [options.glowjar, "invoke", "-", *options.call, "--unknown-imports", "trap", "--callback-limit", "0.05", "--json"]
    content = options.file.read_bytes()
    try:
        print(json.dumps([feed(command, content, options.rate) for _ in range(options.rounds)]))
    except ValueError:
        print(f"stream: error: {options.file}: no answer from: {' '.join(map(str, command))}", file=sys.stderr)
        return 65
    return 0


sys.exit(main())
