#!/usr/bin/env bash
# Recordings, from a run to its repetition; the folder of a crash, from the crash to the case that passes once the cart is mended.
#
# Wants the program as $GLOWJAR.
# Closes with a line "N passed, N failed"; exit status 77 if it cannot run here.
set -uo pipefail
# shellcheck source=Tests/EndToEnd/checks.bash
source "$(dirname "${BASH_SOURCE[0]}")/checks.bash"
# shellcheck source=Tests/EndToEnd/replay.bash
source "$(dirname "${BASH_SOURCE[0]}")/replay.bash"

printf '25 buttons=S\n62-69 pad=0,-900\n126-132 pad=-900,0\n134-142 pad=0,900\n' > garden.input
garden=$root/roms/glowworm/glowworm.wasm night=$root/roms/night-catch/rom
records() {
  run 0 "$glowjar" run "$garden" --headless --frames 300 --seed 7 --input garden.input --record garden.replay || return 1
  run 0 "$glowjar" replay garden.replay --verify && says '300 of 300 frames' && says '^all as recorded$' || return 1
  run 0 "$glowjar" replay garden.replay --headless && says '^all as recorded$'
}
check "a run is recorded, and is the same when it is played" records

records_font() {
  head -c 1792 /dev/urandom > own.font
  run 0 "$glowjar" run "$root/roms/lantern/lantern.wasm" --headless --frames 60 --font own.font --record font.replay || return 1
  rm own.font
  run 0 "$glowjar" replay font.replay --verify && says '^all as recorded$'
}
check "the player's own font is part of a recording" records_font

differs_by_seed() {
  wat2wasm "$here/dice.wat" -o dice.wasm && run 0 "$glowjar" run dice.wasm --headless --frames 200 --seed 7 --record dice.replay || return 1
  "$here/rehead.py" dice.replay other.replay seed=8 || return 1
  run 1 "$glowjar" replay other.replay --verify || return 1
  says '^frame 100 differs: the picture; in frame 120 the memory differs in 1 page of 64 KiB, at 0x0$'
}
check "what differs is named: the first frame, and pages of the memory" differs_by_seed

refused() { # STATUS REASON FILE [OPTION...]
  local wanted=$1 reason=$2
  shift 2
  run "$wanted" "$glowjar" replay "$@" --verify && says "^glowjar: error: $1: $reason" && [ "$(wc -l < err)" -eq 1 ]
}
refuses_damage() {
  head -c 100 garden.replay > short.replay
  python3 -c 'd = bytearray(open("garden.replay", "rb").read()); d[len(d) // 2] ^= 1; open("flipped.replay", "wb").write(d)'
  python3 -c 'd = bytearray(open("garden.replay", "rb").read()); d[8] = 9; open("newer.replay", "wb").write(d)'
  : > empty.replay
  refused 65 'the file is cut off' short.replay && refused 65 'damaged: frames: wrong checksum' flipped.replay \
    && refused 65 'format version 9; this console reads version 1' newer.replay && refused 65 'not a replay' empty.replay \
    && refused 65 'not a replay' garden.input && refused 66 'no such file or directory' nothing.replay
}
check "damaged replays are refused, each with its reason" refuses_damage

refuses_other_carts() {
  run 65 "$glowjar" replay garden.replay --verify --cart "$root/roms/shapes/shapes.wasm" && says 'recorded with another cart: its module has the SHA-256 [0-9a-f]{64}' || return 1
  cp -r "$night" night && run 0 "$glowjar" run "$night" --headless --frames 30 --record night.replay || return 1
  run 0 "$glowjar" replay night.replay --verify --cart night || return 1
  cp night/_bin night/extra
  run 65 "$glowjar" replay night.replay --verify --cart night && says 'its module is the same, its files are not|_hash|hash' || return 1
  wat2wasm "$here/counter.wat" -o gone.wasm && run 0 "$glowjar" run gone.wasm --headless --frames 5 --record gone.replay && rm gone.wasm
  run 66 "$glowjar" replay gone.replay && says '^glowjar: error: gone: the recorded cart is not where it was: --cart names it$'
}
check "another cart than the recorded one is refused, unless it is wanted" refuses_other_carts

