#!/usr/bin/env bash
# The window, its keys, controllers, menus and crash screen, as a user meets them.
#
# Wants a display of its own (tools/test gives one by xvfb-run), the program as $GLOWJAR, and the programs below.
# Closes with a line "N passed, N failed"; exit status 77 if it cannot run here.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
for program in xdotool xprop import identify compare openbox wmctrl xclip; do
  command -v "$program" > /dev/null || { echo "skipped: no $program" >&2; exit 77; }
done
[ -n "${DISPLAY:-}" ] || { echo "skipped: no display" >&2; exit 77; }
glowjar=${GLOWJAR:?names the program under test}
crash=roms/crash/crash.wasm

work=$(mktemp -d)
export XDG_STATE_HOME=$work/state XDG_CONFIG_HOME=$work/config
openbox > /dev/null 2>&1 &
manager=$!
app=
finish() {
  [ -z "$app" ] || kill -KILL "$app" 2> /dev/null
  kill "$manager" 2> /dev/null
  rm -rf "$work"
}
trap finish EXIT
passed=0 failed=0

# Tries a command until it succeeds, for ten seconds.
until_true() {
  local end=$((SECONDS + 10))
  until "$@"; do
    [ $SECONDS -lt $end ] || return 1
    sleep 0.05
  done
}

# A window that is mapped while the manager takes over the screen may never be shown.
has_manager() { xprop -root _NET_SUPPORTING_WM_CHECK | grep -q 'window id'; }
until_true has_manager || { echo "skipped: openbox does not start" >&2; exit 77; }

find_window() { window=$(xdotool search --onlyvisible --class Glowjar 2> /dev/null | tail -1) && [ -n "$window" ]; }

start() { # CART [OPTION...]
  "$glowjar" run "$@" > "$work/out" 2> "$work/err" &
  app=$!
  until_true find_window || return 1
  until_true has_picture || return 1
}

shot() { import -window "$window" "$work/$1.png" 2> /dev/null; }
pixel() { identify -format "%[pixel:p{$2,$3}]" "$work/$1.png"; }
size() { identify -format '%wx%h' "$work/$1.png"; }
difference() { compare -metric AE "$work/$1.png" "$work/$2.png" null: 2>&1; }
differs() { local count; count=$(difference "$1" "$2"); [ "${count%%.*}" != 0 ]; }
has_picture() { shot probe && [ "$(identify -format '%k' "$work/probe.png")" -gt 1 ]; }

# Keys are held for a few frames, since a cart looks once a frame.
press() { for key in "$@"; do xdotool keydown "$key"; sleep 0.08; xdotool keyup "$key"; sleep 0.08; done; }

# Whether line N of the crash cart's menu is highlighted, in a window of scale 3.
highlights() { shot menu && [ "$(pixel menu 22 $((3 * (22 + 9 * $1))))" = "srgb(88,36,88)" ]; }
shows_crash() { shot crash && [ "$(pixel crash 5 5)" = "srgb(168,30,55)" ]; }
# The panel's title bar, above the middle of a window of 720x480.
shows_panel() { shot panel && [[ "$(pixel panel 360 "${1:-166}")" == *"255,200,87"* ]]; }

ended() { [ -z "$app" ] || ! kill -0 "$app" 2> /dev/null; }
status() { until_true ended || { echo "  it does not end"; kill -KILL "$app"; }; wait "$app"; local code=$?; app=; return $code; }
leaves_with() { local code=0; status || code=$?; [ $code -eq "$1" ] || { echo "  exit status $code, not $1"; return 1; }; }
stop() { [ -z "$app" ] || { kill -TERM "$app" 2> /dev/null; status; } || true; }

