# What all end-to-end tests share: the program under test, a folder for what it leaves, and checks that are counted.
#
# Is sourced, with the program as $GLOWJAR; scripts end with `close_checks`, and leave with status 77 if they cannot run here.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
: "${GLOWJAR:?names the program under test}"
glowjar=$(realpath "$GLOWJAR")
crash=$root/roms/crash/crash.wasm

needs() { # PROGRAM...
  local program
  for program in "$@"; do
    command -v "$program" > /dev/null || { echo "skipped: no $program: tools/setup test" >&2; exit 77; }
  done
}

work=$(mktemp -d)
chmod 755 "$work"
# No saves, dumps or settings of the user are touched.
export XDG_STATE_HOME=$work/state XDG_CONFIG_HOME=$work/config XDG_DATA_HOME=$work/data
export XDG_PICTURES_DIR=$work/pictures
app= helper=
finish() {
  [ -z "$app" ] || kill -KILL "$app" 2> /dev/null
  [ -z "$helper" ] || kill "$helper" 2> /dev/null
  chmod -R u+w "$work"
  rm -rf "$work"
}
trap finish EXIT
passed=0 failed=0
: > "$work/err"

# Tries a command until it succeeds, for ten seconds.
until_true() {
  local end=$((SECONDS + 10))
  until "$@"; do
    [ $SECONDS -lt $end ] || return 1
    sleep 0.05
  done
}

ended() { [ -z "$app" ] || ! kill -0 "$app" 2> /dev/null; }
status() { until_true ended || { echo "  it does not end"; kill -KILL "$app"; }; wait "$app"; local code=$?; app=; return $code; }
leaves_with() { local code=0; status || code=$?; [ $code -eq "$1" ] || { echo "  exit status $code, not $1"; return 1; }; }
stop() { [ -z "$app" ] || { kill -TERM "$app" 2> /dev/null; status; } || true; }

check() { # NAME FUNCTION [ARGUMENT...]
  local name=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
    echo "ok: $name"
  else
    failed=$((failed + 1))
    echo "NOT OK: $name"
    sed 's/^/  stderr: /' "$work/err" | head -20
    keep_pictures
  fi
  stop
}
# Tests of the window leave what they saw where $KEEP says.
keep_pictures() { :; }

close_checks() {
  echo "$passed passed, $failed failed"
  [ $failed -eq 0 ]
}
