#!/usr/bin/env python3
"""What host calls of the Firefly profile cost. Called by tools/bench host; prints tables, writes JSON to --json.

A cart makes one call in a loop; the same loop without the call is taken off. Times are CPU seconds of the whole process, least of
--rounds runs. Where a column "native" stands, C code does the same to a byte array, in the same run.
"""
import argparse
import ctypes
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / ".build-bench"
SOURCES = Path(__file__).resolve().parent / "host"
FRAMES = 20
# Call -> what the cart does, and how often a frame.
CALLS = {
    "net.get_me": "get_me()", "input.read_buttons": "read_buttons(i)", "input.read_pad": "read_pad(i)", "misc.set_seed": "set_seed(i)",
    "misc.get_random": "get_random()", "graphics.set_color": "set_color(1, i, i, i)",
    "graphics.draw_point": "draw_point(i & 127, i >> 7 & 127, i & 15)", "graphics.draw_rect, 1 x 1": "draw_rect(i & 127, 5, 1, 1, 3, 0, 0)",
}
CALL_COUNT = 200000
# Picture -> call, pixels it covers (to the nearest hundred or so), the function of native.c that does the same.
PICTURES = {
    "clear_screen": ("clear_screen(i & 15 | 1)", 38400, None),
    "draw_rect, 200 x 150": ("draw_rect(20 + (i & 1), 5, 200, 150, (i & 15) + 1, 0, 0)", 30000, "fill"),
    "draw_circle, 150": ("draw_circle(45, 5, 150, (i & 15) + 1, 0, 0)", 17671, "circle"),
    "draw_circle, 150, stroke of 4": ("draw_circle(45, 5, 146, (i & 15) + 1, 3, 4)", 17671, None),
    "draw_ellipse, 200 x 150": ("draw_ellipse(20, 5, 200, 150, (i & 15) + 1, 0, 0)", 23562, None),
    "draw_rounded_rect, 200 x 150": ("draw_rounded_rect(20, 5, 200, 150, 20, 20, (i & 15) + 1, 0, 0)", 29657, None),
    "draw_triangle": ("draw_triangle(10, 10, 220, 40, 60, 150, (i & 15) + 1, 0, 0)", 13950, None),
    "draw_triangle, stroke of 4": ("draw_triangle(10, 10, 220, 40, 60, 150, (i & 15) + 1, 3, 4)", 14800, None),
    "draw_arc, 150, stroke of 10": ("draw_arc(45, 5, 150, 0.3f, 4.0f, 0, (i & 15) + 1, 10)", 3000, None),
    "draw_sector, 150": ("draw_sector(45, 5, 150, 0.3f, 4.0f, (i & 15) + 1, 0, 0)", 11250, None),
    "draw_line, 1 wide": ("draw_line(10, 10, 220, 140, (i & 15) + 1, 1)", 211, None),
    "draw_line, 8 wide": ("draw_line(10, 10, 220, 140, (i & 15) + 1, 8)", 1975, None),
    "draw_image, 200 x 150 opaque": ("draw_image(opaque, sizeof opaque, 20, 4)", 30000, "opaque_image"),
    "draw_image, opaque, odd place": ("draw_image(opaque, sizeof opaque, 21, 5)", 30000, "opaque_image"),
    "draw_image, transparent": ("draw_image(clear_image, sizeof clear_image, 20 + (i & 1), 5)", 30000, "clear_image"),
    "draw_sub_image, 100 x 100": ("draw_sub_image(opaque, sizeof opaque, 20, 5, 20, 20, 100, 100)", 10000, None),
    "draw_text, 39 letters": ("draw_text(letters, LETTERS, font, sizeof font, 2, 80, 3)", 39 * 48, None),
    "draw_qr, version 3": ("draw_qr(letters, LETTERS, 10, 10, 1, 13)", 37 * 37, None),
}


