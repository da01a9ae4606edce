#!/usr/bin/env python3
"""How long a player waits for the crash screen. Called by tools/bench screen; prints a table, writes JSON to --json.

A cart with more than six megabytes of debug information, built here by the toolchain's clang, crashes in the real window (in Xvfb where
there is no display). Times count from the start of the callback that crashed, so that no part of the way from the fault is left out.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CART = ROOT / ".build-bench" / "large-debug.wasm"
UNITS = 40
FUNCTIONS = 235
LIMIT = 0.3


def note(message):
    print(f"bench: {message}", file=sys.stderr)


def unit(number):
    """A unit of functions with variables; the first calls the next unit's first, the last unit divides by zero."""
    lines = [f"extern int first_{number + 1}(int);" if number + 1 < UNITS else "static volatile int nothing;"]
    lines += [f"struct thing_{number} {{ int place_of_thing_{number}; float weight_of_thing_{number}; const char *name_of_thing_{number}; }};"]
    for index in range(FUNCTIONS):
        names = [f"value_{number}_{index}_{place}" for place in range(10)]
        lines.append(f"int function_{number}_{index}(int parameter_{number}_{index}) {{")
        lines.append(f"  struct thing_{number} thing = {{ parameter_{number}_{index}, {index}.5f, \"thing {index}\" }};")
        lines += [f"  int {name} = parameter_{number}_{index} * {place} + thing.place_of_thing_{number};" for place, name in enumerate(names)]
        lines.append(f"  return {' + '.join(names)};\n}}")
    deeper = f"first_{number + 1}(sum)" if number + 1 < UNITS else "sum / nothing"
    lines.append(f"int first_{number}(int start) {{\n  int sum = function_{number}_1(start);\n  return {deeper} + sum;\n}}")
    return "\n".join(lines) + "\n"


def debug_bytes(path):
    data, at, total = path.read_bytes(), 8, 0

    def number(at):
        value = shift = 0
        while True:
            value |= (data[at] & 0x7F) << shift
            at, shift = at + 1, shift + 7
            if data[at - 1] < 0x80:
                return value, at

    while at < len(data):
        kind = data[at]
        size, at = number(at + 1)
        if kind == 0:
            length, start = number(at)
            if data[start:start + length].startswith(b".debug_"):
                total += at + size - start - length
        at += size
    return total


def build():
    compiler = shutil.which("clang") or os.environ.get("SWIFT_BIN", "")
    tools = Path(compiler).resolve().parent if Path(compiler).is_file() else Path(compiler)
    swiftc = shutil.which("swiftc")
    if swiftc and not (tools / "wasm-ld").exists():
        tools = Path(swiftc).resolve().parent
    with tempfile.TemporaryDirectory() as folder:
        objects = []
        for number in range(UNITS):
            source = Path(folder) / f"unit_{number}.c"
            text = unit(number)
            if number == 0:
                text += ("static int frame;\n__attribute__((export_name(\"update\"))) void update(void) {\n"
                         "  if (++frame == 20) frame = first_0(frame);\n}\n")
            source.write_text(text)
            objects.append(source.with_suffix(".o"))
            subprocess.run([tools / "clang", "--target=wasm32", "-ffreestanding", "-O0", "-g", "-fdebug-compilation-dir=.",
                            "-c", source.name, "-o", objects[-1].name], check=True, cwd=folder)
        CART.parent.mkdir(exist_ok=True)
        subprocess.run([tools / "wasm-ld", "--no-entry", "--no-check-features", "--export-all", "--no-gc-sections",
                        *(file.name for file in objects), "-o", CART], check=True, cwd=folder)


def crash(glowjar, pad, state):
    command = [glowjar, "run", CART, "--json", "--virtual-pad", pad]
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        command = ["xvfb-run", "-a", "-s", "-screen 0 1280x1024x24 -nolisten tcp", *command]
    result = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "XDG_STATE_HOME": state}, timeout=60)
    return json.loads(result.stdout)["seconds"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("glowjar")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    build()
    size = debug_bytes(CART)
    taken = []
    with tempfile.TemporaryDirectory() as folder:
        pad = Path(folder) / "pad"
        # Leaves the crash screen when all is on it.
        pad.write_text("0 attach\n4000 press b\n4100 release b\n")
        for _ in range(options.rounds):
            taken.append(crash(options.glowjar, pad, folder))
    print(f"\nFrom the callback that crashes to the crash screen in the window, {size / 1e6:.1f} MB of debug information "
          f"in {UNITS} units, all in the backtrace ({options.rounds} rounds)")
    print(f"{'':<34}{'least':>10}{'most':>10}")
    for key, name in [("crashShown", "title, callback, names"), ("crashComplete", "source, variables, coredump kept")]:
        values = [seconds[key] * 1000 for seconds in taken]
        print(f"{name:<34}{min(values):>7.1f} ms{max(values):>7.1f} ms")
    late = max(seconds["crashComplete"] for seconds in taken)
    if late > LIMIT:
        note(f"screen: {late * 1000:.0f} ms is more than the {LIMIT * 1000:.0f} ms wanted")
    if options.json:
        options.json.write_text(json.dumps({"debugBytes": size, "rounds": taken}) + "\n")


main()