plays_on_another() { run 0 "$glowjar" replay garden.replay --headless --changed-cart --cart "$root/roms/shapes/shapes.wasm" && ! grep -q recorded out; }
check "--changed-cart plays the input on another cart and compares nothing" plays_on_another

# The folder of a crash.
printf '2 pad=0,-1000\n4 pad=0,-1000\n6 pad=0,-1000\n8 pad=0,-1000\n10 buttons=S\n' > crash.input
leaves_bundle() {
  rm -rf "$XDG_STATE_HOME"
  run 134 "$glowjar" run "$crash" --headless --frames 60 --input crash.input || return 1
  local folder
  folder=$(bundle)
  is_whole "$folder" "$crash" || return 1
  run 134 "$glowjar" replay "$folder" --headless && says '^Integer division by zero' && says '10 frames' || return 1
  run 0 "$glowjar" replay "$folder" --verify && says '^all as recorded$' && [ "$(bundle)" = "$folder" ]
}
check "a crash without a display leaves a whole folder, whose replay leads to the same crash" leaves_bundle

makes_case() {
  rm -rf "$XDG_STATE_HOME" cases
  wat2wasm "$here/game.wat" -o game.wasm
  mkdir -p data/modules/game/etc && printf '\x1e' > data/modules/game/etc/level
  printf '5- pad=500,0\n' > walk.input
  run 134 "$glowjar" run game.wasm --headless --frames 100 --input walk.input --data data || return 1
  # What the cart found saved is part of the recording.
  rm -r data
  mends "$(bundle)"
}
check "test --from-crash makes a case that fails as long as the cart crashes, and passes once it is mended" makes_case

makes_case_of_failing_case() {
  rm -rf cases found
  wat2wasm "$here/game.wat" -o game.wasm
  mkdir -p saves/etc && printf '\x1e' > saves/etc/level
  printf 'cart = "game.wasm"\nframes = 60\ndata = "saves"\ninput = [{ at = [5, 60], pad = [500, 0] }]\nexpect = [{ pixel = [0, 0, "P"] }]\n' > first.test.toml
  run 1 "$glowjar" test first.test.toml --artifacts found && is_whole found/* game.wasm || return 1
  run 0 "$glowjar" replay found/* --verify && mends "$(echo found/*)"
}
check "a case that crashes leaves a whole folder too" makes_case_of_failing_case

finds_installed() {
  rm -rf "$XDG_STATE_HOME" cases
  sed 's/(i32.load8_u (i32.const 64))/(i32.const 30)/' "$here/game.wat" | wat2wasm - -o game.wasm
  run 0 "$glowjar" install game.wasm --id me.walk && rm game.wasm || return 1
  run 134 "$glowjar" run me.walk --headless --frames 100 --input walk.input && run 0 "$glowjar" replay "$(bundle)" --verify || return 1
  run 0 "$glowjar" test --from-crash "$(bundle)" --output cases && grep -q '^cart = "me.walk"$' "$(cat out)" && run 1 "$glowjar" test cases && says 'the cart crashed in update' || return 1
  run 0 "$glowjar" remove me.walk && run 66 "$glowjar" test --from-crash "$(bundle)" --output cases && says 'the recorded cart is not where it was: --cart names it'
}
check "an installed cart is found again by its id" finds_installed

makes_case_of_hang() {
  rm -rf "$XDG_STATE_HOME" cases
  echo '(module (func (export "update") (loop $forever (br $forever))))' | wat2wasm - -o hang.wasm
  run 134 "$glowjar" run hang.wasm --headless --frames 9 --callback-limit 0.3 && run 0 "$glowjar" replay "$(bundle)" --verify || return 1
  run 0 "$glowjar" test --from-crash "$(bundle)" --output cases && run 1 "$glowjar" test cases && says 'used up|fuel' || return 1
  echo '(module (func (export "update")))' | wat2wasm - -o hang.wasm
  run 0 "$glowjar" test cases
}
check "a hang becomes a case that counts steps" makes_case_of_hang

counted() {
  rm -rf "$XDG_STATE_HOME"
  wat2wasm "$here/hanger.wat" -o hanger.wasm
  run 134 "$glowjar" run hanger.wasm --headless --frames 9 --fuel 12345 && run 0 "$glowjar" replay "$(bundle)" --verify && says '^all as recorded$'
}
check "a run whose steps are counted stops at the same place again" counted

close_checks
