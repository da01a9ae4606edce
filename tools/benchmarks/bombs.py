#!/usr/bin/env python3
"""Modules made to cost a compiler much: how time and memory grow with their size. Part of tools/bench.

For each shape the size N doubles until loading and compiling take 80 ms or more; then the exponents of time and of memory in N are
fitted by least squares, as the slope of the logarithms over the last four doublings. 1 is linear. A fit counts only if the last size
takes 50 ms or more. Where a limit of the implementation ends a shape earlier, the module has several equal functions.

Time is the thread's processor time, the least of a few runs. Memory is what `glowjar invoke --json` calls `compileBytes`: by how much
the process grows at most between the file in memory and the finished machine code. So what the process has from its start neither
counts nor hides anything, and needs no model in the fit; less than 64 KiB count as 64. Indices and constants get longer with N: modules
that name what they count have bytes in proportion to N to the power of 1.03 to 1.05, and so has what is made of them.
"""
import argparse
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path

START_SECONDS = 0.08
LEAST_SECONDS = 0.05
LEAST_BYTES = 64 << 10
DOUBLINGS = 4
WORST = 1.1

I32, I64, F64, V128 = 0x7F, 0x7E, 0x7C, 0x7B
EMPTY = b"\x02\x40"


def leb(n):
    out = bytearray()
    while True:
        out.append(n & 127 | (128 if n > 127 else 0))
        n >>= 7
        if not n:
            return bytes(out)


def sleb(n):
    out = bytearray()
    while True:
        byte, n = n & 127, n >> 7
        done = n == (-1 if byte & 64 else 0)
        out.append(byte if done else byte | 128)
        if done:
            return bytes(out)


def const(n):
    return b"\x41" + sleb(n)


def get(i):
    return b"\x20" + leb(i)


def set_(i):
    return b"\x21" + leb(i)


def vector(items):
    items = list(items)
    return leb(len(items)) + b"".join(items)


def section(number, content):
    return bytes((number,)) + leb(len(content)) + content


def function_type(parameters=(), results=()):
    return b"\x60" + vector(bytes((t,)) for t in parameters) + vector(bytes((t,)) for t in results)


class Module:
    """A module whose type 0 and function 0 take and return nothing; function 0 is exported as `run`."""

    def __init__(self):
        self.types, self.functions, self.bodies = [function_type()], [0], [b"\0\x0b"]
        self.globals, self.sections, self.customs = [], {}, b""

    def type(self, parameters=(), results=()):
        self.types.append(function_type(parameters, results))
        return len(self.types) - 1

    def add(self, code, locals_=(), type_=0):
        """A function; `locals_` are pairs of a count and a type, the code has no last `end`."""
        self.functions.append(type_)
        self.bodies.append(vector(leb(count) + bytes((kind,)) for count, kind in locals_) + code + b"\x0b")
        return len(self.functions) - 1

    def bytes(self):
        parts = {
            1: vector(self.types), 3: vector(map(leb, self.functions)), 4: b"\x01\x70\x00\x01", 5: b"\x01\x00\x01",
            6: vector(self.globals), 7: vector([b"\x03run\x00\x00"]),
            10: vector(leb(len(body)) + body for body in self.bodies), **self.sections,
        }
        order = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 10, 11]
        return b"\0asm\1\0\0\0" + b"".join(
            section(number, part) for number in order for part in ([parts[number]] if number in parts else [])) + self.customs


# Shape -> (what it is, first size, largest size of one function or None, what makes N of it in one function)
SHAPES = {}


def shape(name, cap=None, start=256):
    def register(make):
        SHAPES[name] = (make, start, cap)
        return make

    return register


def one(code, locals_=((4, I32),)):
    """A module maker's answer: N is in the code of equal functions."""
    return lambda module: module.add(code, locals_)


@shape("blocks in a row", 700_000)
def _(n):
    return one((EMPTY + get(0) + const(1) + b"\x6a" + set_(0) + b"\x0b") * n)


@shape("blocks in a row with branches", 600_000)
def _(n):
    return one((EMPTY + get(0) + b"\x0d\0" + get(1) + set_(0) + b"\x0b") * n)


@shape("ifs in a row", 500_000)
def _(n):
    return one((get(0) + b"\x04\x7f" + get(1) + b"\x05" + get(2) + b"\x0b" + set_(0)) * n)


@shape("loops in a row", 600_000)
def _(n):
    return one((b"\x03\x40" + get(0) + const(1) + b"\x6a" + set_(0) + b"\x0b") * n)


