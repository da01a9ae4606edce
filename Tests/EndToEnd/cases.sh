#!/usr/bin/env bash
# glowjar test, from outside: what must fail fails, what is broken takes nothing with it, reports are what their readers want.
#
# Wants the program as $GLOWJAR and the programs below. Closes with a line "N passed, N failed"; exit status 77 if it cannot
# run here.
set -uo pipefail
# shellcheck source=Tests/EndToEnd/checks.bash
source "$(dirname "${BASH_SOURCE[0]}")/checks.bash"
needs wat2wasm python3 prove compare xmllint
unset CI
cd "$work" || exit 1
for cart in eater hanger counter saver tone; do wat2wasm "$root/Tests/EndToEnd/$cart.wat" -o "$cart.wasm" || exit 1; done
case_file() { mkdir -p "$(dirname "$1")" && cat > "$1"; }
run() { # STATUS ARGUMENT...: the status is as wanted
  local wanted=$1 status=0
  shift
  timeout 100 "$glowjar" test "$@" > out 2> err || status=$?
  [ $status -eq "$wanted" ] || { echo "  status $status, not $wanted"; return 1; }
}
says() { grep -qF -- "$1" out err || { echo "  nothing says: $1"; return 1; }; }
last() { [ "$(tail -n 1 out)" = "$1" ] || { echo "  the last line is: $(tail -n 1 out)"; return 1; }; }

# What is expected, and each of it wrong.
case_file good.test.toml << 'END'
[[case]]
name = "all kinds"
cart = "counter.wasm"
frames = 10
[[case.expect]]
at = 4
pixel = [7, 9, "P"]
[[case.expect]]
at = 5
pixel = [7, 9, "#b13e53"]
[[case.expect]]
region = { x = 6, y = 8, rows = ["PPP", "PRP", "P.P"] }
[[case.expect]]
at = 6
memory = { symbol = "frames", u32 = 6 }
[[case.expect]]
memory = { offset = 256, bytes = "0a 00 00 00" }
[[case]]
name = "exit"
cart = "counter.wasm"
input = [{ at = 3, press = "s" }]
expect = [{ exit = true }, { at = 3, exit = true }]
END
good() { run 0 good.test.toml && last "2 passed, 0 failed"; }
check "what is as expected passes" good

wrong() { # MESSAGE EXPECTATION
  printf 'cart = "counter.wasm"\nframes = 10\ninput = [%s]\n[[expect]]\n%s\n' "${3:-}" "$2" | case_file wrong.test.toml
  run 1 wrong.test.toml && says "wrong.test.toml:4:3: $1" && last "0 passed, 1 failed"
}
check "a wrong pixel fails" wrong "pixel (7, 9) is #b03c50" 'pixel = [7, 9, "W"]'
check "a wrong pattern fails" wrong "1 pixel differs from the pattern, the first at (7, 9)" 'region = { x = 6, y = 9, rows = ["PWP"] }'
check "a region outside fails" wrong "the region reaches out of the picture" 'region = { x = 239, y = 9, rows = ["PP"] }'
check "a missing line fails" wrong "no line has 'hello'" 'log = "hello"'
check "a missing crash fails" wrong "the cart did not crash within 10 frames" 'trap = "unreachable"'
check "a missing exit fails" wrong "the cart did not end itself" 'exit = true'
check "wrong memory fails" wrong "at address 256 there is 10, not 11" 'memory = { symbol = "frames", u32 = 11 }'
check "a missing saved file fails" wrong "there is no saved file etc/x; there are stats" 'save = { file = "etc/x", text = "" }'
check "another sound fails" wrong "the sound is " "audio = \"$(printf '0%.0s' {1..64})\""
unexpected_exit() {
  printf 'cart = "counter.wasm"\nframes = 10\ninput = [{ at = 3, press = "s" }]\nexpect = [{ pixel = [0, 0, "P"] }]\n' | case_file wrong.test.toml
  run 1 wrong.test.toml && says "the cart ended itself in frame 3"
}
check "an exit that nobody expects fails" unexpected_exit

