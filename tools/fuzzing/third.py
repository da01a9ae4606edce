"""Random modules with what WebAssembly 3.0 adds: exceptions, tail calls, typed function references, several memories, memory64,
extended constant expressions.

Calls go anywhere: a global counts function entries and rounds of loops down, and at its end everything returns. Exported globals
count what was really executed, so that the answers tell how much of the new instructions a run has met.
"""
import random

TYPES = ["i32", "i64", "f32", "f64"]
KINDS = {name: number for number, name in enumerate(TYPES)}
COUNTERS = {"throws": "throw", "caught": "caught exception", "tails": "return_call", "refs": "call_ref", "others": "second memory",
            "wide": "64-bit memory", "nulls": "branch on null"}
FUEL = 300


class Function:
    """Writes one function; expressions are folded text."""

    def __init__(self, module, index):
        self.module, self.random, self.index = module, module.random, index
        self.type = module.functions[index]
        self.parameters, self.results = module.types[self.type]
        self.locals = list(self.parameters)
        # Open blocks that catch exceptions.
        self.guards = 0
        self.budget = 60 + self.random.randrange(120)
        self.names = 0

    def once(self, n):
        return self.random.randrange(n) == 0

    def name(self, prefix):
        self.names += 1
        return f"${prefix}{self.names}"

    def count(self, what):
        return f"(global.set ${what} (i32.add (global.get ${what}) (i32.const 1)))"

    # Expressions

    def constant(self, type):
        if type[0] == "i":
            value = self.random.choice([0, 1, -1, 2, 7, 100, 65535, 1 << 20, -(1 << 31)])
        else:
            value = self.random.choice(["0", "1", "-0.5", "1024", "3.25"])
        return f"({type}.const {value})"

    def value(self, type, depth=3):
        self.budget -= 1
        choice = self.random.randrange(10) if depth > 0 and self.budget > 0 else self.random.randrange(3)
        if choice < 2:
            places = [i for i, other in enumerate(self.locals) if other == type]
            return f"(local.get {self.random.choice(places)})" if places else f"(global.get $g_{type})"
        if choice == 2:
            return self.constant(type)
        if choice == 3:
            return self.load(type)
        if choice == 4:
            return f"(select {self.value(type, depth - 1)} {self.value(type, depth - 1)} {self.value('i32', depth - 1)})"
        if choice == 5:
            return self.call(type, depth) or self.constant(type)
        if choice == 6:
            return (f"(if (result {type}) {self.value('i32', depth - 1)} (then {self.value(type, depth - 1)}) "
                    f"(else {self.value(type, depth - 1)}))")
        if choice == 7 and type == "i32":
            return f"(ref.is_null {self.reference(self.random.randrange(len(self.module.types)))})"
        if choice == 8:
            return self.convert(type, depth)
        operations = ["add", "sub", "mul", "and", "xor", "shl", "rotr"] if type[0] == "i" else ["add", "sub", "mul"]
        if type[0] == "i" and self.once(40):
            operations = ["div_s", "rem_u"]
        return f"({type}.{self.random.choice(operations)} {self.value(type, depth - 1)} {self.value(type, depth - 1)})"

    def convert(self, type, depth):
        source = {"i32": "i64", "i64": "i32", "f32": "i32", "f64": "i64"}[type]
        name = {"i32": "i32.wrap_i64", "i64": "i64.extend_i32_u", "f32": "f32.convert_i32_s", "f64": "f64.convert_i64_s"}[type]
        return f"({name} {self.value(source, depth - 1)})"

    def address(self, memory):
        """An address, as a rule inside."""
        masked = not self.once(60)
        if memory == 1:
            value = self.value("i64", 1)
            return f"(i64.and {value} (i64.const 65000))" if masked else value
        value = self.value("i32", 1)
        return f"(i32.and {value} (i32.const 65000))" if masked else value

    def memory(self):
        number = self.random.choice([0, 0, 1, 2])
        return number, self.count("others") + (self.count("wide") if number == 1 else "") if number else ""

    def load(self, type):
        number, note = self.memory()
        offset = self.random.choice([0, 8, 500])
        return f"(block (result {type}) {note} ({type}.load $m{number} offset={offset} {self.address(number)}))"

    def reference(self, type, depth=1):
        """A reference to functions of a type, null among them."""
        fitting = [i for i, other in enumerate(self.module.functions) if other == type]
        choice = self.random.randrange(6)
        if choice == 0 or not fitting:
            return f"(ref.null $t{type})"
        if choice == 1:
            return f"(global.get $r{type})"
        if choice == 2 and type == 0:
            return f"(table.get $typed (i32.and {self.value('i32', 0)} (i32.const 3)))"
        if choice == 3:
            return (f"(if (result (ref null $t{type})) {self.value('i32', 1)} (then (ref.func $f{self.random.choice(fitting)})) "
                    f"(else {self.reference(type, 0) if depth else f'(ref.null $t{type})'}))")
        return f"(ref.func $f{self.random.choice(fitting)})"

    def arguments(self, type, depth=1):
        return " ".join(self.value(parameter, depth) for parameter in self.module.types[type][0])

    def callee(self, prefix, type, note=""):
        """A call of a function of a type, in one of the three ways; `prefix` makes it a tail call."""
        fitting = [i for i, other in enumerate(self.module.functions) if other == type]
        way = self.random.randrange(4)
        if way == 0 and fitting:
            return f"{note} ({prefix}call $f{self.random.choice(fitting)} {self.arguments(type)})"
        if way == 1:
            index = f"(i32.and {self.value('i32', 1)} (i32.const 7))"
            if fitting and not self.once(4):
                index = f"(i32.const {self.random.choice(fitting)})"
            return f"{note} ({prefix}call_indirect $table (type $t{type}) {self.arguments(type)} {index})"
        reference = self.reference(type)
        if not self.once(6):
            # As a rule not null.
            reference = f"(block $c (result (ref $t{type})) (br_on_non_null $c {reference}) (ref.func $d{type}))"
        return f"{note} {self.count('refs')} ({prefix}call_ref $t{type} {self.arguments(type)} {reference})"

    def call(self, result, depth):
        types = [i for i, type in enumerate(self.module.types) if type[1] and type[1][-1] == result]
        if not types or depth < 2:
            return None
        type = self.random.choice(types)
        results = self.module.types[type][1]
        if len(results) == 1:
            return f"(block (result {result}) {self.callee('', type)})"
        # Those below the last go to globals.
        last = self.name("v")
        self.locals.append(result)
        local = len(self.locals) - 1
        sets = " ".join(f"(global.set $g_{type})" for type in reversed(results[:-1]))
        return f"(block {last} (result {result}) {self.callee('', type)} (local.set {local}) {sets} (local.get {local}))"

    # Statements

    def statements(self, most=6):
        return "\n".join(self.statement() for _ in range(1 + self.random.randrange(most)) if self.budget > 0)

    def condition(self, body):
        return f"(if (i32.eqz (i32.and {self.value('i32', 2)} (i32.const 3))) (then {body}))"

    def statement(self):
        self.budget -= 1
        choice = self.random.randrange(16)
        if choice < 2 and self.locals:
            place = self.random.randrange(len(self.locals))
            return f"(local.set {place} {self.value(self.locals[place])})"
        if choice == 2:
            type = self.random.choice(TYPES)
            return f"(global.set $g_{type} {self.value(type)})"
        if choice in (3, 4):
            return self.store()
        if choice == 5 or choice == 6 and self.guards:
            return self.condition(self.throw())
        if choice in (7, 8):
            return self.try_table()
        if choice == 9:
            return self.condition(self.tail_call())
        if choice == 10:
            type = self.random.randrange(len(self.module.types))
            drops = " ".join("(drop)" for _ in self.module.types[type][1])
            return f"{self.callee('', type)} {drops}"
        if choice == 11:
            return self.branch_on_null()
        if choice == 12:
            label = self.name("l")
            return (f"(loop {label} {self.fuel()} {self.statements(3)} (br_if {label} (i32.and (i32.gt_s (global.get $fuel) (i32.const 0)) "
                    f"(i32.eqz (i32.and {self.value('i32', 1)} (i32.const 3))))))")
        if choice == 13:
            label = self.name("b")
            return f"(block {label} {self.statements(3)} (br_if {label} {self.value('i32', 2)}) {self.statements(3)})"
        if choice == 14:
            type = self.random.randrange(len(self.module.types))
            return f"(global.set $r{type} {self.reference(type)})"
        return self.tables()

    def fuel(self):
        return "(global.set $fuel (i32.sub (global.get $fuel) (i32.const 1)))"

    def store(self):
        number, note = self.memory()
        if self.once(4):
            # Between memories; the length has the narrower type of address.
            other = self.random.randrange(3)
            wide = "i64" if number == other == 1 else "i32"
            return f"{note} (memory.copy $m{number} $m{other} {self.address(number)} {self.address(other)} ({wide}.const 40))"
        if self.once(20):
            return f"(drop (memory.grow $m0 (i32.and {self.value('i32', 1)} (i32.const 1))))"
        type = self.random.choice(TYPES)
        width = self.random.choice(["8", "16", ""]) if type[0] == "i" else ""
        return f"{note} ({type}.store{width} $m{number} offset={self.random.choice([0, 1, 300])} {self.address(number)} {self.value(type, 2)})"

    def throw(self):
        tag = self.random.randrange(len(self.module.tags))
        values = " ".join(self.value(type, 2) for type in self.module.tags[tag])
        return f"{self.count('throws')} (throw $e{tag} {values})"

    def try_table(self):
        """What is thrown inside, by callees too, comes to the block around it, and sometimes goes on."""
        tag = self.random.randrange(len(self.module.tags))
        everything, hasReference = self.once(3), self.once(3)
        carried = [] if everything else self.module.tags[tag]
        results = carried + (["exnref"] if hasReference else [])
        handler, over = self.name("h"), self.name("o")
        clause = "catch_all" if everything else "catch"
        names = handler if everything else f"$e{tag} {handler}"
        before = ""
        if self.once(3):
            other = self.random.choice([i for i, types in enumerate(self.module.tags) if not types])
            before = f"(catch $e{other} {over})"
        self.locals += carried
        first = len(self.locals) - len(carried)
        sets = " ".join(f"(local.set {first + i})" for i in reversed(range(len(carried))))
        again = "(drop)" if hasReference else ""
        if hasReference and self.once(2):
            again = f"(if (param exnref) (i32.and {self.value('i32', 1)} (i32.const 7)) (then (drop)) (else (throw_ref)))"
        result = f"(result {' '.join(results)})" if results else ""
        clause += "_ref" if hasReference else ""
        self.guards += 1
        inside = f"{self.statements(5)} {self.condition(self.throw())}"
        self.guards -= 1
        return (f"(block {over} (block {handler} {result} (try_table {before} ({clause} {names}) {inside}) (br {over})) {again} {sets} {self.count('caught')} {self.statements(2)})")

    def tail_call(self):
        types = [i for i, type in enumerate(self.module.types) if type[1] == self.results]
        return self.callee("return_", self.random.choice(types), self.count("tails"))

    def branch_on_null(self):
        type = self.random.randrange(len(self.module.types))
        results = self.module.types[type][1]
        label = self.name("n")
        drops = " ".join("(drop)" for _ in results)
        carried = self.random.choice(TYPES)
        if self.once(2):
            return (f"(block {label} (br_on_null {label} {self.reference(type)}) (global.set $r{type}) "
                    f"{self.count('nulls')} {self.statements(2)})")
        # With a value under the reference, and one under that.
        return (f"(global.set $g_{carried} (block {label} (result {carried}) {self.value('i32', 1)} {self.value(carried, 2)} "
                f"(br_on_null {label} {self.reference(type)}) (drop) {self.count('nulls')} (br {label})))"
                if not self.once(3) else
                f"{self.arguments(type)} (block {label} (param {' '.join(self.module.types[type][0])}) "
                f"(result {' '.join(self.module.types[type][0])} (ref $t{type})) (br_on_non_null {label} {self.reference(type)}) "
                f"(ref.as_non_null {self.reference(type)})) {self.count('refs')} (call_ref $t{type}) {drops}")

    def tables(self):
        index = f"(i32.and {self.value('i32', 1)} (i32.const {3 if not self.once(30) else 15}))"
        if self.once(2):
            return f"(table.set $typed {index} {self.reference(0)})"
        return f"(table.set $table {index} {self.reference(self.random.randrange(len(self.module.types)))})"

    def text(self):
        parameters = "".join(f" (param {type})" for type in self.parameters)
        results = "".join(f" (result {type})" for type in self.results)
        for _ in range(self.random.randrange(6)):
            self.locals.append(self.random.choice(TYPES))
        zeros = " ".join(f"({type}.const 0)" for type in self.results)
        body = self.statements(10)
        values = " ".join(self.value(type, 2) for type in self.results)
        # A local that is never null, and set before it is read.
        sure = len(self.locals)
        self.locals.append(f"(ref $t{self.type})")
        locals = "".join(f" (local {type})" for type in self.locals[len(self.parameters):])
        return (f'(func $f{self.index} (type $t{self.type}){parameters}{results}{locals}\n'
                f"{self.fuel()} (if (i32.lt_s (global.get $fuel) (i32.const 0)) (then (return {zeros})))\n"
                f"(local.set {sure} (ref.func $f{self.index}))\n{body}\n(global.set $r{self.type} (local.get {sure}))\n{values})")