@shape("nested blocks", 1_000_000)
def _(n):
    return one(EMPTY * n + b"\x0b" * n)


@shape("nested blocks with branches outwards", 400_000)
def _(n):
    return one((EMPTY + get(0) + b"\x0d\0") * n + b"\x0b" * n)


@shape("nested ifs with a value", 500_000)
def _(n):
    return one((get(0) + b"\x04\x7f") * n + const(1) + (b"\x05" + const(2) + b"\x0b") * n + b"\x1a")


@shape("nested loops", 500_000)
def _(n):
    return one((b"\x03\x40" + get(0) + const(1) + b"\x6a" + set_(0)) * n + (get(0) + b"\x0d\0\x0b") * n)


@shape("nested loops, a local each", 49_000)
def _(n):
    return one(b"".join(b"\x03\x40" + get(i) + const(1) + b"\x6a" + set_(i) for i in range(n)) +
               b"".join(get(i) + b"\x0d\0\x0b" for i in range(n)), ((n, I32),))


@shape("locals", 49_000)
def _(n):
    return one(b"".join(get((i * 7 + 1) % n) + const(1) + b"\x6a" + set_(i) for i in range(n)), ((n, I32),))


@shape("locals live over branches", 49_000)
def _(n):
    return one(b"".join(get(n - 1 - i) + set_(i) for i in range(n)) +
               b"".join(EMPTY + get(i) + b"\x0d\0" + const(1) + set_(n - 1 - i) + b"\x0b" for i in range(n)) +
               b"".join(get(i) + b"\x1a" for i in range(n)), ((n, I32),))


@shape("locals live over calls", 49_000)
def _(n):
    return one(b"".join(const(i) + set_(i) for i in range(n)) + b"\x10\0" * n +
               b"".join(get(i) + b"\x1a" for i in range(n)), ((n, I32),))


@shape("locals live over loops", 49_000)
def _(n):
    return one(b"".join(const(i) + set_(i) for i in range(n)) +
               b"".join(b"\x03\x40" + get(i) + set_((i * 13 + 5) % n) + get(i) + b"\x0d\0\x0b" for i in range(n)) +
               b"".join(get(i) + b"\x1a" for i in range(n)), ((n, I32),))


@shape("declared locals", start=64)
def _(n):
    def make(module):
        for _ in range(n):
            module.add(get(0) + b"\x1a", ((49_000, I64),))
    return make


@shape("deep stack of constants", 900_000)
def _(n):
    return one(b"".join(const(i & 63) for i in range(n)) + b"\x1a" * n)


@shape("deep expression", 900_000)
def _(n):
    return one(get(0) * n + b"\x73" * (n - 1) + b"\x1a")


@shape("deep expression of loads", 900_000)
def _(n):
    return one((get(0) + b"\x28\x02\0") * n + b"\x6a" * (n - 1) + b"\x1a")


@shape("deep expression of products", 900_000)
def _(n):
    return one(get(0) + (get(0) + get(1) + b"\x6c") * n + b"\x73" * n + b"\x1a")


@shape("operands over branches", 700_000)
def _(n):
    return one((get(0) + get(1) + b"\x6c") * n + (EMPTY + get(0) + b"\x0d\0\x0b") * n + b"\x1a" * n)


@shape("operands over nested blocks", 500_000)
def _(n):
    return one((get(0) + get(1) + b"\x6c" + EMPTY) * n + (b"\x0b\x1a") * n)


@shape("operands over calls", 900_000)
def _(n):
    return one((get(0) + b"\x10\0") * n + b"\x1a" * n)


@shape("operands, then calls", 900_000)
def _(n):
    return one(get(0) * n + b"\x10\0" * n + b"\x1a" * n)


@shape("operands over writes of their local", 900_000)
def _(n):
    return one(get(0) * n + (const(1) + set_(0)) * n + b"\x1a" * n)


