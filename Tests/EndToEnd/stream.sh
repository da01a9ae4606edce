#!/usr/bin/env bash
# Carts and modules from standard input: how they play, what they are called, and what their crashes leave.
#
# Wants the program as $GLOWJAR. Closes with a line "N passed, N failed"; exit status 77 if it cannot run here.
set -uo pipefail
# shellcheck source=Tests/EndToEnd/checks.bash
source "$(dirname "${BASH_SOURCE[0]}")/checks.bash"
# shellcheck source=Tests/EndToEnd/replay.bash
source "$(dirname "${BASH_SOURCE[0]}")/replay.bash"
garden=$root/roms/glowworm/glowworm.wasm lantern=$root/roms/lantern/lantern.wasm rom=$root/roms/night-catch/rom

# Feeds a file in pieces, with a pause before the last of them.
slowly() { head -c -1000 "$1" | dd bs=777 status=none; sleep 0.2; tail -c 1000 "$1"; }
picture() { "$glowjar" run "$@" --headless --frames 30 --hash 30 2> "$work/err" | tail -1; }

plays_both_profiles() {
  local cart wanted
  for cart in "$garden" "$lantern"; do
    wanted=$(picture "$cart")
    [ -n "$wanted" ] && [ "$(slowly "$cart" | picture -)" = "$wanted" ] || { echo "  $cart from a pipe: $(cat "$work/err")"; return 1; }
    [ "$(picture - < "$cart")" = "$wanted" ] || { echo "  $cart as a file"; return 1; }
    [ "$(slowly "$cart" | picture - --fuel 100000000)" = "$wanted" ] || { echo "  $cart with fuel"; return 1; }
  done
}
check "carts of both profiles play from a pipe as they do from a file" plays_both_profiles

plays_roms() {
  "$glowjar" export "$rom" night.zip > /dev/null || return 1
  [ "$(slowly night.zip | picture -)" = "$(picture "$rom")" ] || return 1
  head -c 5000 night.zip > short.zip
  run 65 "$glowjar" run - --headless --frames 1 < short.zip && says '^glowjar: error: standard input: '
}
check "an exported ROM plays from a pipe, and a damaged one is refused" plays_roms

refuses() { # STATUS WORDS COMMAND...
  local status=$1 words=$2
  shift 2
  run "$status" "$@" && says "^glowjar: error: standard input: $words" && [ "$(wc -l < err)" -eq 1 ]
}
refuses_damage() {
  head -c 3000 "$garden" > short.wasm
  refuses 65 'section is longer than the rest of the file' "$glowjar" run - --headless --frames 1 < short.wasm \
    && refuses 65 'section is longer' "$glowjar" invoke - update < short.wasm \
    && refuses 65 'not a WebAssembly module' "$glowjar" run - --headless --frames 1 < /dev/null \
    && refuses 65 'no export nothing' "$glowjar" invoke - nothing < "$garden" \
    && refuses 74 'is a directory' "$glowjar" invoke - nothing < "$work"
}
check "what is cut off, empty or no file is refused in one line" refuses_damage

# The first of two functions leaves nothing on its stack; the writer keeps the pipe open.
refuses_early() {
  printf '\0asm\1\0\0\0\1\5\1\140\0\1\177\3\3\2\0\0\12\12\2\2\0\13' > early.wasm
  { cat early.wasm; sleep 20; } | timeout 10 "$glowjar" invoke - f 2> err
  [ "${PIPESTATUS[1]}" -eq 65 ] && says 'standard input: .*in function 0$'
}
check "a wrong function is refused before the file ends" refuses_early

crashes_as_a_file() {
  local from_pipe
  sed 's/(i32.load8_u (i32.const 64))/(i32.const 30)/' "$here/game.wat" | wat2wasm - -o game.wasm || return 1
  echo '5-90 pad=500,0' > walk.input
  run 134 "$glowjar" run - --headless --frames 100 --input walk.input < game.wasm || return 1
  from_pipe=$(bundle)
  [[ $(basename "$(dirname "$from_pipe")") = stdin-$(sha256sum < game.wasm | head -c 12) ]] || { echo "  $from_pipe"; return 1; }
  is_whole "$from_pipe" game.wasm || return 1
  # The recording knows no file; with one it is the same run, from the pipe too.
  run 66 "$glowjar" replay "$from_pipe" --headless && says 'the recorded cart came from standard input: --cart names it' || return 1
  run 0 "$glowjar" replay "$from_pipe" --verify --cart game.wasm && run 0 "$glowjar" replay "$from_pipe" --verify --cart - < game.wasm || return 1
  run 0 "$glowjar" core report "$from_pipe/core.wasm" --module game.wasm && says '#0 ' || return 1
  run 64 "$glowjar" test --from-crash "$from_pipe" --cart - --output cases < game.wasm
}
check "a crash leaves what that of a file does, under a name of the cart's own" crashes_as_a_file

# A recording that says that its cart is - is no reason to read what comes there, even if it is that cart.
leaves_input_alone() {
  "$glowjar" run - --headless --frames 20 --record pipe.replay < "$lantern" > /dev/null || return 1
  "$here/rehead.py" pipe.replay odd.replay 'cartPath="-"' 'cartID="-"' || return 1
  local word
  for word in pipe odd; do
    refuses_replay() { run 66 "$glowjar" replay "$word.replay" "$@" && says '^glowjar: error: .*: the recorded cart came from standard input: --cart names it$'; }
    refuses_replay --verify < "$lantern" && refuses_replay --headless < "$lantern" || return 1
  done
  run 0 "$glowjar" replay pipe.replay --verify --cart - < "$lantern" && says '^all as recorded$'
}
check "a recording of a cart from standard input says so, and reads there only if it is told" leaves_input_alone

traps_in_invoke() {
  run 134 "$glowjar" invoke - crash_divide --unknown-imports zero --coredump trap.core < "$crash" || return 1
  says '^glowjar: error: standard input: crash_divide: ' && wasm-objdump -h trap.core | grep -q '"core"' \
    && "$root/tools/coredump" show trap.core > shown && grep -q 'standard input' shown
}
check "a trap of a module from a pipe has its report and its coredump" traps_in_invoke

saves_by_content() {
  wat2wasm "$here/saver.wat" -o saver.wasm || return 1
  run 0 "$glowjar" run - --headless --frames 30 --data saves < saver.wasm || return 1
  [ -d "saves/modules/stdin-$(sha256sum < saver.wasm | head -c 12)" ] || { find saves; return 1; }
}
check "what a cart from a pipe saves is its own" saves_by_content

close_checks
