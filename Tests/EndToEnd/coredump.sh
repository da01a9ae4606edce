#!/usr/bin/env bash
# Coredumps where the disk does not play along, and beside those of wasmtime.
#
# Wants the program as $GLOWJAR. Closes with a line "N passed, N failed"; exit status 77 if it cannot run here.
set -uo pipefail
# shellcheck source=Tests/EndToEnd/checks.bash
source "$(dirname "${BASH_SOURCE[0]}")/checks.bash"

# Crashes with a dump at FOLDER/core.wasm.
invoke() { "$glowjar" invoke "$crash" crash_read --unknown-imports trap --coredump "$1/core.wasm" 2> "$work/err" > /dev/null; }
tells_crash() { grep -q 'crash_read: out of bounds memory access' "$work/err" && grep -q '#0  read_item' "$work/err"; }
is_empty() { [ -z "$(ls -A "$1")" ]; }

writes_privately() {
  local folder=$work/plain
  mkdir "$folder"
  (umask 0; invoke "$folder")
  [ $? -eq 134 ] && tells_crash && [ "$(ls -A "$folder")" = core.wasm ] && [ "$(stat -c %a "$folder/core.wasm")" = 600 ]
}
check "a dump is written for its owner alone, and nothing beside it" writes_privately

replaces_old() {
  local folder=$work/old
  mkdir "$folder"
  echo old > "$folder/core.wasm"
  invoke "$folder"
  [ "$(ls -A "$folder")" = core.wasm ] && tools/coredump show "$folder/core.wasm" > /dev/null
}
check "a dump takes the place of an older file" replaces_old

# Files may have no byte; the report goes to a pipe, which is no file.
survives_size_limit() {
  local folder=$work/limited message status
  mkdir "$folder"
  message=$(ulimit -f 0; "$glowjar" invoke "$crash" crash_read --unknown-imports trap --coredump "$folder/core.wasm" 2>&1)
  status=$?
  echo "$message" > "$work/err"
  [ $status -eq 73 ] && tells_crash && grep -q 'core.wasm: .*ile too large' "$work/err" && is_empty "$folder"
}
check "where the file may not grow, the crash is still told and no half file stays" survives_size_limit

keeps_old_file() {
  local folder=$work/kept
  mkdir "$folder"
  echo old > "$folder/core.wasm"
  (ulimit -f 0; "$glowjar" invoke "$crash" crash_read --unknown-imports trap --coredump "$folder/core.wasm" 2>&1) | cat > "$work/err"
  tells_crash && [ "$(cat "$folder/core.wasm")" = old ] && [ "$(ls -A "$folder")" = core.wasm ]
}
check "where the file may not grow, the older file stays" keeps_old_file

survives_size_limit_in_play() {
  local message status
  printf '30 buttons=S\n' > "$work/keys"
  message=$(ulimit -f 0; XDG_STATE_HOME=$work/state "$glowjar" run "$crash" --headless --frames 60 --input "$work/keys" 2>&1)
  status=$?
  echo "$message" > "$work/err"
  [ $status -eq 134 ] && grep -q '^coredump  not written: .*ile too large' "$work/err" && grep -q '^[> ] #0  ' "$work/err" \
    && [ -z "$(find "$work/state" -name 'core*')" ]
}
check "a cart's crash is told where its dump cannot be written" survives_size_limit_in_play

# A small file system of our own, where that can be had.
if unshare -rm true 2> /dev/null; then
  survives_full_disk() {
    local folder=$work/full
    mkdir "$folder"
    export glowjar crash folder
    unshare -rm bash -c 'mount -t tmpfs -o size=8k none "$folder" && head -c 7000 /dev/zero > "$folder/other" \
      && { "$glowjar" invoke "$crash" crash_read --unknown-imports trap --coredump "$folder/core.wasm" 2>&1; echo "status $?"; \
           echo "files $(ls -A "$folder")"; }' > "$work/err"
    grep -q 'status 73' "$work/err" && tells_crash && grep -q 'core.wasm: no space left on device' "$work/err" \
      && grep -qx 'files other' "$work/err"
  }
  check "on a full disk the crash is told and no half file stays" survives_full_disk

  survives_read_only_disk() {
    local folder=$work/fixed
    mkdir "$folder"
    export glowjar crash folder
    unshare -rm bash -c 'mount -t tmpfs -o ro none "$folder" \
      && { "$glowjar" invoke "$crash" crash_read --unknown-imports trap --coredump "$folder/core.wasm" 2>&1; echo "status $?"; }' \
      > "$work/err"
    grep -q 'status 73' "$work/err" && tells_crash && grep -q 'core.wasm: read-only file system' "$work/err"
  }
  check "on a read-only disk the crash is told" survives_read_only_disk
else
  echo "skipped: no file systems of our own (unshare -rm)"
fi

# Permissions do not bind root.
survives_read_only_folder() {
  local folder=$work/locked status
  local -a user=()
  mkdir "$folder"
  chmod 555 "$folder"
  [ "$(id -u)" -ne 0 ] || user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
  cp "$glowjar" "$crash" "$work" && chmod 755 "$work/glowjar" && chmod 644 "$work/crash.wasm"
  "${user[@]}" "$work/glowjar" invoke "$work/crash.wasm" crash_read --unknown-imports trap --coredump "$folder/core.wasm" \
    2> "$work/err" > /dev/null
  status=$?
  [ $status -eq 73 ] && tells_crash && grep -q 'core.wasm: permission denied' "$work/err" && is_empty "$folder"
}
if [ "$(id -u)" -ne 0 ] || setpriv --reuid=65534 --regid=65534 --clear-groups test -r "$work"; then
  check "in a read-only folder the crash is told" survives_read_only_folder
else
  echo "skipped: a read-only folder: nobody else can read $work"
fi

# Python packages that cannot be had are no failure of ours.
equals_wasmtime() {
  tools/coredump compare --glowjar "$glowjar"
  case $? in
    0) return 0 ;;
    69) echo "skipped: tools/coredump compare"; return 0 ;;
    *) return 1 ;;
  esac
}
check "dumps equal wasmtime's of the same crashes" equals_wasmtime

close_checks