# Case files.
bad_file() { # PLACE TEXT
  printf '%b' "$2" | case_file bad.test.toml
  run 1 bad.test.toml && says "bad.test.toml:$1" && last "0 passed, 1 failed"
}
check "a syntax error has line and column" bad_file "2:8: '=' is missing after the key" 'cart = "c"\nframes 60\n'
check "an unknown key has line and column" bad_file "2:1: there is no key 'frame'" 'cart = "c"\nframe = 1\nexpect = [{ at = 1, exit = true }]\n'
check "a wrong type has line and column" bad_file "2:10: frames is an integer, not a text" 'cart = "c"\nframes = "60"\n'
check "an unknown trap has line and column" bad_file "2:20: there are the traps" 'cart = "c"\nexpect = [{ trap = "oops" }]\n'
check "a missing cart is told" bad_file "1:1: none.wasm: neither a file nor an installed cart" 'cart = "none.wasm"\nexpect = [{ at = 1, log = "x" }]\n'
mkdir empty
check "a folder without cases is status 5" run 5 empty
check "a missing path is status 66" run 66 nowhere

# Snapshots.
case_file snap.test.toml << 'END'
cart = "counter.wasm"
expect = [{ at = 4, snapshot = "a" }, { at = 4, snapshot = "b" }]
END
missing() { CI=true run 1 snap.test.toml && says "there is no snapshot snap.test/a.png" && [ ! -e snap.test ]; }
check "a missing snapshot fails where CI=true" missing
made() { run 0 snap.test.toml && says "wrote snap.test/a.png" && run 0 snap.test.toml && ! grep -q wrote out; }
check "a missing snapshot is made, once" made
one_pixel() {
  sed -i 's/at = 4, snapshot = "b"/at = 5, snapshot = "b"/' snap.test.toml
  run 1 snap.test.toml --artifacts found && says "snapshot 'b': 1 pixel differs, the first at (7, 9), all within (7, 9)-(7, 9)" || return 1
  local folder
  folder=$(echo found/*)
  cmp -s "$folder/b.expected.png" snap.test/b.png || return 1
  [ "$(compare -metric AE "$folder/b.expected.png" "$folder/b.actual.png" null: 2>&1)" = 1 ] && [ -s "$folder/b.difference.png" ]
}
check "one pixel of difference fails, with three pictures" one_pixel
updated() {
  local before
  before=$(stat -c %Y.%i snap.test/a.png)
  run 0 snap.test.toml --update && says "wrote snap.test/b.png" && ! grep -q "wrote snap.test/a.png" out \
    && [ "$before" = "$(stat -c %Y.%i snap.test/a.png)" ] && run 0 snap.test.toml
}
check "--update writes what differs and nothing else" updated

# What a case starts with, and what it leaves.
mkdir -p saves/etc
printf '\x29\0\0\0' > saves/etc/slot
printf mine > saves/etc/once
# What the saver writes in the frame after the 41st.
saved() {
  python3 -c 'n = 42; print((n.to_bytes(4, "little") + bytes((n + i) & 255 for i in range(1000 + n % 5000))).hex())'
}
starts_with_saves() {
  printf 'cart = "saver.wasm"\ndata = "saves"\nframes = 1\n[[expect]]\nsave = { file = "etc/slot", bytes = "%s" }\n[[expect]]\nsave = { file = "etc/once", text = "mine" }\n[[expect]]\nsave = { file = "etc/once", sha256 = "%s" }\n' \
    "$(saved)" "$(sha256sum < saves/etc/once | cut -d ' ' -f 1)" | case_file data.test.toml
  run 0 data.test.toml && [ "$(od -An -tx1 -N 4 saves/etc/slot)" = " 29 00 00 00" ]
}
check "a case starts with the saved files of its folder, and leaves the folder alone" starts_with_saves
saves_otherwise() {
  sed -i 's/"mine"/"yours"/' data.test.toml
  run 1 data.test.toml && says "data.test.toml:6:3: etc/once has 4 bytes, 5 are expected; the first difference is at byte 0"
}
check "another content of a saved file fails" saves_otherwise
hears() {
  local hash
  hash=$("$glowjar" run tone.wasm --headless --frames 30 --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["firefly"]["audio"])')
  printf 'cart = "tone.wasm"\n[[expect]]\nat = 30\naudio = "%s"\n' "$hash" | case_file audio.test.toml
  run 0 audio.test.toml || return 1
  sed -i 's/at = 30/at = 29/' audio.test.toml
  run 1 audio.test.toml && says "audio.test.toml:2:3: the sound is"
}
check "a case compares the sound" hears
counts() {
  printf 'cart = "hanger.wasm"\nfuel = 1000\nexpect = [{ at = 1, trap = "fuel-exhausted" }]\n' | case_file fuel.test.toml
  run 0 fuel.test.toml --verify
}
check "a cart that hangs stops where its fuel is used up" counts
mouse_and_gamepad() {
  wat2wasm - -o pointer.wasm << 'END'
(module (import "env" "memory" (memory 1)) (import "env" "rect" (func $rect (param i32 i32 i32 i32)))
  (func (export "update")
    (i32.store16 (i32.const 0x14) (i32.load8_u (i32.const 0x1e)))
    (call $rect (i32.load16_s (i32.const 0x1a)) (i32.load16_s (i32.const 0x1c))
      (i32.load8_u (i32.const 0x17)) (i32.const 1))))
END
  case_file mouse.test.toml << 'END'
cart = "pointer.wasm"
input = [{ at = 2, mouse = [10, 20, 4] }, { at = 2, player = 2, gamepad = 3 }]
expect = [{ at = 1, region = { x = 9, y = 20, rows = ["00000"] } }, { at = 2, region = { x = 9, y = 20, rows = ["03330"] } }]
END
  run 0 mouse.test.toml
}
check "WASM-4's mouse and gamepads are where a case has them" mouse_and_gamepad

# What is broken takes nothing with it.
mkdir rogues
for cart in eater hanger; do printf 'cart = "../%s.wasm"\nexpect = [{ at = 2, log = "x" }]\n' $cart > rogues/$cart.test.toml; done
printf 'cart = "../hanger.wasm"\nexpect = [{ trap = "interrupted" }]\n' > rogues/stopped.test.toml
printf 'cart = "../counter.wasm"\nexpect = [{ at = 2, pixel = [0, 0, "P"] }]\n' > rogues/zebra.test.toml
head -c 300 /dev/urandom > rogues/noise.wasm
printf 'cart = "noise.wasm"\nexpect = [{ at = 2, log = "x" }]\n' > rogues/noise.test.toml
rogues() {
  run 1 rogues --jobs 1 --callback-limit 0.3 --memory-limit 32MiB && last "2 passed, 3 failed" \
    && says "the limit is 32 MiB" && says "the cart crashed in update, frame 1: interrupted"
}
check "hanging, hungry and senseless carts fail alone" rogues
too_long() { run 1 rogues --filter "hanger|zebra" --jobs 1 --callback-limit 100 --time-limit 1 && says "longer than 1.0 seconds" && last "1 passed, 1 failed"; }
check "a case that takes too long is ended" too_long
killed() {
  "$glowjar" test rogues --filter "hanger|zebra" --jobs 1 --callback-limit 100 > out 2> err &
  local runner=$! worker= end=$((SECONDS + 20))
  until worker=$(ps -o pid= --ppid "$runner") && [ -n "$worker" ] || [ $SECONDS -gt $end ]; do sleep 0.05; done
  sleep 0.5
  kill -SEGV $worker
  wait "$runner"
  says "the case ended its worker: signal 11" && last "1 passed, 1 failed"
}
check "a worker that dies fails its case and is replaced" killed
crashes_again_and_again() {
  echo '(module (memory (export "memory") 1) (func (export "update") unreachable))' | wat2wasm - -o crasher.wasm
  local number
  for number in {1..200}; do printf '[[case]]\nname = "n%s"\ncart = "crasher.wasm"\nexpect = [{ at = 2, log = "x" }]\n' "$number"; done > crashes.test.toml
  printf '[[case]]\nname = "calm"\ncart = "counter.wasm"\nexpect = [{ at = 2, pixel = [0, 0, "P"] }]\n' >> crashes.test.toml
  run 1 crashes.test.toml --artifacts crashes && last "1 passed, 200 failed" && [ "$(find crashes -name core.wasm | wc -l)" = 200 ]
}
check "hundreds of crashes leave a folder each, and the runner goes on" crashes_again_and_again
another_crash() {
  printf 'cart = "crasher.wasm"\nexpect = [{ trap = "integer-overflow" }]\n' | case_file other.test.toml
  run 1 other.test.toml --artifacts others && says "other.test.toml:2:11: the crash is unreachable, not integer-overflow" && [ -s others/*/core.wasm ] || return 1
  printf 'cart = "crasher.wasm"\nexpect = [{ at = 2, trap = "unreachable" }]\n' | case_file other.test.toml
  run 1 other.test.toml --artifacts others && says "the cart crashed in frame 1, not 2"
}
check "another crash than the expected one fails" another_crash
check "fail-fast skips the rest" eval 'run 1 rogues --jobs 1 --callback-limit 0.3 --memory-limit 32MiB --fail-fast && last "0 passed, 1 failed, 4 skipped"'
check "more frames than allowed fail" eval 'run 1 good.test.toml --timeout-frames 5 && says "10 frames are more than the 5 allowed"'

