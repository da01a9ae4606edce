# What the end-to-end tests of recordings and crashes share: runs with their status, the folder of a crash, the way from it to a case.
#
# Is sourced, after checks.bash or window.bash.
needs python3 wat2wasm wasm-objdump sha256sum identify
here=$root/Tests/EndToEnd
cd "$work" || exit 1

run() { # STATUS COMMAND...: the status is as wanted
  local wanted=$1 code=0
  shift
  timeout 60 "$@" > "$work/out" 2> "$work/err" || code=$?
  [ $code -eq "$wanted" ] || { echo "  status $code, not $wanted: $*"; sed 's/^/  /' "$work/out"; return 1; }
}
says() { grep -qE -- "$1" "$work/out" "$work/err" || { echo "  nothing says: $1"; sed 's/^/  /' "$work/out"; return 1; }; }
bundle() { echo "$XDG_STATE_HOME"/glowjar/crashes/*/*; }

is_whole() { # BUNDLE CART
  local name
  for name in core.wasm report.txt report.json last.png input.replay cart.sha256; do
    [ -s "$1/$name" ] || { echo "  no $name"; return 1; }
  done
  [ "$(identify -format '%wx%h' "$1/last.png")" = 240x160 ] && wasm-objdump -h "$1/core.wasm" | grep -q '"core"' \
    && [ "$(cut -d ' ' -f 1 "$1/cart.sha256")" = "$(sha256sum < "$2" | cut -d ' ' -f 1)" ] \
    && python3 -c 'import json, sys; r = json.load(open(sys.argv[1])); assert r["kind"] and r["frame"] and r["coredump"]' "$1/report.json" \
    && grep -q '^> #0 ' "$1/report.txt"
}

mended() { sed "s/(i32.div_u (global.get \$x) (i32.const 0))/(i32.sub (global.get \$x) (i32.const 1))/" "$here/game.wat" | wat2wasm - -o game.wasm; }
mends() { # BUNDLE: from the folder of a crash to the case that passes
  run 0 "$glowjar" test --from-crash "$1" --output cases && [ -f "$(cat out)" ] || return 1
  run 1 "$glowjar" test cases && says 'the cart crashed in update, frame [0-9]+: ' || return 1
  [ "$(tail -n 1 out)" = "0 passed, 1 failed" ] || return 1
  mended && run 0 "$glowjar" test cases && [ "$(tail -n 1 out)" = "1 passed, 0 failed" ]
}
