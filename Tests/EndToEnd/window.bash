# What the end-to-end tests of the window share: a display with a window manager, the program in it, and looks at what it shows.
#
# Is sourced, by scripts that want a display of their own (tools/test gives one by xvfb-run) and the program as $GLOWJAR; leaves
# them with status 77 if they cannot run here.
# shellcheck source=Tests/EndToEnd/checks.bash
source "$(dirname "${BASH_SOURCE[0]}")/checks.bash"
needs xdotool xprop import identify compare openbox wmctrl xclip
[ -n "${DISPLAY:-}" ] || { echo "skipped: no display" >&2; exit 77; }

export SDL_AUDIODRIVER=${SDL_AUDIODRIVER:-dummy}
openbox > /dev/null 2>&1 &
helper=$!

# A window that is mapped while the manager takes over the screen may never be shown.
has_manager() { xprop -root _NET_SUPPORTING_WM_CHECK | grep -q 'window id'; }
until_true has_manager || { echo "skipped: openbox does not start" >&2; exit 77; }

find_window() { window=$(xdotool search --onlyvisible --class Glowjar 2> /dev/null | tail -1) && [ -n "$window" ]; }

start() { # CART [OPTION...]
  "$glowjar" run "$@" > "$work/out" 2> "$work/err" &
  app=$!
  until_true find_window && until_true has_picture
}
start_from_pipe() { # FILE [OPTION...]
  local file=$1
  shift
  { head -c 2000 "$file"; sleep 0.2; tail -c +2001 "$file"; } | "$glowjar" run - "$@" > "$work/out" 2> "$work/err" &
  app=$!
  until_true find_window && until_true has_picture
}

# A window that has gone is something to click at for import.
shot() { timeout 10 import -window "$window" "$work/$1.png" 2> /dev/null; }
pixel() { identify -format "%[pixel:p{$2,$3}]" "$work/$1.png"; }
size() { identify -format '%wx%h' "$work/$1.png"; }
difference() { compare -metric AE "$work/$1.png" "$work/$2.png" null: 2>&1; }
differs() { local count; count=$(difference "$1" "$2"); [ "${count%%.*}" != 0 ]; }
has_picture() { shot probe && [ "$(identify -format '%k' "$work/probe.png")" -gt 1 ]; }

# Keys are held for a few frames, since a cart looks once a frame.
press() { for key in "$@"; do xdotool keydown "$key"; sleep 0.08; xdotool keyup "$key"; sleep 0.08; done; }

# Whether line N of the crash cart's menu is highlighted, in a window of scale 3.
highlights() { shot menu && [ "$(pixel menu 22 $((3 * (22 + 9 * $1))))" = "srgb(88,36,88)" ]; }
# The title's ground, in the upper left corner.
shows_crash() { shot crash && [ "$(pixel crash 5 5)" = "srgb(168,30,55)" ]; }
# How many pixels of a shot, or of a part of it, have a colour.
count_color() { # FILE[GEOMETRY] RRGGBB
  identify -verbose "$work/$1" | awk -v color="#$2" 'index($0, color) && $1 + 0 > count { count = $1 + 0 } END { print count + 0 }'
}
# A menu: many pixels of the colour of what is highlighted, and no title of a crash.
shows_panel() {
  shot panel && [ "$(pixel panel 5 5)" != "srgb(168,30,55)" ] &&
    [ "$(count_color panel.png FFC857)" -gt 3000 ]
}
# Whether the window looks as in an earlier shot now, or no longer.
looks_like() { shot now && ! differs "$1" now; }
looks_unlike() { shot now && differs "$1" now; }

keep_pictures() { [ -z "${KEEP:-}" ] || { mkdir -p "$KEEP"; ended || shot last; cp "$work"/*.png "$KEEP"; }; }

# Starts way N of the crash cart to crash.
choose_way() { local push; for ((push = 0; push < $1; push++)); do press Down; done; press z; }