# Thousands of cases, shards, determinism.
python3 - << 'END'
with open("many.test.toml", "w") as file:
    for number in range(2000):
        file.write(f'[[case]]\nname = "n{number}"\ncart = "counter.wasm"\nexpect = [{{ at = {number % 9 + 1}, memory = {{ symbol = "frames", u32 = {number % 9 + 1} }} }}]\n')
END
many() { run 0 many.test.toml --jobs 2 && last "2000 passed, 0 failed"; }
check "two thousand cases" many
shards() {
  local part
  : > all
  for part in 1 2 3; do run 0 many.test.toml --filter 'n1..$' --shard $part/3 && grep -o 'n1[0-9]*' out >> all || return 1; done
  [ "$(wc -l < all)" = 100 ] && [ "$(sort -u all | wc -l)" = 100 ]
}
check "shards hold each case once" shards
pictures() { python3 -c 'import json; [print(e["name"], e["picture"]) for e in map(json.loads, open("out")) if e["event"] == "case"]'; }
parallel() {
  run 0 good.test.toml snap.test.toml --json --jobs 1 && pictures > serial
  run 0 good.test.toml snap.test.toml --json --jobs 4 && pictures > parallel
  [ "$(wc -l < serial)" = 3 ] && cmp serial parallel
}
check "parallel runs show what serial runs show" parallel
check "--verify finds every frame the same" run 0 good.test.toml snap.test.toml --verify
stopped_twice() { run 0 rogues/stopped.test.toml --verify --callback-limit 0.2; }
check "--verify compares a stop from outside by kind and callback" stopped_twice

