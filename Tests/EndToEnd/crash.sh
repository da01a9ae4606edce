#!/usr/bin/env bash
# The crash screen and the question of the watchdog, by keyboard, mouse and controller alone, and where something goes wrong.
#
# Wants a display of its own (tools/test gives one by xvfb-run) and the program as $GLOWJAR.
# Closes with a line "N passed, N failed"; exit status 77 if it cannot run here.
set -uo pipefail
# shellcheck source=Tests/EndToEnd/window.bash
source "$(dirname "${BASH_SOURCE[0]}")/window.bash"

# The crash screen with all that is known: standard error has the report, and nothing changes any more.
is_settled() { test -s "$work/err" && shows_crash && cp "$work/crash.png" "$work/settled.png" && sleep 0.2 && looks_like settled; }
crashes() { start "$crash" && choose_way "$1" && until_true is_settled; }
# What the window's last rows show: a message, in its colour. Rows of 16 pixels, one of them for the keys.
shows_message() { shot message && [ "$(count_color 'message.png[720x16+0+448]' 8CE99A)" -gt 100 ]; }
leaves_crash() { press q; ended; }

shows_and_copies_crash() {
  crashes 0 || return 1
  press c
  until_true copied || { diff "$work/clipboard" <(tail -n +2 "$work/err"); return 1; }
  grep -q '^[> ] #0  read_item ' "$work/clipboard" && grep -q '^coredump  ' "$work/clipboard" || return 1
  until_true leaves_crash && leaves_with 134
}
copied() { xclip -o -selection clipboard > "$work/clipboard" 2> /dev/null; diff -q "$work/clipboard" <(tail -n +2 "$work/err") > /dev/null; }
check "a crash shows its screen, copies the text that stderr got, and leaves with 134" shows_and_copies_crash