check() { # NAME FUNCTION
  if "$2"; then
    passed=$((passed + 1))
    echo "ok: $1"
  else
    failed=$((failed + 1))
    echo "NOT OK: $1"
    sed 's/^/  stderr: /' "$work/err" | head -20
    [ -z "${KEEP:-}" ] || { mkdir -p "$KEEP"; ended || shot last; cp "$work"/*.png "$KEEP"; }
  fi
  stop
}

choose_way() { local push; for ((push = 0; push < $1; push++)); do press Down; done; press z; }

opens() {
  start "$crash" || return 1
  until_true highlights 0 && [ "$(size menu)" = 720x480 ] || return 1
  xprop -id "$window" WM_CLASS | grep -q '"io.github.glowjar.Glowjar"'
}
check "a cart opens in a window three times its size, with the desktop's class" opens

takes_keys() {
  start "$crash" && press Down Down && until_true highlights 2 && press Up && until_true highlights 1
}
check "keys reach the cart" takes_keys

takes_short_tap() { start "$crash" && xdotool key Down && until_true highlights 1; }
check "a tap shorter than a frame reaches the cart" takes_short_tap

takes_controller() {
  cat > "$work/pad" << 'END'
300 attach
800 press dpdown
900 release dpdown
1000 press dpdown
1100 release dpdown
1200 axis righty 32767
1300 axis righty 0
END
  start "$crash" --virtual-pad "$work/pad" && until_true highlights 3
}
check "a controller plugged in later moves the cart, by directional pad and stick" takes_controller

pauses_without_controller() {
  printf '200 attach\n800 detach\n' > "$work/pad"
  start roms/shapes/shapes.wasm --virtual-pad "$work/pad" && until_true pauses
}
pauses() { shot a; sleep 0.2; shot b; ! differs a b; }
check "a controller that is pulled out pauses the game" pauses_without_controller

keeps_whole_pixels() {
  start "$crash" || return 1
  xdotool windowsize --sync "$window" 1000 700
  until_true resized || return 1
  # 960x640 in the middle: black beside it, whole 4x4 blocks in it.
  [ "$(pixel large 10 350)" = "srgb(0,0,0)" ] && [ "$(pixel large 500 15)" = "srgb(0,0,0)" ] || return 1
  [ "$(pixel large 45 119)" = "srgb(88,36,88)" ] || return 1
  # The corners of the blocks along a line of text, one block a line.
  local format= x
  for ((x = 60; x < 460; x += 4)); do
    format+="%[pixel:p{$x,118}] %[pixel:p{$((x + 3)),118}] %[pixel:p{$x,121}] %[pixel:p{$((x + 3)),121}]\n"
  done
  identify -format "$format" "$work/large.png" > "$work/blocks"
  [ "$(sort -u "$work/blocks" | wc -l)" -eq 2 ] && awk '$1 != $2 || $1 != $3 || $1 != $4 { exit 1 }' "$work/blocks"
}
resized() { shot large && [ "$(size large)" = 1000x700 ] && [ "$(pixel large 45 119)" = "srgb(88,36,88)" ]; }
check "a resized window keeps whole-number pixels and black bars" keeps_whole_pixels

is_fullscreen() { xprop -id "$window" _NET_WM_STATE | grep -q FULLSCREEN; }
is_window() { ! is_fullscreen; }
goes_fullscreen() {
  start "$crash" && press F11 && until_true is_fullscreen || return 1
  press F11 && until_true is_window || return 1
  xdotool key alt+Return && until_true is_fullscreen
}
check "F11 and Alt+Enter change to fullscreen and back" goes_fullscreen

shows_and_copies_crash() {
  start "$crash" && choose_way 0 && until_true shows_crash || return 1
  press c
  until_true copied || { diff "$work/clipboard" <(tail -n +2 "$work/err"); return 1; }
  grep -q '^[> ] #0  read_item ' "$work/clipboard" && grep -q '^coredump  ' "$work/clipboard" || return 1
  press q
  leaves_with 134
}
copied() { xclip -o -selection clipboard > "$work/clipboard" 2> /dev/null; diff -q "$work/clipboard" <(tail -n +2 "$work/err") > /dev/null; }
check "a crash shows its screen, copies the text that stderr got, and leaves with 134" shows_and_copies_crash

navigates() {
  start "$crash" && choose_way 4 && until_true shows_details || return 1
  shot first; press Down; sleep 0.2; shot second
  differs first second || { echo "  Down does nothing"; return 1; }
  press Up; sleep 0.2; shot third
  differs first third && { echo "  Up does not lead back"; return 1; }
  press End; sleep 0.2; shot fourth
  differs first fourth || { echo "  End does nothing"; return 1; }
  press Home; sleep 0.2; shot fifth
  differs first fifth && { echo "  Home does not lead back"; return 1; }
  return 0
}
# The first row of the backtrace is selected or another: rows of 16 pixels, the bar of the accent's colour.
row_is_selected() { shot row && [ "$(pixel row 10 $((16 * $1 + 2)))" = "srgb(255,200,87)" ]; }
# Details are there once a row is selected: the title takes four rows, summary, gaps and heading the rest.
selected_row() {
  shot row || return 1
  local y
  for ((y = 0; y < 30; y++)); do [ "$(pixel row 10 $((16 * y + 2)))" != "srgb(255,200,87)" ] || { echo $y; return; }; done
  return 1
}
shows_details() { shows_crash && selected_row > /dev/null; }
check "keys select functions and scroll source and variables on the crash screen" navigates

follows_mouse() {
  start "$crash" && choose_way 4 && until_true shows_details || return 1
  local first
  first=$(selected_row)
  xdotool mousemove --window "$window" 100 $((16 * (first + 2) + 8)) click 1
  until_true row_is_selected $((first + 2)) || { echo "  a click selects nothing"; return 1; }
  xdotool click 5
  until_true row_is_selected $((first + 3)) || { echo "  the wheel does not move the selection"; return 1; }
  xdotool click 4 click 4
  until_true row_is_selected $((first + 1))
}
check "mouse and wheel select functions on the crash screen" follows_mouse

unfolds() {
  start "$crash" && choose_way 12 && until_true shows_details || return 1
  local first
  first=$(selected_row)
  press Down Down Down Down Down; shot folded
  press Right; sleep 0.3; shot unfolded
  differs folded unfolded || { echo "  Right unfolds nothing"; return 1; }
  press Left; sleep 0.3; shot again
  ! differs folded again
}
check "a recursion is folded, and Right and Left show and hide it" unfolds

opens_source() {
  mkdir -p "$work/an editor"
  printf '#!/bin/sh\nprintf "%%s\\n" "$@" > "%s/arguments"\nexec sleep 30\n' "$work" > "$work/vim"
  chmod +x "$work/vim"
  VISUAL="$work/vim -R" start "$crash" && choose_way 4 && until_true shows_details && press o || return 1
  until_true test -s "$work/arguments" || { echo "  no editor starts"; return 1; }
  [ "$(cat "$work/arguments")" = "$(printf '%s\n' -R +65 "$root/roms/crash/main.c")" ] || { cat "$work/arguments"; return 1; }
  # The editor still runs; the window answers all the same.
  shot before; press Down; sleep 0.2; shot after
  differs before after || { echo "  the window waits for the editor"; return 1; }
  pkill -P "$app" sleep || true
}
check "O opens the source of the selected function in \$VISUAL at its line" opens_source

steers_by_pad() {
  {
    echo "300 attach"
    local time=800 push
    for push in 1 2 3 4; do echo "$time press dpdown"; echo "$((time + 100)) release dpdown"; time=$((time + 200)); done
    echo "2000 press a"; echo "2100 release a"
    echo "6000 press dpdown"; echo "6100 release dpdown"
    echo "9000 press x"; echo "9100 release x"
    echo "11000 press b"; echo "11100 release b"
  } > "$work/pad"
  printf nothing | xclip -i -selection clipboard
  start "$crash" --virtual-pad "$work/pad" && until_true shows_details || return 1
  shot first
  until_true moved || { echo "  the directional pad does nothing"; return 1; }
  until_true tells_division || { echo "  nothing copied"; return 1; }
  leaves_with 134
}
moved() { shot second && differs first second; }
tells_division() { xclip -o -selection clipboard 2> /dev/null | grep -q '^Integer division by zero'; }
check "a controller alone moves, copies and leaves the crash screen" steers_by_pad

saves_dump_and_report() {
  rm -rf "$XDG_STATE_HOME"
  start "$crash" && choose_way 3 && until_true shows_details && until_true test -s "$work/err" || return 1
  local folder dump
  folder=$(echo "$XDG_STATE_HOME"/glowjar/crashes/*/*)
  rm -f "$folder/report.txt"
  press s
  until_true test -s "$folder/report.txt" || return 1
  dump=$folder/core.wasm
  [ "$(head -c 4 "$dump" | od -An -c | tr -d ' ')" = '\0asm' ] || return 1
  [ "$(stat -c %a "$dump" "$folder" | tr '\n' ' ')" = "600 700 " ] || return 1
  diff "$folder/report.txt" <(tail -n +2 "$work/err")
}
check "a crash leaves a coredump and, when asked, a report that only the user can read" saves_dump_and_report

