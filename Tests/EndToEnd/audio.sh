#!/usr/bin/env bash
# What the loudspeakers and recordings get, through SDL's disk driver instead of a device.
#
# Wants a display of its own (tools/test gives one by xvfb-run), the program as $GLOWJAR, and the programs below.
# Closes with a line "N passed, N failed"; exit status 77 if it cannot run here.
set -uo pipefail
export SDL_AUDIODRIVER=disk
# shellcheck source=Tests/EndToEnd/window.bash
source "$(dirname "${BASH_SOURCE[0]}")/window.bash"
needs wat2wasm python3
export SDL_DISKAUDIOFILE=$work/raw
here=$root/Tests/EndToEnd
tone=$work/tone.wasm
wat2wasm "$here/tone.wat" -o "$tone" || exit 1

start_tone() { # [OPTION...]
  rm -f "$work/raw" "$work/wav"
  "$glowjar" run "$tone" --wav "$work/wav" "$@" > "$work/out" 2> "$work/err" &
  app=$!
  until_true find_window && xdotool windowfocus --sync "$window" || return 1
}
plays() { start_tone "$@" && until_true has_bytes "$work/raw" 60000; }
has_bytes() { [ "$(stat -c %s "$1" 2> /dev/null || echo 0)" -gt "$2" ]; }
more() { until_true has_bytes "$1" $(($(stat -c %s "$1") + ${2:-60000})); }
listen() { python3 "$here/listen.py" "$@"; }
is() { # WHAT LOWEST HIGHEST: the number on standard input lies in the range
  local number
  read -r number || return 1
  [ "$number" -ge "$2" ] && [ "$number" -le "$3" ] || { echo "  $1: $number, not $2 to $3"; return 1; }
}

quit() { kill -TERM "$app" && leaves_with 0; }

sounds() {
  plays && more "$work/wav" 200000 && quit || return 1
  listen hertz "$work/raw" | is hertz 440 442 || return 1
  listen peak "$work/raw" | is peak 16382 16384 || return 1
  listen pairs "$work/wav" | is pairs 50000 1000000 || return 1
  # Sample by sample what the recording has, up to the last moments.
  listen same "$work/raw" "$work/wav" | is same $(($(listen pairs "$work/wav") - 1100)) 1000000
}
check "the device gets the cart's samples, and so does the recording" sounds

is_less_loud() {
  plays --volume 50 && quit || return 1
  listen peak "$work/raw" | is peak 4090 4096 || return 1
  listen peak "$work/wav" | is "peak of the recording" 16382 16384
}
check "--volume 50 is a quarter of the samples, and the whole of them in the recording" is_less_loud

starts_mute() {
  plays --mute && quit || return 1
  listen peak "$work/raw" | is peak 0 0 || return 1
  listen peak "$work/wav" | is "peak of the recording" 16382 16384
}
check "--mute is silence" starts_mute

turns_down() {
  plays || return 1
  shot before
  press minus; shot notice
  differs before notice || { echo "  no notice"; return 1; }
  press minus minus minus minus
  more "$work/raw"; : > "$work/raw"; more "$work/raw" 120000
  press m
  sleep 0.3; more "$work/raw" 90000
  local heard
  heard=$(stat -c %s "$work/raw")
  quit || return 1
  # The disk driver goes on where it was, so that the file begins with a hole.
  tail -c 60000 "$work/raw" | head -c 40000 > "$work/end"
  listen peak "$work/end" | is "peak after M" 0 0 || return 1
  listen peak "$work/raw" | is "peak at half the volume" 4090 4096
}
check "keys turn the sound down and off, and a notice tells it" turns_down

keeps_silent_in_menu() {
  plays || return 1
  press Escape; sleep 0.4
  local before after
  before=$(stat -c %s "$work/wav")
  more "$work/raw" 90000
  after=$(stat -c %s "$work/wav")
  [ "$before" = "$after" ] || { echo "  the recording goes on in the menu"; return 1; }
  shot menu; press m; shot muted
  differs menu muted || { echo "  the menu does not tell the volume"; return 1; }
  press m Escape
  more "$work/raw"
  quit || return 1
  listen gap "$work/raw" | is "silence in the menu" 400 20000 || return 1
  listen gap "$work/wav" | is "gap in the recording" 0 1
}
check "the menu is silent, and the sound goes on where it was" keeps_silent_in_menu

