#!/usr/bin/env bash
# Recordings in the window: a crash there leads to a case that passes once the cart is mended, and replays are played.
#
# Wants a display of its own (tools/test gives one by xvfb-run) and the program as $GLOWJAR.
# Closes with a line "N passed, N failed"; exit status 77 if it cannot run here.
set -uo pipefail
# shellcheck source=Tests/EndToEnd/window.bash
source "$(dirname "${BASH_SOURCE[0]}")/window.bash"
# shellcheck source=Tests/EndToEnd/replay.bash
source "$(dirname "${BASH_SOURCE[0]}")/replay.bash"

leaves_crash() { press q; ended; }
# The window may be gone before anybody has looked at it.
play() { "$glowjar" replay "$1" > "$work/out" 2> "$work/err" & app=$!; }
crashes_in_window() {
  rm -rf "$XDG_STATE_HOME"
  start "$crash" --seed 5 || return 1
  choose_way 0
  until_true test -s "$work/err" && until_true shows_crash && until_true leaves_crash && leaves_with 134 || return 1
  local folder
  folder=$(bundle)
  is_whole "$folder" "$crash" || return 1
  run 134 "$glowjar" replay "$folder" --headless && says '^Memory access out of bounds' && run 0 "$glowjar" replay "$folder" --verify && says '^all as recorded$'
}
check "a crash in the window leaves a whole folder, whose replay leads to it without a display" crashes_in_window

shows_replay() {
  play "$(bundle)"
  until_true find_window && until_true shows_crash && until_true leaves_crash && leaves_with 134
}
check "the window plays a replay up to its crash" shows_replay

mends_window_crash() {
  rm -rf "$XDG_STATE_HOME" cases
  wat2wasm "$here/game.wat" -o game.wasm
  mkdir -p data/modules/game/etc && printf '\x1e' > data/modules/game/etc/level
  start game.wasm --data data || return 1
  xdotool keydown Right
  until_true shows_crash || return 1
  xdotool keyup Right
  until_true leaves_crash && leaves_with 134 && mends "$(bundle)"
}
check "a crash in the window becomes a case that passes once the cart is mended" mends_window_crash

kept() { ls "$XDG_STATE_HOME"/glowjar/replays/*.replay > /dev/null 2>&1; }
keeps_on_demand() {
  rm -rf "$XDG_STATE_HOME"
  start "$root/roms/night-catch/rom" && press z && sleep 0.5 && press F9 && until_true kept || return 1
  # The game goes on, and once more from the menu.
  shot a; sleep 0.4; shot b; differs a b || return 1
  press Escape && until_true shows_panel && press F9 || return 1
  two_kept() { [ "$(ls "$XDG_STATE_HOME"/glowjar/replays | wc -l)" = 2 ]; }
  until_true two_kept && press Escape && sleep 0.3 && press Up Return && leaves_with 0 || return 1
  local file
  for file in "$XDG_STATE_HOME"/glowjar/replays/*.replay; do run 0 "$glowjar" replay "$file" --verify && says '^all as recorded$' || return 1; done
}
check "F9 keeps a replay while the cart plays on" keeps_on_demand

plays_to_its_end() {
  local file
  file=$(ls "$XDG_STATE_HOME"/glowjar/replays/*.replay | head -1)
  play "$file"
  leaves_with 0
}
check "the window plays a replay to its end and closes" plays_to_its_end

stops_at_difference() {
  wat2wasm "$here/dice.wat" -o dice.wasm && run 0 "$glowjar" run dice.wasm --headless --frames 200 --seed 7 --record dice.replay || return 1
  "$here/rehead.py" dice.replay other.replay seed=8 || return 1
  play other.replay
  leaves_with 1 && says '^frame [0-9]+ differs: the picture'
}
check "the window stops at the first frame that differs" stops_at_difference

records_window() {
  start "$root/roms/lantern/lantern.wasm" --record lantern.replay || return 1
  xdotool mousemove --window "$window" 100 300 click 1
  press x Right Down; xdotool mousemove --window "$window" 300 200; sleep 0.3
  press Escape && sleep 0.3 && press Up Return && leaves_with 0 && run 0 "$glowjar" replay lantern.replay --verify && says '^all as recorded$'
}
check "--record keeps what the window plays, mouse and all" records_window

close_checks