keeps_ten() {
  local crashes=$XDG_STATE_HOME/glowjar/crashes/crash second
  rm -rf "$XDG_STATE_HOME"
  mkdir -p "$crashes/notes" "$XDG_STATE_HOME/glowjar/crashes/other/20200101T000000Z-1"
  for second in {10..21}; do mkdir "$crashes/20200101T0000${second}Z-9"; touch "$crashes/20200101T0000${second}Z-9/core.wasm"; done
  truncate -s 2G "$XDG_STATE_HOME/glowjar/crashes/other/20200101T000000Z-1/core.wasm"
  start "$crash" && choose_way 3 && until_true shows_crash || return 1
  [ "$(find "$crashes" -name core.wasm | wc -l)" -eq 10 ] && [ -d "$crashes/notes" ] || return 1
  [ -d "$crashes/20200101T000021Z-9" ] && [ ! -e "$crashes/20200101T000012Z-9" ] || return 1
  [ ! -e "$XDG_STATE_HOME/glowjar/crashes/other/20200101T000000Z-1" ]
}
check "the newest ten crashes of a cart are kept, and a gibibyte of all" keeps_ten

survives_full_disk() {
  rm -rf "$XDG_STATE_HOME"
  touch "$XDG_STATE_HOME"
  start "$crash" && choose_way 3 && until_true shows_crash || return 1
  grep -q '^coredump  not written: ' "$work/err" && press s && press q && leaves_with 134 || return 1
  rm "$XDG_STATE_HOME"
}
check "where no coredump can be written, the crash screen says so" survives_full_disk

