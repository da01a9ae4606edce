#!/usr/bin/env bash
# ROM files made and read by other programs, and installations that are killed.
#
# Wants the program as $GLOWJAR, bsdtar and zip. Closes with a line "N passed, N failed"; exit status 77 if it cannot run here.
set -uo pipefail
# shellcheck source=Tests/EndToEnd/checks.bash
source "$(dirname "${BASH_SOURCE[0]}")/checks.bash"
needs bsdtar zip
installed=$XDG_DATA_HOME/glowjar/roms

# The hash of a cart's thirtieth picture.
picture() { "$glowjar" run "$1" --headless --frames 30 --hash 30 2> "$work/err" | tail -1; }
refuses() { # WORDS COMMAND...
  local words=$1
  shift
  "$@" > "$work/out" 2> "$work/err"
  [ $? -eq 65 ] && grep -q "$words" "$work/err" && [ "$(wc -l < "$work/err")" -eq 1 ]
}
wanted=$(picture roms/night-catch/rom)

is_read_by_others() {
  (cd "$work" && "$glowjar" export "$root/roms/night-catch/rom") > /dev/null || return 1
  "$glowjar" export roms/night-catch/rom "$work/again.zip" > /dev/null
  cmp -s "$work/glowjar.night-catch.zip" "$work/again.zip" || return 1
  mkdir "$work/unpacked"
  bsdtar -xf "$work/again.zip" -C "$work/unpacked" || return 1
  [ "$(find "$work/unpacked" -type f -perm 755 | wc -l)" -eq 7 ] || return 1
  rm "$work/unpacked/_hash"
  diff -r "$work/unpacked" roms/night-catch/rom
}
check "an exported ROM is unpacked by libarchive, and is the same each time" is_read_by_others

plays_every_form() {
  [ -n "$wanted" ] && [ "$(picture "$work/again.zip")" = "$wanted" ] || return 1
  (cd roms/night-catch/rom && zip -q -X "$work/deflated.zip" ./* && zip -q -X -0 "$work/stored.zip" ./*)
  (cd roms/night-catch/rom && zip -q - ./*) > "$work/streamed.zip"
  local form
  for form in deflated stored streamed; do [ "$(picture "$work/$form.zip")" = "$wanted" ] || return 1; done
  "$glowjar" install "$work/again.zip" > /dev/null && [ "$(picture glowjar.night-catch)" = "$wanted" ]
}
check "a ROM plays the same from zip's archives, ours, and installed" plays_every_form

refuses_tricks() {
  local rom=$work/tricks
  cp -r roms/night-catch/rom "$rom"
  ln -s /etc/passwd "$rom/link"
  (cd "$rom" && zip -q -y "$work/link.zip" ./*)
  rm "$rom/link"
  mkdir "$rom/sub"
  echo x > "$rom/sub/file"
  (cd "$rom" && zip -q -r "$work/folder.zip" ./*)
  rm -r "$rom/sub"
  (cd "$rom" && zip -q -P secret "$work/encrypted.zip" ./*)
  echo outside > "$work/outside"
  (cd "$rom" && zip -q "$work/escape.zip" ./* ../outside)
  head -c 3000000 /dev/zero > "$rom/bomb"
  (cd "$rom" && zip -q "$work/bomb.zip" ./*)
  local trick
  for trick in "link:a link" "folder:a folder" "encrypted:it is encrypted" "escape:no plain file name" "bomb:a zip bomb"; do
    refuses "${trick#*:}" "$glowjar" install "$work/${trick%%:*}.zip" || { echo "${trick%%:*}: $(cat "$work/err")"; return 1; }
  done
  [ "$(ls -A "$installed")" = glowjar ]
}
check "links, folders, encrypted files, paths and bombs are refused, and nothing is written" refuses_tricks

refuses_changed() {
  rm -rf "$work/unpacked"
  mkdir "$work/unpacked"
  bsdtar -xf "$work/again.zip" -C "$work/unpacked"
  printf x >> "$work/unpacked/grass"
  (cd "$work/unpacked" && zip -q "$work/changed.zip" ./*)
  refuses "_hash is not that of the files" "$glowjar" run "$work/changed.zip" --headless --frames 1 \
    && refuses "_hash is not that of the files" "$glowjar" install "$work/changed.zip" \
    && "$glowjar" install --force "$work/changed.zip" > /dev/null
}
check "a changed ROM is refused unless it is forced" refuses_changed

survives_kills() {
  local trial
  for trial in $(seq 60); do
    "$glowjar" install "$work/again.zip" > /dev/null 2>&1 &
    local process=$!
    sleep "0.0$((trial % 10))$((trial / 10))"
    kill -9 $process 2> /dev/null
    wait $process 2> /dev/null
    [ "$(find "$installed/glowjar/night-catch" -type f | wc -l)" -eq 7 ] || return 1
    "$glowjar" list | grep -q "cannot be played" && return 1
  done
  "$glowjar" remove glowjar.night-catch > /dev/null && [ "$("$glowjar" list)" = "" ]
}
check "an installation that is killed leaves the old ROM or the new one" survives_kills

close_checks