# Reports.
printf '[[case]]\nname = "a # <b> & \\"c\\""\ncart = "counter.wasm"\nskip = "later"\nexpect = [{ at = 1, log = "x" }]\n[[case]]\nname = "\\u00e9"\ncart = "counter.wasm"\nexpect = [{ at = 1, log = "]]><\\u0001" }]\n' > odd.test.toml
tap_plan() {
  run 0 good.test.toml --tap && cp out good.tap && prove -e cat good.tap > proved 2>&1 || return 1
  run 1 good.test.toml odd.test.toml --tap && cp out odd.tap || return 1
  ! prove -e cat odd.tap > proved 2>&1 && grep -q 'Failed test:  4' proved && ! grep -q 'Parse errors' proved
}
check "prove reads TAP" tap_plan
junit() {
  run 1 good.test.toml odd.test.toml snap.test.toml --junit report.xml || return 1
  xmllint --noout --schema "$root/Tests/EndToEnd/junit.xsd" report.xml 2> schema || { cat schema; return 1; }
  python3 - << 'END'
import xml.etree.ElementTree as tree
root = tree.parse("report.xml").getroot()
assert root.tag == "testsuites" and (root.get("tests"), root.get("failures"), root.get("skipped")) == ("5", "1", "1"), root.attrib
suites = list(root)
assert [s.get("name") for s in suites] == ["good.test.toml", "odd.test.toml", "snap.test.toml"]
for suite in suites:
    assert suite.tag == "testsuite" and int(suite.get("tests")) == len(suite) and suite.get("timestamp")
    for case in suite:
        assert case.tag == "testcase" and {"classname", "name", "time", "file", "line"} <= set(case.attrib)
        assert {e.tag for e in case} <= {"failure", "skipped", "system-out"}
odd = suites[1]
assert odd[0].get("name") == 'a # <b> & "c"' and odd[0][0].get("message") == "later"
assert "no line has" in odd[1].find("failure").get("message")
END
}
check "the JUnit report is what its schema wants, and says what happened" junit
json() {
  run 1 good.test.toml odd.test.toml --json && python3 - << 'END'
import json
events = [json.loads(line) for line in open("out")]
assert [e["event"] for e in events] == ["case"] * 4 + ["cart", "summary"] and {e["schema"] for e in events} == {1}
assert [e["outcome"] for e in events[:4]] == ["passed", "passed", "skipped", "failed"] and events[3]["complaints"][0]["line"] == 9
assert events[4]["framesPerSecond"] > 0 and (events[5]["passed"], events[5]["failed"], events[5]["skipped"]) == (2, 1, 1)
END
}
check "JSON lines are what they should be" json

close_checks
