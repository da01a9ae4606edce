#!/usr/bin/env python3
"""What being able to tell a crash costs while nothing crashes. Called by tools/bench crash; prints tables, writes JSON to --json.

Instructions are counted by callgrind, a run with a small argument taken off one with a large one, so that start and compilation
do not count. --without-rule drops a rule that code follows for crash reports alone (RecordingRules in Engine).
"""
import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / ".build-bench"
# Kernel -> the argument for five to a hundred million instructions.
KERNELS = {
    "fib": 27, "fiblb": 27, "loop32": 500000, "loop64": 420000, "raster": 10, "sprite": 30, "raycast": 100, "vec3": 8, "mandel": 100,
    "nbody": 26000, "matmul": 22, "synth": 110000, "sieve": 3, "qsort": 3, "sha256": 210, "lz": 4, "interp": 40, "vcall": 260,
    "hashmap": 12, "life": 85, "fsm": 73, "memops_bulk": 6000, "memops_loop": 6400,
}
QUICK = ["fib", "raster", "sha256", "interp"]
RULES = ["dead-values", "unset-locals", "unused-parameters"]
DEBUG_BYTES = 4 << 20
CARTS = ["roms/crash/crash.wasm", "roms/night-catch/rom/_bin", "roms/glowworm/glowworm.wasm"]


def note(message):
    print(f"bench: {message}", file=sys.stderr)


def instructions(glowjar, module, argument, rules):
    command = ["valgrind", "--tool=callgrind", "--smc-check=all", "--callgrind-out-file=/dev/null", glowjar, "invoke", module, "run",
               str(argument)] + [word for rule in rules for word in ("--without-rule", rule)]
    result = subprocess.run(command, capture_output=True, text=True)
    for line in result.stderr.splitlines():
        if "Collected" in line:
            return int(line.split()[-1])
    raise RuntimeError(f"{module}: valgrind: {result.stderr.strip()[-300:]}")


def count(glowjar, name, rules):
    module = BUILD / f"{name}.wasm"
    return instructions(glowjar, module, KERNELS[name], rules) - instructions(glowjar, module, 1, rules)


def percent(a, b):
    return 100 * (a / b - 1)


def geomean(ratios):
    return 100 * (math.exp(sum(math.log(ratio) for ratio in ratios) / len(ratios)) - 1)


def rules_table(glowjar, names):
    print("\nInstructions for crash reports alone, beyond the code that no report needs (all rules); and beyond it without one rule")
    print(f"{'kernel':<13}{'instructions':>14}{'all rules':>12}" + "".join(f"{rule:>19}" for rule in RULES))
    figures = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = {name: [pool.submit(count, glowjar, name, rules) for rules in [["all"], [], *[[rule] for rule in RULES]]]
                for name in names}
        for name, futures in jobs.items():
            none, everything, *dropped = [future.result() for future in futures]
            figures[name] = {"without": none, "with": everything, "withoutRule": dict(zip(RULES, dropped))}
            print(f"{name:<13}{everything:>14}{percent(everything, none):>+11.2f}%"
                  + "".join(f"{percent(everything, value):>+18.2f}%" for value in dropped), flush=True)
    rows = figures.values()
    print(f"{'geomean':<27}{geomean([row['with'] / row['without'] for row in rows]):>+11.2f}%"
          + "".join(f"{geomean([row['with'] / row['withoutRule'][rule] for row in rows]):>+18.2f}%" for rule in RULES))
    beyond = [name for name, row in figures.items() if percent(row["with"], row["without"]) > 0.5]
    print(f"{len(figures) - len(beyond)} of {len(figures)} kernels within 0.5 %; beyond: {', '.join(beyond) or 'none'}")
    return figures


def unsigned(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out) + bytes([value])


def debug_sections(glowjar):
    """Instructions of a whole run more for debug sections in the module."""
    plain = BUILD / "fib.wasm"
    payload = b"\x0b.debug_info" + bytes(range(256)) * (DEBUG_BYTES // 256)
    with tempfile.TemporaryDirectory() as folder:
        module = Path(folder) / "debug.wasm"
        module.write_bytes(plain.read_bytes() + b"\0" + unsigned(len(payload)) + payload)
        more = instructions(glowjar, module, 1, []) - instructions(glowjar, plain, 1, [])
    print(f"\nDebug sections: {DEBUG_BYTES >> 20} MiB of them make a run {more} instructions longer, {more / DEBUG_BYTES:.3f} a byte "
          "(to parse them takes several a byte)")
    return {"bytes": DEBUG_BYTES, "instructions": more}


def side_data(glowjar, modules):
    print("\nBytes a function beside the file and the machine code")
    figures = {}
    for module, export in modules:
        call = [export, "1"] if export else ["render"]
        result = subprocess.run([glowjar, "invoke", module, *call, "--unknown-imports", "zero", "--json"], capture_output=True, text=True)
        try:
            answer = json.loads(result.stdout)
        except ValueError:
            note(f"{module}: not measured: {result.stderr.strip()[:200]}")
            continue
        figures[str(module)] = answer["sideBytesPerFunction"]
        print(f"{Path(module).name:<20}{answer['sideBytesPerFunction']:>8.2f}")
    return figures


def latency():
    print("\nFrom the call to its trap's backtrace, and reading every local and operand of all frames (least of 30)")
    result = subprocess.run(["swift", "run", "-c", "release", "boundary", "values"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if result.returncode != 0:
        note("latency: not measured (see above)")
        return None
    print(result.stdout, end="")
    return result.stdout.splitlines() + symbols()


def symbols():
    """How long the search for the source of 1,000 instructions takes, in the largest modules of the tests."""
    print("\nFinding functions, places and inlined functions from debug information")
    modules = sorted(ROOT.glob("Tests/DwarfTests/Crashers/*.wasm"), key=lambda file: file.stat().st_size)[-3:]
    result = subprocess.run(["swift", "run", "-c", "release", "boundary", "symbols", *map(str, modules)], cwd=ROOT,
                            stdout=subprocess.PIPE, text=True)
    print(result.stdout, end="")
    return result.stdout.splitlines()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("glowjar")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    figures = {}
    if shutil.which("valgrind") and shutil.which("strip"):
        # valgrind cannot read the debug information that swiftc writes.
        stripped = BUILD / "glowjar-stripped"
        subprocess.run(["strip", "-o", stripped, options.glowjar], check=True)
        figures["rules"] = rules_table(stripped, QUICK if options.quick else list(KERNELS))
        figures["debugSections"] = debug_sections(stripped)
    else:
        note("instructions: not counted: Debian packages valgrind and binutils are missing")
    figures["sideBytes"] = side_data(
        options.glowjar, [*((BUILD / f"{name}.wasm", "run") for name in ("fib", "qsort")), *((ROOT / cart, None) for cart in CARTS)])
    figures["latency"] = latency()
    if options.json:
        options.json.write_text(json.dumps(figures) + "\n")


main()
