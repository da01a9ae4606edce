#!/usr/bin/env bash
# Saved files: where they are, what a run without a display leaves alone, a disk that does not play along, kills.
#
# Wants the program as $GLOWJAR. Closes with a line "N passed, N failed"; exit status 77 if it cannot run here.
set -uo pipefail
# shellcheck source=Tests/EndToEnd/checks.bash
source "$(dirname "${BASH_SOURCE[0]}")/checks.bash"
needs wat2wasm
export HOME=$work/user
export XDG_DATA_HOME=$HOME/data XDG_CONFIG_HOME=$HOME/config XDG_STATE_HOME=$HOME/state
mkdir -p "$XDG_CONFIG_HOME/glowjar"
cart=$work/saver.wasm
wat2wasm Tests/EndToEnd/saver.wat -o "$cart"

run() { # FRAMES [OPTION...]
  local frames=$1
  shift
  timeout 60 "$glowjar" run "$cart" --headless --frames "$frames" "$@" > "$work/out" 2> "$work/err"
}
frame() { od -An -tu4 -N4 "$1/modules/saver/etc/slot" | tr -d ' '; }

touches_nothing() {
  run 3 && [ -z "$(find "$HOME" -type f)" ] && ! grep -q . "$work/err"
}
check "without a display nothing of the user's is read or written" touches_nothing

keeps_files() {
  run 3 --data "$work/mine" && [ "$(frame "$work/mine")" = 3 ] || return 1
  run 4 --data "$work/mine" && [ "$(frame "$work/mine")" = 7 ] || return 1
  [ "$(cd "$work/mine/modules/saver" && find . -type f | sort | tr '\n' ' ')" = "./etc/once ./etc/slot ./stats " ] &&
    [ -z "$(find "$HOME" -type f)" ]
}
check "with --data a cart finds what it saved" keeps_files

is_private() {
  run 1 --data "$work/private" && [ -z "$(find "$work/private" -type f ! -perm 600)" ] &&
    [ -z "$(find "$work/private" -mindepth 1 -type d ! -perm 700)" ]
}
check "saved files are for their owner alone" is_private

# Files may have no byte; what is said goes to a pipe, which is no file.
tells_full_disk() {
  local message
  run 1 --data "$work/full" || return 1
  message=$(ulimit -f 0; "$glowjar" run "$cart" --headless --frames 2 --data "$work/full" 2>&1) || return 1
  echo "$message" > "$work/err"
  grep -q 'error: fs.dump_file: cannot write file' "$work/err" &&
    grep -q 'warning: Not saved: the disk is full' "$work/err" && [ "$(frame "$work/full")" = 1 ]
}
check "a full disk is told, and what was saved stays" tells_full_disk

follows_no_link() {
  mkdir -p "$work/links/modules/saver" "$work/elsewhere"
  ln -s "$work/elsewhere" "$work/links/modules/saver/etc"
  run 2 --data "$work/links" && grep -q 'warning: Not saved: ' "$work/err" && [ -z "$(ls -A "$work/elsewhere")" ]
}
check "a link in the place of a folder is not followed" follows_no_link

tells_settings() {
  printf 'language = "nl"\ncontrast = 3\n' > "$work/settings.toml"
  run 1 --settings "$work/settings.toml" &&
    grep -qxF "glowjar: error: $work/settings.toml:2:1: contrast: it is true or false" "$work/err"
}
check "a settings file with a mistake gives the line, and the cart runs" tells_settings

# A privileged cart that runs demo.other, which saves a file and ends.
make_sudo_carts() {
  local folder=$work/console
  mkdir -p "$folder/roms/demo/first" "$folder/roms/demo/other"
  cat > "$work/first.wat" <<'WAT'
(module
  (import "sudo" "run_app" (func $run (param i32 i32 i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "demoother")
  (func (export "update") (call $run (i32.const 0) (i32.const 4) (i32.const 4) (i32.const 5))))
WAT
  cat > "$work/other.wat" <<'WAT'
(module
  (import "fs" "dump_file" (func $dump (param i32 i32 i32 i32) (result i32)))
  (import "misc" "quit" (func $quit))
  (memory (export "memory") 1)
  (data (i32.const 0) "here")
  (func (export "update")
    (drop (call $dump (i32.const 0) (i32.const 4) (i32.const 0) (i32.const 4)))
    (call $quit)))
WAT
  local name
  for name in first other; do wat2wasm "$work/$name.wat" -o "$folder/roms/demo/$name/_bin"; done
  # App id, app name, author id, author name, launcher, sudo, version.
  printf '\005first\005First\004demo\004Demo\000\001\001' > "$folder/roms/demo/first/_meta"
  printf '\005other\005Other\004demo\004Demo\000\000\001' > "$folder/roms/demo/other/_meta"
}
make_sudo_carts
first=$work/console/roms/demo/first

needs_permission() {
  local code=0
  "$glowjar" run "$first" --headless --frames 1 --data "$work/console" > /dev/null 2> "$work/err" || code=$?
  [ $code -eq 65 ] && grep -q 'import sudo.run_app: .*--allow-sudo' "$work/err"
}
check "a privileged cart does not start without --allow-sudo" needs_permission

asks_for_other() {
  "$glowjar" run "$first" --headless --frames 9 --data "$work/console" --allow-sudo > /dev/null 2> "$work/err" &&
    grep -qx '1 notice: the cart asks for demo.other in its place' "$work/err"
}
check "without a display a run ends where a cart asks for another" asks_for_other

runs_other() {
  local code=0
  [ -n "${DISPLAY:-}" ] || { echo "skipped: no display" >&2; return 0; }
  SDL_AUDIODRIVER=dummy timeout 60 "$glowjar" run "$first" --data "$work/console" --allow-sudo > "$work/out" 2> "$work/err" || code=$?
  [ $code -eq 0 ] && [ "$(cat "$work/console/data/demo/other/etc/here")" = here ] &&
    [ -f "$work/console/data/demo/first/stats" ] && [ -z "$(find "$HOME" -type f)" ]
}
check "in the window the cart that is asked for is played" runs_other

loses_nothing() {
  tools/kill-during-save --trials 20 --glowjar "$glowjar" > "$work/out" 2> "$work/err" && grep '^20 trials, 0 lost' "$work/out"
}
check "nothing is lost where the program is killed while it saves" loses_nothing

close_checks
