#!/usr/bin/env bash
# The window, its keys, controllers and menus, as a user meets them.
#
# Wants a display of its own (tools/test gives one by xvfb-run), the program as $GLOWJAR, and the programs below.
# Closes with a line "N passed, N failed"; exit status 77 if it cannot run here.
set -uo pipefail
# shellcheck source=Tests/EndToEnd/window.bash
source "$(dirname "${BASH_SOURCE[0]}")/window.bash"

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

takes_mouse() {
  start "$crash" && until_true highlights 0 || return 1
  xdotool mousemove --window "$window" 360 470 mousedown 1
  sleep 0.1
  xdotool mousemove --window "$window" 360 240
  sleep 0.1
  xdotool mousemove --window "$window" 360 470
  sleep 0.1
  xdotool mouseup 1
  until_true highlights 2
}
check "the mouse is a finger on the pad while its button is down" takes_mouse

pauses() { shot a; sleep 0.2; shot b; ! differs a b; }
has_cart_menu() { shot menu && [ "$(pixel menu 360 400)" = "srgb(240,244,240)" ]; }
has_no_cart_menu() { ! has_cart_menu; }
plays_cart_menu() {
  start "$crash" && until_true highlights 0 || return 1
  press Tab && until_true has_cart_menu && until_true pauses || return 1
  press Tab && until_true has_no_cart_menu && until_true highlights 0
}
check "Tab opens the console's menu, and closes it" plays_cart_menu

has_screenshot() { [ "$(identify -format '%wx%h' "$work"/pictures/Glowjar/crash-*.png 2> /dev/null)" = 240x160 ]; }
takes_screenshot() {
  start "$crash" && until_true highlights 0 || return 1
  press Tab && until_true has_cart_menu || return 1
  press z && until_true has_screenshot && until_true highlights 0
}
check "the console's menu takes a picture, which is saved among the player's pictures" takes_screenshot

restarts_and_exits_by_cart_menu() {
  start "$crash" && until_true highlights 0 || return 1
  press Down && until_true highlights 1 || return 1
  press Tab && until_true has_cart_menu && press Down z && until_true highlights 0 || return 1
  press Tab && until_true has_cart_menu && press Down Down z && leaves_with 0
}
check "the console's menu restarts the cart, and exits" restarts_and_exits_by_cart_menu

restarts_from_pipe() {
  start_from_pipe "$crash" && until_true highlights 0 || return 1
  press Down Down && until_true highlights 2 || return 1
  press Tab && until_true has_cart_menu && press Down z && until_true highlights 0 || return 1
  choose_way 3 && until_true shows_crash || return 1
  restarted() { press r; highlights 0; }
  until_true restarted && press Down && until_true highlights 1
}
check "a cart from standard input restarts, from its menu and from its crash" restarts_from_pipe

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

# Whether the lantern is at a place of the picture of 160x160, in a window of scale 3: by the corners of its body, which no
# firefly covers all at once. A night that has not begun, or that moths have ended, is begun: it changes nothing of the place.
lantern_is_at() { # X Y
  local corner format='%[pixel:p{144,12}]'
  for corner in "1 2" "6 2" "1 6" "6 6"; do
    # shellcheck disable=SC2086
    set -- "$1" "$2" $corner
    format+=" %[pixel:p{$((3 * ($1 + $3))),$((3 * ($2 + $4)))}]"
  done
  shot lantern
  local colors=() light='^srgb\((244,201,93|255,246,220)\)$'
  read -ra colors <<< "$(identify -format "$format" "$work/lantern.png")"
  # The frame of the bar that is shown at night only.
  [ "${colors[0]}" = "srgb(58,74,122)" ] || { press x; return 1; }
  for corner in "${colors[@]:1}"; do [[ $corner =~ $light ]] || return 1; done
}
plays_wasm4() {
  # The mouse takes the lantern along wherever it moves over the screen.
  xdotool mousemove 1270 1010
  start roms/lantern/lantern.wasm && [ "$(shot size; size size)" = 480x480 ] || return 1
  until_true lantern_is_at 76 76 || { echo "  the night does not begin"; return 1; }
  xdotool keydown Left
  until_true lantern_is_at 0 76 || { xdotool keyup Left; echo "  the keys do not move it"; return 1; }
  xdotool keyup Left
  xdotool mousemove --window "$window" 300 360
  until_true lantern_is_at 96 116 || { echo "  the mouse does not move it"; return 1; }
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

close_checks