survives_late_frames() {
  plays || return 1
  for _ in 1 2 3 4; do press x; sleep 0.2; done
  more "$work/raw"
  quit || return 1
  listen gap "$work/raw" | is "gap" 0 1
}
check "late frames leave no gap in the sound" survives_late_frames

is_silent_after_crash() {
  plays && press z && sleep 1.5 && more "$work/raw" || return 1
  press q
  leaves_with 134 || return 1
  listen tail "$work/raw" | is "silence after the crash" 200 20000 || return 1
  listen pairs "$work/wav" | is pairs 10000 1000000 || return 1
  listen tail "$work/wav" | is "silence in the recording" 0 1
}
check "a crash is silent, and the recording's header right" is_silent_after_crash

survives_interrupt() {
  plays && kill -INT "$app" && leaves_with 130 && listen pairs "$work/wav" | is pairs 10000 1000000 || return 1
  plays && kill -KILL "$app" && { wait "$app" 2> /dev/null; app=; } && listen pairs "$work/wav" | is pairs 10000 1000000
}
check "SIGINT and SIGKILL leave a recording with the right header" survives_interrupt

plays_without_device() {
  SDL_AUDIODRIVER=nothing start_tone && until_true has_bytes "$work/wav" 300000 || return 1
  quit || return 1
  [ "$(grep -c '^glowjar: warning: no sound: ' "$work/err")" -eq 1 ] || { echo "  not said once"; return 1; }
  [ ! -e "$work/raw" ] && listen hertz "$work/wav" | is hertz 440 442
}
check "without a device it plays on, says so once, and still records" plays_without_device

records_headless() {
  "$glowjar" run "$tone" --headless --frames 90 --wav "$work/wav" --json > "$work/out" 2> "$work/err" || return 1
  listen pairs "$work/wav" | is pairs $((90 * 735)) $((90 * 735)) || return 1
  grep -q "\"audio\" : \"$(listen sha256 "$work/wav")\"" "$work/out" || { echo "  another hash"; return 1; }
  printf '60 buttons=S\n' > "$work/keys"
  "$glowjar" run "$tone" --headless --frames 90 --wav "$work/wav" --input "$work/keys" > "$work/out" 2> "$work/err"
  [ $? -eq 134 ] && listen pairs "$work/wav" | is pairs $((59 * 735)) $((59 * 735))
}
check "a headless run records what its hash tells, up to a crash" records_headless

stands_still_in_consoles_menu() {
  # The menu opens as its button goes down, and closes when that comes up for the second time.
  printf '20-22 buttons=M\n50-52 buttons=M\n' > "$work/keys"
  "$glowjar" run "$tone" --headless --frames 90 --wav "$work/wav" --input "$work/keys" > "$work/out" 2> "$work/err" || return 1
  listen gap "$work/wav" | is "silence in the menu" 549 551 || return 1
  listen tail "$work/wav" | is "silence afterwards" 0 1
}
check "the sound stands still while the console's own menu is open" stands_still_in_consoles_menu

refuses() { # STATUS LINE OPTION...
  local wanted=$1 line=$2 code=0
  shift 2
  "$glowjar" run "$tone" "$@" > "$work/out" 2> "$work/err" || code=$?
  [ $code -eq "$wanted" ] && grep -q "$line" "$work/err" || { echo "  status $code"; cat "$work/err"; return 1; }
}
refuses_nonsense() {
  refuses 64 "volume goes from 0 to 100" --volume 101 || return 1
  refuses 64 "does not go with --headless" --headless --frames 1 --mute || return 1
  refuses 73 "^glowjar: error: $work/no/wav: no such file" --headless --frames 1 --wav "$work/no/wav" || return 1
  refuses 74 "^glowjar: error: /dev/full: no space left" --headless --frames 1 --wav /dev/full
}
check "a bad volume and a recording that cannot be made get one line and their status" refuses_nonsense

close_checks