navigates() {
  crashes 4 || return 1
  local key back
  # Each pair leads away from the screen as it was and back to it.
  for pair in Down:Up End:Home Next:Prior shift+Down:shift+Up shift+End:shift+Home; do
    key=${pair%:*} back=${pair#*:}
    shot start
    press "$key"; until_true looks_unlike start || { echo "  $key does nothing"; return 1; }
    press "$back"; until_true looks_like start || { echo "  $back does not lead back"; return 1; }
  done
}
# Where the bar of the selected row is: rows of 16 pixels.
row_is_selected() { shot row && [ "$(pixel row 10 $((16 * $1 + 2)))" = "srgb(255,200,87)" ]; }
selected_row() {
  shot row || return 1
  local y
  for ((y = 0; y < 30; y++)); do [ "$(pixel row 10 $((16 * y + 2)))" != "srgb(255,200,87)" ] || { echo $y; return; }; done
  return 1
}
check "keys alone select functions, and scroll source and variables by line, page and to their ends" navigates

follows_mouse() {
  crashes 4 || return 1
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
  crashes 12 || return 1
  press Down Down Down Down Down; sleep 0.3; shot folded
  press Right; until_true looks_unlike folded || { echo "  Right unfolds nothing"; return 1; }
  press Left; until_true looks_like folded
}
check "a recursion is folded, and Right and Left show and hide it" unfolds

# A program that writes down its arguments and ends with a status.
make_program() { # NAME [LAST-COMMAND]
  mkdir -p "$work/bin"
  rm -f "$work/$1.arguments"
  printf '#!/bin/sh\nprintf "%%s\\n" "$@" > "%s"\n%s\n' "$work/$1.arguments" "${2:-exit 0}" > "$work/bin/$1"
  chmod +x "$work/bin/$1"
}
got() { # NAME ARGUMENT...
  local name=$1
  shift
  until_true test -s "$work/$name.arguments" || { echo "  $name was not started"; return 1; }
  [ "$(cat "$work/$name.arguments")" = "$(printf '%s\n' "$@")" ] || { cat "$work/$name.arguments"; return 1; }
}
source_file=$root/roms/crash/main.c

opens_source() {
  make_program gedit 'exec sleep 30'
  VISUAL="$work/bin/gedit --new-window" crashes 4 && press o && got gedit --new-window +65 "$source_file" || return 1
  # The editor still runs; the window answers all the same.
  shot before; press Down; until_true looks_unlike before || { echo "  the window waits for the editor"; return 1; }
  pkill -P "$app" sleep || true
}
check "O opens the source of the selected function in \$VISUAL, with arguments of its own, at the line" opens_source

opens_in_terminal() {
  make_program x-terminal-emulator
  PATH=$work/bin:$PATH VISUAL='vim -R' TERMINAL='' crashes 4 < /dev/null || return 1
  press o && got x-terminal-emulator -e vim -R +65 "$source_file"
}
check "an editor for terminals gets one of its own where there is none" opens_in_terminal

opens_by_desktop() {
  make_program xdg-open 'exit 4'
  PATH=$work/bin:$PATH VISUAL='' crashes 4 && press o && got xdg-open "$source_file" && until_true shows_message
}
check "without \$VISUAL the desktop opens the source" opens_by_desktop

misses_editor() {
  VISUAL=$work/no-such-editor crashes 4 && press o && until_true shows_message
}
check "an editor that is not there brings a message" misses_editor

# Pushes a button of the virtual controller at a time.
pushes() { echo "$1 press $2"; echo "$(($1 + 100)) release $2"; }

steers_by_pad() {
  {
    echo "300 attach"
    local time
    for time in 800 1000 1200 1400; do pushes $time dpdown; done
    # The first a starts the crash; the others were meant for the game too.
    pushes 2000 a; pushes 2150 a; pushes 2250 b
    # A stick that is held counts again and again.
    echo "5000 axis lefty 32767"; echo "7000 axis lefty 0"
    pushes 7500 x
    pushes 9500 b
  } > "$work/pad"
  printf nothing | xclip -i -selection clipboard
  start "$crash" --virtual-pad "$work/pad" && until_true shows_details || return 1
  local first
  first=$(selected_row)
  until_true row_is_selected $((first + 4)) || { echo "  the stick does not go on"; return 1; }
  until_true tells_division || { echo "  nothing copied"; return 1; }
  leaves_with 134
}
shows_details() { shows_crash && selected_row > /dev/null; }
tells_division() { xclip -o -selection clipboard 2> /dev/null | grep -q '^Integer division by zero'; }
check "a controller alone moves, copies and leaves the crash screen, and what came too early does nothing" steers_by_pad

scrolls_by_pad() {
  {
    echo "300 attach"
    local time
    for time in 800 1000 1200 1400; do pushes $time dpdown; done
    pushes 2000 a
    pushes 5000 rightstick
    pushes 7000 rightstick
    echo "9000 axis righttrigger 32767"; echo "9100 axis righttrigger 0"
    pushes 11000 a
  } > "$work/pad"
  start "$crash" --virtual-pad "$work/pad" && until_true is_settled || return 1
  shot top
  until_true looks_unlike top || { echo "  the right stick's button does nothing"; return 1; }
  until_true looks_like top || { echo "  it does not lead back"; return 1; }
  until_true looks_unlike top || { echo "  the trigger does nothing"; return 1; }
  until_true highlights 0 || { echo "  no restart"; return 1; }
}
check "a controller's stick buttons and triggers reach the ends and pages, and a button restarts the cart" scrolls_by_pad

breaks_by_pad() {
  {
    echo "300 attach"
    pushes 800 dpup; pushes 1000 dpup
    pushes 1600 a
    # Well after the question has come, on a slow machine too.
    echo "7000 axis lefty 32767"; echo "7100 axis lefty 0"
    pushes 8500 a
    pushes 14000 b
  } > "$work/pad"
  start "$crash" --virtual-pad "$work/pad" && until_true shows_panel || return 1
  until_true shows_crash || { echo "  no crash screen"; return 1; }
  leaves_with 134
}
check "a controller alone answers the question of the watchdog" breaks_by_pad

quits_by_pad() {
  {
    echo "300 attach"
    pushes 1500 back
    pushes 4000 dpdown; pushes 4300 dpdown
    pushes 5000 start
  } > "$work/pad"
  start roms/shapes/shapes.wasm --virtual-pad "$work/pad" && until_true shows_panel && leaves_with 0
}
check "a controller alone opens the menu and quits" quits_by_pad

breaks_loop() {
  start "$crash" && choose_way 13 && until_true shows_panel || return 1
  breaks() { press End Up Return; sleep 0.3; shows_crash; }
  until_true breaks && until_true test -s "$work/err" || return 1
  grep -q '^[> ] #0  wait_for_dawn ' "$work/err" && grep -q 'update' "$work/err"
}
check "an endless loop brings the question of the watchdog, and break its backtrace" breaks_loop

chooses_by_mouse() {
  start roms/shapes/shapes.wasm && press Escape && until_true shows_panel || return 1
  # The panel stands in the middle: Resume, Restart, Quit in rows of 24 pixels.
  shot menu
  local y
  for ((y = 120; y < 360; y += 24)); do [ "$(pixel menu 300 $((y + 2)))" != "srgb(255,200,87)" ] || break; done
  xdotool mousemove --window "$window" 360 $((y + 60)) click 1
  leaves_with 0
}
check "a click chooses in a menu" chooses_by_mouse

saves_dump_and_report() {
  rm -rf "$XDG_STATE_HOME"
  crashes 3 || return 1
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

keeps_report() {
  rm -rf "$XDG_STATE_HOME"
  start "$crash" && choose_way 3 && until_true shows_crash || return 1
  # Perhaps the dump is still being written.
  wmctrl -i -c "$window"
  leaves_with 134 || return 1
  test -s "$(echo "$XDG_STATE_HOME"/glowjar/crashes/*/*/core.wasm)" && grep -q '^> #0  wake_dragon' "$work/err"
}
check "a window that is closed at once after a crash leaves the whole report" keeps_report

keeps_ten() {
  local crashes=$XDG_STATE_HOME/glowjar/crashes/crash second
  rm -rf "$XDG_STATE_HOME"
  mkdir -p "$crashes/notes" "$XDG_STATE_HOME/glowjar/crashes/other/20200101T000000Z-1"
  for second in {10..21}; do mkdir "$crashes/20200101T0000${second}Z-9"; touch "$crashes/20200101T0000${second}Z-9/core.wasm"; done
  truncate -s 2G "$XDG_STATE_HOME/glowjar/crashes/other/20200101T000000Z-1/core.wasm"
  crashes 3 || return 1
  [ "$(find "$crashes" -name core.wasm | wc -l)" -eq 10 ] && [ -d "$crashes/notes" ] || return 1
  [ -d "$crashes/20200101T000021Z-9" ] && [ ! -e "$crashes/20200101T000012Z-9" ] || return 1
  [ ! -e "$XDG_STATE_HOME/glowjar/crashes/other/20200101T000000Z-1" ]
}
check "the newest ten crashes of a cart are kept, and a gibibyte of all" keeps_ten

survives_file_for_folder() {
  rm -rf "$XDG_STATE_HOME"
  touch "$XDG_STATE_HOME"
  crashes 3 || return 1
  rm "$XDG_STATE_HOME"
  grep -q '^coredump  not written: ' "$work/err" && press s && until_true shows_message && until_true leaves_crash && leaves_with 134
}
check "where there is no folder for a coredump, the crash screen says so" survives_file_for_folder

survives_full_disk() {
  local small=$work/small
  mkdir "$small"
  if ! mount -t tmpfs -o size=16k none "$small" 2> /dev/null; then
    echo "  not tried: only root can make a small disk"
    return 0
  fi
  local code=0
  XDG_STATE_HOME=$small fills_disk || code=$?
  umount -l "$small"
  return $code
}
fills_disk() {
  dd if=/dev/zero of="$small/full" bs=1k count=64 2> /dev/null
  crashes 3 && grep -q '^coredump  not written: .*no space left' "$work/err" || return 1
  press s && until_true shows_message && [ -z "$(find "$small" -name '*core*')" ]
}
check "a full disk is told, and leaves no half of a coredump" survives_full_disk

survives_bad_symbols() {
  # The abbreviations lie: every unit becomes unreadable.
  python3 - "$crash" "$work/damaged.wasm" << 'END'
import sys
data = bytearray(open(sys.argv[1], "rb").read())
start = data.index(b".debug_abbrev") + len(b".debug_abbrev")
data[start:start + 400] = b"\xff" * 400
open(sys.argv[2], "wb").write(data)
END
  start "$work/damaged.wasm" && choose_way 3 && until_true is_settled || return 1
  grep -q '^[> ] #0  wake_dragon ' "$work/err" && until_true leaves_crash && leaves_with 134
}
check "damaged debug information leaves the names on the crash screen" survives_bad_symbols

restarts() { crashes 3 && until_true restarted; }
restarted() { press r; highlights 0; }
check "a crashed cart restarts" restarts

close_checks