class Module:
    def __init__(self, seed):
        self.random = random.Random(f"third {seed}")
        pick = lambda most: [self.random.choice(TYPES) for _ in range(self.random.randrange(most))]
        self.types = [(pick(8), pick(4)) for _ in range(4)]
        self.tags = [[], pick(3), pick(6)]
        self.functions = [0, 1, 2, 3] + [self.random.randrange(4) for _ in range(self.random.randrange(4))]

    def text(self):
        parts = ["(module"]
        for i, (parameters, results) in enumerate(self.types):
            parts.append(f"(type $t{i} (func (param {' '.join(parameters)}) (result {' '.join(results)})))")
        for i, types in enumerate(self.tags):
            parts.append(f"(tag $e{i} (param {' '.join(types)}))")
        parts += ['(memory $m0 (export "memory") 1 3)', "(memory $m1 i64 1 2)", "(memory $m2 1 2)"]
        parts.append(f"(table $table {len(self.functions)} funcref)")
        parts.append("(table $typed 4 (ref null $t0) (ref.func $f0))")
        parts.append("(elem (table $table) (i32.const 0) func " + " ".join(f"$f{i}" for i in range(len(self.functions))) + ")")
        parts.append("(elem declare func " + " ".join(f"$d{i}" for i in range(4)) + ")")
        parts.append("(global $base i32 (i32.const 20))")
        parts.append(f"(global $fuel (mut i32) (i32.const {FUEL}))")
        initial = {"i32": "(i32.add (global.get $base) (i32.mul (i32.const 3) (global.get $base)))",
                   "i64": "(i64.sub (i64.const 5) (i64.const 7))", "f32": "(f32.const 1.5)", "f64": "(f64.const -2)"}
        for type in TYPES:
            parts.append(f'(global $g_{type} (export "g_{type}") (mut {type}) {initial[type]})')
        for name in COUNTERS:
            parts.append(f'(global ${name} (export "{name}") (mut i32) (i32.const 0))')
        for i in range(4):
            parts.append(f"(global $r{i} (mut (ref null $t{i})) (ref.func $f{i}))")
        parts.append('(data (i32.add (global.get $base) (i32.const 12)) "abcdefghijklmnopqrstuvwxyz0123456789")')
        parts.append(f'(func (export "hangLimitInitializer") (global.set $fuel (i32.const {FUEL})))')
        # What is called where a reference was null.
        for i, (_, results) in enumerate(self.types):
            zeros = " ".join(f"({type}.const {i + 1})" for type in results)
            parts.append(f"(func $d{i} (type $t{i}) {zeros})")
        parts += [Function(self, i).text() for i in range(len(self.functions))]
        parts += [f'(export "f{i}" (func $f{i}))' for i in range(len(self.functions))]
        return "\n".join(parts) + ")"

    def signatures(self):
        kinds = lambda types: [KINDS[type] for type in types]
        found = {"hangLimitInitializer": ([], [])}
        for i, type in enumerate(self.functions):
            found[f"f{i}"] = tuple(kinds(side) for side in self.types[type])
        return found