@shape("operands and writes in turn", 900_000)
def _(n):
    return one((get(0) + get(1) + get(2) + const(1) + set_(0) + const(2) + set_(1)) * (n // 3) + b"\x1a" * (n // 3 * 3))


@shape("sums over writes of their local", 900_000)
def _(n):
    return one((get(0) + const(5) + b"\x6a") * n + (const(1) + set_(0)) * n + b"\x1a" * n)


@shape("switch: a block a case", 400_000)
def _(n):
    return one(EMPTY * n + get(0) + b"\x0e" + vector(map(leb, range(n - 1))) + leb(n - 1) +
               (b"\x0b" + get(1) + const(3) + b"\x6a" + set_(1)) * n)


@shape("br_table, few labels", 1_000_000, start=4096)
def _(n):
    return one(EMPTY * 4 + get(0) + b"\x0e" + vector(leb(i & 3) for i in range(n)) + b"\0" + b"\x0b" * 4)


@shape("br_table with a value", 400_000)
def _(n):
    return one(b"\x02\x7f" * n + get(1) + get(0) + b"\x0e" + vector(map(leb, range(n - 1))) + leb(n - 1) + b"\x0b" * n + b"\x1a")


@shape("br_tables to labels of other heights", 100_000)
def _(n):
    def make(module):
        two = module.type((), (I32, I32))
        switch = b"\x02" + leb(two) + get(0) + b"\x02" + leb(two) + get(1) + get(2) + get(0) + b"\x0e\2\0\1\2\x0b\x0c\0\x0b"
        module.add(b"\x02" + leb(two) + get(3) + (switch + b"\x1a\x1a") * n + get(1) + get(2) + b"\x0c\0\x0b\x1a\x1a", ((4, I32),))
    return make


@shape("many short br_tables", 500_000)
def _(n):
    return one((EMPTY + EMPTY + get(0) + b"\x0e\2\0\1\0\x0b\x0b") * n)


@shape("thousand parameters", start=4096)
def _(n):
    def make(module):
        callee = module.add(b"", (), module.type((I32,) * 1000))
        for _ in range(max(1, n // 256)):
            module.add((const(1) * 1000 + b"\x10" + leb(callee)) * 256)
    return make


@shape("thousand results", start=4096)
def _(n):
    def make(module):
        callee = module.add(b"\0", (), module.type((), (I32,) * 1000))
        for _ in range(max(1, n // 256)):
            module.add((EMPTY + b"\x10" + leb(callee) + b"\x0c\0\x0b") * 256)
    return make


@shape("blocks of 500 parameters and results", start=4096)
def _(n):
    def make(module):
        many = module.type((I64,) * 500, (I64,) * 500)
        for _ in range(max(1, n // 256)):
            module.add(b"\x42\1" * 500 + (b"\x02" + leb(many)) * 256 + b"\x0b" * 256 + b"\x1a" * 500)
    return make


@shape("branches with 500 values", start=4096)
def _(n):
    def make(module):
        many = module.type((), (I64,) * 500)
        for _ in range(max(1, n // 256)):
            module.add(b"\x02" + leb(many) + get(0) + b"\x42\1" * 500 + (get(0) + b"\x0d\0") * 256 + b"\x0c\0\x0b" + b"\x1a" * 500,
                       ((1, I32),))
    return make


@shape("selects", 700_000)
def _(n):
    return one(get(0) + (get(1) + get(2) + b"\x1b") * n + b"\x1a")


@shape("selects of sums", 500_000)
def _(n):
    return one(get(0) + (get(1) + const(7) + b"\x6a" + get(2) + const(3) + b"\x48\x1b") * n + b"\x1a")


@shape("straight line", 1_000_000)
def _(n):
    return one((get(0) + get(1) + b"\x6a" + set_(2)) * n)


@shape("one long sum", 1_500_000)
def _(n):
    return one(get(0) + (get(1) + b"\x6a") * n + b"\x1a")


@shape("memory operations", 600_000)
def _(n):
    return one((get(0) + get(0) + b"\x28\x02\x04" + b"\x36\x02\x08") * n)


@shape("divisions", 800_000)
def _(n):
    return one((get(0) + get(1) + b"\x6d" + set_(0)) * n)


@shape("divisions by constants", 800_000)
def _(n):
    return one(b"".join(get(0) + const(i % 50 + 3) + b"\x6d" + set_(0) for i in range(n)))


@shape("branches outwards", 900_000)
def _(n):
    return one(EMPTY + (get(0) + b"\x0d\0") * n + b"\x0b")


@shape("branches back", 900_000)
def _(n):
    return one(b"\x03\x40" + (get(0) + b"\x0d\0") * n + b"\x0b")


@shape("branches out of loops that hold locals", 300_000)
def _(n):
    inner = b"".join(get(i) + const(1) + b"\x6a" + set_(i) for i in range(16))
    return one(EMPTY + b"\x03\x40" + inner + (get(0) + b"\x0d\1") * n + get(1) + b"\x0d\0\x0b\x0b", ((16, I32),))


@shape("returns", 900_000)
def _(n):
    return one((get(0) + b"\x04\x40\x0f\x0b") * n)


@shape("dead code", 2_000_000)
def _(n):
    return one(b"\0" + EMPTY * n + b"\x0b" * n)


@shape("different float constants", 600_000)
def _(n):
    return one(b"".join(b"\x44" + (0x3FF0000000000000 + i).to_bytes(8, "little") + b"\x1a" +
                        b"\x44" + (0x3FF0000000000000 + i).to_bytes(8, "little") + set_(0) for i in range(n // 2)), ((4, F64),))


@shape("sums of different float constants", 600_000)
def _(n):
    return one(get(0) + b"".join(b"\x44" + (0x3FF0000000000000 + i).to_bytes(8, "little") + b"\xa0" for i in range(n)) + set_(0),
               ((4, F64),))


@shape("different vector constants", 300_000)
def _(n):
    return one(get(0) + b"".join(b"\xfd\x0c" + i.to_bytes(16, "little") + b"\xfd\xae\x01" for i in range(n)) + set_(0), ((4, V128),))


@shape("shuffles", 300_000)
def _(n):
    return one(get(0) + b"".join(get(1) + b"\xfd\x0d" + bytes((i >> k ^ k) & 31 for k in range(16)) for i in range(n)) + set_(0),
               ((4, V128),))


@shape("globals", 900_000)
def _(n):
    def make(module):
        if not module.globals:
            module.globals = [b"\x7f\x01\x41\0\x0b"] * n
        module.add(b"".join(b"\x23" + leb(i) + b"\x24" + leb(n - 1 - i) for i in range(n)))
    return make


@shape("tiny functions", 900_000)
def _(n):
    def make(module):
        for _ in range(n):
            module.add(b"")
    return make


@shape("functions with a parameter and a sum", 900_000)
def _(n):
    def make(module):
        kind = module.type((I32,), (I32,))
        for _ in range(n):
            module.add(get(0) + const(1) + b"\x6a", (), kind)
    return make


@shape("calls of as many functions", 900_000)
def _(n):
    def make(module):
        first = len(module.functions)
        for i in range(n):
            module.add(b"\x10" + leb(first + (i * 7919) % n))
    return make


@shape("calls through a table", 900_000)
def _(n):
    return one((get(0) + b"\x11\0\0") * n)


@shape("bulk operations", 600_000)
def _(n):
    return one((get(0) + get(1) + get(2) + b"\xfc\x0b\0") * n)


@shape("types", 900_000)
def _(n):
    def make(module):
        for i in range(n):
            module.type([(I32, I64, F64, 0x7D)[i >> 2 * k & 3] for k in range(10)])
    return make


@shape("exports", 900_000)
def _(n):
    def make(module):
        module.sections[7] = vector([b"\x03run\0\0"] + [b"\x08" + b"%08d" % i + b"\0\0" for i in range(n)])
    return make


@shape("data segments and their uses", 90_000)
def _(n):
    def make(module):
        module.sections[11] = vector([b"\x01\x04abcd", b"\0\x41\0\x0b\x01a"] * (n // 2))
        module.sections[12] = leb(n // 2 * 2)
        module.add(b"".join(const(i) * 3 + b"\xfc\x08" + leb(i) + b"\0\xfc\x09" + leb(i) for i in range(n // 2 * 2)))
    return make


@shape("element segments", 900_000)
def _(n):
    def make(module):
        module.sections[9] = vector([b"\x01\0\1\0"] * n)
    return make


@shape("custom sections")
def _(n):
    def make(module):
        module.customs = section(0, b"\x04junk" + b"abcd") * n
    return make


# Measuring


def build(make, size, copies):
    module = Module()
    for _ in range(copies):
        make(size)(module)
    return module.bytes()


def measure(glowjar, content, folder, rounds):
    """The least seconds of loading and compiling, and the least bytes it takes; or what is complained of."""
    path = folder / "bomb.wasm"
    path.write_bytes(content)
    seconds, memory = [], []
    for _ in range(rounds):
        result = subprocess.run([glowjar, "invoke", path, "run", "--json"], capture_output=True, text=True)
        if result.returncode != 0:
            return {"error": result.stderr.strip().replace(str(path), "module")[:150] or f"status {result.returncode}"}
        answer = json.loads(result.stdout)
        if answer["compileBytes"] is None:
            return {"error": "the kernel does not tell how much memory a process takes"}
        seconds.append(answer["seconds"]["load"] + answer["seconds"]["compile"])
        memory.append(answer["compileBytes"])
    return {"seconds": min(seconds), "memory": min(memory)}


def exponent(points):
    """The slope of the line through the logarithms."""
    xs, ys = [math.log(x) for x, _ in points], [math.log(y) for _, y in points]
    x0, y0 = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((x - x0) * (y - y0) for x, y in zip(xs, ys)) / sum((x - x0) ** 2 for x in xs)


def sized(name, glowjar, folder):
    """A size and a number of copies that take long enough; a pair of None and a complaint if there are none."""
    make, size, cap = SHAPES[name]
    copies, before = 1, 0
    while True:
        figure = measure(glowjar, build(make, size, copies), folder, 1)
        if "error" in figure:
            return None, {**figure, "n": size, "copies": copies}
        if figure["seconds"] >= START_SECONDS:
            return size, copies
        if not cap or size * 2 <= cap:
            size *= 2
        elif copies > 1 and figure["seconds"] < 1.2 * before:
            return size, copies  # What is no function there is but one of.
        else:
            before = figure["seconds"]
            copies = math.ceil(copies * START_SECONDS * 1.3 / figure["seconds"])


def bomb(name, glowjar, folder, rounds):
    make = SHAPES[name][0]
    size, copies = sized(name, glowjar, folder)
    if size is None:
        return copies
    points = []
    for halving in range(DOUBLINGS, -1, -1):
        n = max(1, size >> halving)
        content = build(make, n, copies)
        # Short times are the noisy ones.
        figure = measure(glowjar, content, folder, rounds + 2 * halving)
        if "error" in figure:
            return {**figure, "n": n, "copies": copies}
        points.append({"n": n, "bytes": len(content), **figure})
    last = points[-1]
    return {
        "copies": copies, "points": points, "isLongEnough": last["seconds"] >= LEAST_SECONDS,
        "time": exponent([(point["n"], point["seconds"]) for point in points]),
        "memory": exponent([(point["n"], max(point["memory"], LEAST_BYTES)) for point in points]),
        "megabytesPerSecond": last["bytes"] / last["seconds"] / 1e6,
    }


def is_wrong(figure):
    return "error" in figure or not figure["isLongEnough"] or max(figure["time"], figure["memory"]) > WORST


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("glowjar")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--write", type=Path, help="a folder for the modules of one size, instead of measuring")
    parser.add_argument("--size", type=int, default=10000)
    options = parser.parse_args()
    names = [name for name in SHAPES if not options.names or any(word in name for word in options.names)]
    if options.write:
        options.write.mkdir(parents=True, exist_ok=True)
        for name in names:
            make, _, cap = SHAPES[name]
            path = options.write / (name.replace(" ", "-").replace(",", "").replace(":", "") + ".wasm")
            path.write_bytes(build(make, min(options.size, cap or options.size), 1))
        return
    figures, wrong = {}, []
    with tempfile.TemporaryDirectory(prefix="glowjar-bombs-") as name:
        folder = Path(name)
        print(f"{'shape':<40}{'N':>9}{'copies':>7}{'bytes':>10}{'ms':>9}{'MB/s':>7}{'MB':>9}{'time':>6}{'memory':>8}")
        for name in names:
            figure = bomb(name, options.glowjar, folder, options.rounds)
            if is_wrong(figure):
                # Other work on the machine only ever adds: a second look.
                again = bomb(name, options.glowjar, folder, options.rounds + 3)
                if again.get("time", math.inf) < figure.get("time", math.inf):
                    figure = again
            figures[name] = figure
            wrong += [name] if is_wrong(figure) else []
            if "error" in figure:
                print(f"{name:<40}{figure['n']:>9}{figure['copies']:>7}  {figure['error']}", flush=True)
                continue
            last = figure["points"][-1]
            remark = "" if not is_wrong(figure) else "  MORE THAN LINEAR" if figure["isLongEnough"] else "  TOO SHORT TO TELL"
            print(f"{name:<40}{last['n']:>9}{figure['copies']:>7}{last['bytes']:>10}{last['seconds'] * 1000:>9.1f}"
                  f"{figure['megabytesPerSecond']:>7.1f}{last['memory'] / 1e6:>9.1f}{figure['time']:>6.2f}{figure['memory']:>8.2f}"
                  + remark, flush=True)
    print(f"{len(names) - len(wrong)} of {len(names)} shapes: exponents of time and of memory at most {WORST}, "
          f"and the last size takes {LEAST_SECONDS * 1000:.0f} ms or more")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")
    sys.exit(1 if wrong else 0)


main()