def tool(name):
    swift = shutil.which("swift")
    beside = Path(os.path.realpath(swift)).parent / name if swift else None
    return str(beside) if beside and beside.exists() else shutil.which(name) or sys.exit(f"bench: error: {name}: not found")


def build(name, call, count):
    cart = BUILD / f"host-{name}.wasm"
    made = cart.with_suffix(".o")
    subprocess.run(
        [tool("clang"), "--target=wasm32-unknown-unknown", "-O2", "-ffreestanding", "-I", ROOT / "roms/sdk/c", f"-DCALL={call}",
         f"-DCOUNT={count}", "-c", SOURCES / "cart.c", "-o", made], check=True)
    subprocess.run([tool("wasm-ld"), "--no-entry", "--stack-first", made, "-o", cart], check=True)
    return cart


def run_seconds(glowjar, cart):
    """CPU seconds of a run of the cart, start and end included."""
    process = subprocess.Popen([glowjar, "run", cart, "--headless", "--frames", str(FRAMES)], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"bench: error: {cart}: exit status {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def seconds_a_call(glowjar, calls, counts, rounds):
    """Seconds of one call of each kind; all kinds and the empty loop take turns."""
    carts = {name: build(f"{index}", call, counts[name]) for index, (name, call) in enumerate(calls.items())}
    empty = {count: build(f"empty-{count}", "(void)0", count) for count in set(counts.values())}
    least = {}
    for _ in range(rounds):
        for key, cart in [*carts.items(), *empty.items()]:
            least[key] = min(least.get(key, 1e9), run_seconds(glowjar, cart))
    return {name: max(0, least[name] - least[counts[name]]) / (FRAMES * counts[name]) for name in calls}


def native_seconds(names, rounds):
    library = BUILD / "host-native.so"
    subprocess.run([tool("clang"), "-O2", "-march=x86-64-v2", "-fPIC", "-shared", "-fvisibility=hidden", SOURCES / "native.c", "-o",
                    library], check=True)
    functions = ctypes.CDLL(library)
    least = {}
    for _ in range(rounds + 2):
        for name in names:
            start = time.thread_time()
            getattr(functions, name)(ctypes.c_int64(500))
            least[name] = min(least.get(name, 1e9), (time.thread_time() - start) / 500)
    return least


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("glowjar")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    BUILD.mkdir(exist_ok=True)
    print("\nHost calls: nanoseconds a call beyond the cart's loop")
    calls = seconds_a_call(options.glowjar, CALLS, dict.fromkeys(CALLS, CALL_COUNT), options.rounds)
    for name, seconds in calls.items():
        print(f"{name:<36}{seconds * 1e9:>9.2f} ns")
    print("\nDrawing: megapixels a second")
    print(f"{'picture':<36}{'pixels':>8}{'us a call':>11}{'Mpixel/s':>10}{'native':>10}{'ratio':>8}")
    pictures = {name: row[0] for name, row in PICTURES.items()}
    # First roughly, to find how many calls take a time that can be measured well.
    rough = seconds_a_call(options.glowjar, pictures, dict.fromkeys(pictures, 200), 1)
    counts = {name: int(min(50000, max(50, 0.15 / FRAMES / max(seconds, 1e-9)))) for name, seconds in rough.items()}
    drawing = seconds_a_call(options.glowjar, pictures, counts, options.rounds)
    native = native_seconds({row[2] for row in PICTURES.values() if row[2]}, options.rounds)
    figures = {}
    for name, (_, pixels, twin) in PICTURES.items():
        speed = pixels / drawing[name] / 1e6 if drawing[name] else float("inf")
        peer = pixels / native[twin] / 1e6 if twin else None
        figures[name] = {"megapixels": speed, "native": peer}
        print(f"{name:<36}{pixels:>8}{drawing[name] * 1e6:>11.2f}{speed:>10.0f}"
              + (f"{peer:>10.0f}{peer / speed:>8.2f}" if peer else ""))
    if options.json:
        options.json.write_text(json.dumps({"calls": calls, "drawing": figures}, indent=2) + "\n")


main()