def teach(oracle):
    """Makes the oracle, which knows WebAssembly 2.0, write such modules and ask about them."""
    import wasmtime

    known = {}
    plain_engine, plain_name = oracle.engine, oracle.trap_name

    def generate(seed, level, keep_nan, path):
        module = Module(seed)
        content = wasmtime.wat2wasm(module.text())
        known[bytes(content)] = module.signatures()
        with open(path, "wb") as file:
            file.write(content)
        return "3.0", True

    def engine(canonical):
        config = wasmtime.Config()
        config.consume_fuel = True
        config.cranelift_nan_canonicalization = canonical
        config.cranelift_opt_level = "none" if canonical else "speed"
        config.parallel_compilation = False
        for feature in ("tail_call", "multi_memory", "memory64", "gc", "function_references", "exceptions"):
            setattr(config, f"wasm_{feature}", True)
        return wasmtime.Engine(config)

    def trap_name(trap):
        name, message = plain_name(trap), str(trap)
        if name != "other":
            return name
        return ("uncaught-exception" if "thrown Wasm exception" in message
                else "null-reference" if "null reference" in message else "other")

    oracle.generate, oracle.engine, oracle.trap_name = generate, engine, trap_name
    oracle.signatures = lambda content: known[bytes(content)]


def shares(rows):
    """How many of the modules have executed each of the instructions at least once, and how often, as text."""
    lines = []
    for name, words in COUNTERS.items():
        counts = [int(entry["value"]) for row in rows for entry in row.get("globals", []) if entry["export"] == name]
        hit = sum(count > 0 for count in counts)
        lines.append(f"{words}: {hit} of {len(rows)} modules, {sum(counts)} times")
    return lines