restarts() {
  start "$crash" && choose_way 3 && until_true shows_crash && press r && until_true highlights 0
}
check "a crashed cart restarts" restarts

pauses_and_quits() {
  start roms/shapes/shapes.wasm || return 1
  shot a; sleep 0.3; shot b
  differs a b || { echo "  the cart does not move"; return 1; }
  press Escape
  until_true pauses || return 1
  press Escape; sleep 0.3; shot a; sleep 0.3; shot b
  differs a b || { echo "  the cart does not go on"; return 1; }
  press Escape; sleep 0.2; press Up Return
  leaves_with 0
}
check "Escape pauses, resumes and offers to quit" pauses_and_quits

breaks_loop() {
  start "$crash" && choose_way 13 || return 1
  sleep 1; shot before; sleep 2.2; shot after
  differs before after || { echo "  no question after two seconds"; return 1; }
  press Down Return
  until_true shows_crash || return 1
  grep -q '^[> ] #0  wait_for_dawn ' "$work/err" && grep -q 'update' "$work/err"
}
check "an endless loop brings the question of the watchdog, and break its backtrace" breaks_loop

closes_during_loop() {
  start "$crash" && choose_way 13 && sleep 0.5 || return 1
  shot a; press Escape; shot b
  differs a b || { echo "  no menu"; return 1; }
  local begin=${EPOCHREALTIME/./}
  wmctrl -i -c "$window"
  until_true hidden
  local taken=$((${EPOCHREALTIME/./} - begin))
  leaves_with 0 || return 1
  # wmctrl and xdotool take their share of the time.
  [ $taken -lt 400000 ] || { echo "  the window stayed for $taken us"; return 1; }
}
hidden() { ! xdotool search --onlyvisible --class Glowjar > /dev/null 2>&1; }
check "menu and close answer during an endless loop" closes_during_loop

plays_game() {
  start roms/night-catch/rom || return 1
  shot a
  press z; sleep 1; shot b
  differs a b && xprop -id "$window" _NET_WM_NAME | grep -q '"Night Catch"'
}
check "the demo game starts under its own title and goes on from its first scene" plays_game

# The lantern in a light colour around a place of the picture of 160x160, in a window of scale 3.
lantern_is_at() { shot lantern && [[ "$(pixel lantern $((3 * $1)) $((3 * $2)))" == *"244,201,93"* ]]; }
plays_wasm4() {
  export XDG_DATA_HOME=$work/data
  start roms/lantern/lantern.wasm && [ "$(shot size; size size)" = 480x480 ] || return 1
  press x; until_true lantern_is_at 80 78 || return 1
  press Left Left; until_true lantern_is_at 80 78 && { echo "  the keys do not move it"; return 1; }
  xdotool mousemove --window "$window" 300 360; until_true lantern_is_at 100 118
}
check "a WASM-4 cart has its own screen, keys and the mouse" plays_wasm4

ends_by_signal() {
  start "$crash" && kill -TERM "$app" && leaves_with 0 || return 1
  start "$crash" && kill -INT "$app" && leaves_with 130
}
check "SIGTERM closes the window and SIGINT leaves with 130" ends_by_signal

refuses() { # STATUS LINE COMMAND...
  local wanted=$1 line=$2 code=0
  shift 2
  "$@" > "$work/out" 2> "$work/err" || code=$?
  [ $code -eq "$wanted" ] || { echo "  exit status $code, not $wanted"; return 1; }
  [ "$(wc -l < "$work/err")" -eq 1 ] && grep -q "^glowjar: error: $line" "$work/err"
}
says_why_not() {
  printf '\0asm\1\0\0\0\xff' > "$work/bad.wasm"
  refuses 65 ".*bad.wasm: " "$glowjar" run "$work/bad.wasm" || return 1
  refuses 66 ".*nothing.wasm: " "$glowjar" run "$work/nothing.wasm" || return 1
  refuses 69 "no display: " env -u DISPLAY -u WAYLAND_DISPLAY -u SDL_VIDEODRIVER "$glowjar" run "$crash"
}
check "a bad cart, a missing one and a missing display get one line and their status" says_why_not

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
