// The Firefly Zero host interface for carts in C: every function that Glowjar links, as the console names it.
//
// Colours are palette index + 1 (BLACK is 1); NONE (0) means "do not draw" for fills and strokes.
// The screen is 240 x 160, y grows downward; the pad's y grows upward. A cart exports any of
// boot, update, render, handle_menu and before_exit: see EXPORT.
#ifndef FIREFLY_H
#define FIREFLY_H

#include <stdbool.h>
#include <stdint.h>

#define HOST(module, name) __attribute__((import_module(#module), import_name(#name)))

/// Marks a function as one of the cart's callbacks: `EXPORT(update) void update(void) { ... }`.
#define EXPORT(name) __attribute__((export_name(#name)))

enum { SCREEN_WIDTH = 240, SCREEN_HEIGHT = 160 };

typedef enum {
    NONE, BLACK, PURPLE, RED, ORANGE, YELLOW, LIGHT_GREEN, GREEN, DARK_GREEN,
    DARK_BLUE, BLUE, LIGHT_BLUE, CYAN, WHITE, LIGHT_GRAY, GRAY, DARK_GRAY,
} Color;

// graphics

HOST(graphics, clear_screen) void clear_screen(int32_t color);
HOST(graphics, set_color) void set_color(uint32_t index, uint32_t r, uint32_t g, uint32_t b);
HOST(graphics, set_canvas) void set_canvas(void *image, uint32_t size);
HOST(graphics, unset_canvas) void unset_canvas(void);
HOST(graphics, draw_point) void draw_point(int32_t x, int32_t y, int32_t color);
HOST(graphics, draw_line)
void draw_line(int32_t x1, int32_t y1, int32_t x2, int32_t y2, int32_t color, uint32_t width);
HOST(graphics, draw_rect)
void draw_rect(
    int32_t x, int32_t y, uint32_t w, uint32_t h, int32_t fill, int32_t stroke, uint32_t width);
HOST(graphics, draw_rounded_rect)
void draw_rounded_rect(
    int32_t x, int32_t y, uint32_t w, uint32_t h, uint32_t corner_w, uint32_t corner_h,
    int32_t fill, int32_t stroke, uint32_t width);
/// `x` and `y` are the top left corner of the circle's box, here and for ellipse, arc and sector.
HOST(graphics, draw_circle)
void draw_circle(
    int32_t x, int32_t y, uint32_t diameter, int32_t fill, int32_t stroke, uint32_t width);
HOST(graphics, draw_ellipse)
void draw_ellipse(
    int32_t x, int32_t y, uint32_t w, uint32_t h, int32_t fill, int32_t stroke, uint32_t width);
HOST(graphics, draw_triangle)
void draw_triangle(
    int32_t x1, int32_t y1, int32_t x2, int32_t y2, int32_t x3, int32_t y3,
    int32_t fill, int32_t stroke, uint32_t width);
/// Angles in radians: 0 points right, a positive sweep turns clockwise.
HOST(graphics, draw_arc)
void draw_arc(
    int32_t x, int32_t y, uint32_t diameter, float start, float sweep,
    int32_t fill, int32_t stroke, uint32_t width);
HOST(graphics, draw_sector)
void draw_sector(
    int32_t x, int32_t y, uint32_t diameter, float start, float sweep,
    int32_t fill, int32_t stroke, uint32_t width);
HOST(graphics, draw_qr)
void draw_qr(
    const char *text, uint32_t length, int32_t x, int32_t y, int32_t black, int32_t white);
/// `y` is the baseline of the first line.
HOST(graphics, draw_text)
void draw_text(
    const char *text, uint32_t length, const void *font, uint32_t font_size,
    int32_t x, int32_t y, int32_t color);
HOST(graphics, draw_image)
void draw_image(const void *image, uint32_t size, int32_t x, int32_t y);
HOST(graphics, draw_sub_image)
void draw_sub_image(
    const void *image, uint32_t size, int32_t x, int32_t y,
    int32_t sub_x, int32_t sub_y, uint32_t sub_w, uint32_t sub_h);
HOST(graphics, draw_sub_tile)
void draw_sub_tile(
    const void *image, uint32_t size, int32_t x, int32_t y, int32_t w, int32_t h,
    int32_t sub_x, int32_t sub_y, uint32_t sub_w, uint32_t sub_h);
HOST(graphics, draw_nine_slice)
void draw_nine_slice(
    const void *image, uint32_t size, int32_t x, int32_t y, int32_t w, int32_t h,
    int32_t mid_x, int32_t mid_y, uint32_t mid_w, uint32_t mid_h);

// input

enum { BUTTON_S = 1, BUTTON_E = 2, BUTTON_W = 4, BUTTON_N = 8, BUTTON_MENU = 16 };
enum { PAD_UNTOUCHED = 0xFFFF, COMBINED = 255 };

HOST(input, read_pad) uint32_t read_pad(uint32_t peer);
HOST(input, read_buttons) uint32_t read_buttons(uint32_t peer);

typedef struct {
    bool touched;
    int32_t x, y;  // -1000...1000, y up
} Pad;

static inline Pad get_pad(void) {
    uint32_t bits = read_pad(COMBINED);
    if (bits == PAD_UNTOUCHED) return (Pad){false, 0, 0};
    return (Pad){true, (int16_t)(bits >> 16), (int16_t)bits};
}

// audio: a tree of nodes, mixed in 44,100 frames a second
//
// Node 0 is the speaker. add_* makes a child of `parent` and returns its number, 0 if there is no
// room: 4 children a node, 31 nodes. A node's number changes when one with a lower number is cleared
// away. Frequencies are in Hz, times in frames; a modulator moves parameter `param` of its node from
// `low` to `high`.

enum { SPEAKER = 0, SAMPLE_RATE = 44100 };

HOST(audio, add_sine) uint32_t add_sine(uint32_t parent, float frequency, float phase);
HOST(audio, add_square) uint32_t add_square(uint32_t parent, float frequency, float phase);
HOST(audio, add_sawtooth) uint32_t add_sawtooth(uint32_t parent, float frequency, float phase);
HOST(audio, add_triangle) uint32_t add_triangle(uint32_t parent, float frequency, float phase);
HOST(audio, add_noise) uint32_t add_noise(uint32_t parent, int32_t seed);
HOST(audio, add_file) uint32_t add_file(uint32_t parent, const char *name, uint32_t length);
HOST(audio, add_empty) uint32_t add_empty(uint32_t parent);
HOST(audio, add_zero) uint32_t add_zero(uint32_t parent);
HOST(audio, add_mix) uint32_t add_mix(uint32_t parent);
HOST(audio, add_all_for_one) uint32_t add_all_for_one(uint32_t parent);
HOST(audio, add_gain) uint32_t add_gain(uint32_t parent, float level);
HOST(audio, add_loop) uint32_t add_loop(uint32_t parent);
HOST(audio, add_concat) uint32_t add_concat(uint32_t parent);
HOST(audio, add_pan) uint32_t add_pan(uint32_t parent, float place);
HOST(audio, add_mute) uint32_t add_mute(uint32_t parent);
HOST(audio, add_pause) uint32_t add_pause(uint32_t parent);
HOST(audio, add_track_position) uint32_t add_track_position(uint32_t parent);
HOST(audio, add_low_pass) uint32_t add_low_pass(uint32_t parent, float frequency, float q);
HOST(audio, add_high_pass) uint32_t add_high_pass(uint32_t parent, float frequency, float q);
HOST(audio, add_take_left) uint32_t add_take_left(uint32_t parent);
HOST(audio, add_take_right) uint32_t add_take_right(uint32_t parent);
HOST(audio, add_swap) uint32_t add_swap(uint32_t parent);
HOST(audio, add_clip) uint32_t add_clip(uint32_t parent, float low, float high);
HOST(audio, mod_linear)
void mod_linear(
    uint32_t node, uint32_t param, float low, float high, uint32_t start, uint32_t end);
HOST(audio, mod_hold)
void mod_hold(uint32_t node, uint32_t param, float low, float high, uint32_t time);
/// All times count from the start of the node.
HOST(audio, mod_adsr)
void mod_adsr(
    uint32_t node, uint32_t param, float low, float high, uint32_t attack, uint32_t decay,
    uint32_t sustain, float sustain_level, uint32_t release);
HOST(audio, mod_square)
void mod_square(uint32_t node, uint32_t param, float low, float high, uint32_t period);
HOST(audio, mod_sawtooth)
void mod_sawtooth(uint32_t node, uint32_t param, float low, float high, uint32_t period);
/// The only one with the frequency before the range.
HOST(audio, mod_sine)
void mod_sine(uint32_t node, uint32_t param, float frequency, float low, float high);
HOST(audio, set_param) void set_param(uint32_t node, uint32_t param, float value);
HOST(audio, reset) void reset_node(uint32_t node);
HOST(audio, reset_all) void reset_nodes(uint32_t node);
/// Removes everything below `node`.
HOST(audio, clear) void clear_node(uint32_t node);

// misc, menu, net, stats

HOST(misc, log_debug) void log_debug(const char *text, uint32_t length);
HOST(misc, log_error) void log_error(const char *text, uint32_t length);
HOST(misc, set_seed) void set_seed(uint32_t seed);
HOST(misc, get_random) uint32_t get_random(void);
HOST(misc, get_name) uint32_t get_name(uint32_t peer, char *name);  // writes at most 16 bytes
HOST(misc, get_settings) uint64_t get_settings(uint32_t peer);
HOST(misc, restart) void restart(void);
HOST(misc, quit) void quit(void);
HOST(misc, set_peers) void set_peers(uint32_t peers);  // for the console's own connector only
/// The player's choice goes to `handle_menu(index)`.
HOST(menu, add_menu_item) void add_menu_item(uint32_t index, const char *text, uint32_t length);
HOST(menu, remove_menu_item) void remove_menu_item(uint32_t index);
HOST(menu, open_menu) void open_menu(void);
HOST(net, get_me) uint32_t get_me(void);
HOST(net, get_peers) uint32_t get_peers(void);
/// At most 80 bytes, written when the cart ends.
HOST(net, save_stash) void save_stash(uint32_t peer, const void *buffer, uint32_t size);
HOST(net, load_stash) uint32_t load_stash(uint32_t peer, void *buffer, uint32_t size);
/// Badges and boards count from 1. Returns what is done in the upper half, the goal in the lower.
HOST(stats, add_progress) uint32_t add_progress(uint32_t peer, uint32_t badge, int32_t value);
/// Returns the best score.
HOST(stats, add_score) int32_t add_score(uint32_t peer, uint32_t board, int32_t value);

// fs: files of the ROM directory first, then the cart's own saved files

HOST(fs, get_file_size) uint32_t get_file_size(const char *name, uint32_t length);
HOST(fs, load_file)
uint32_t load_file(const char *name, uint32_t length, void *buffer, uint32_t size);
HOST(fs, dump_file)
uint32_t dump_file(const char *name, uint32_t length, const void *buffer, uint32_t size);
HOST(fs, remove_file) void remove_file(const char *name, uint32_t length);
// Older names of the first two.
HOST(fs, get_rom_file_size) uint32_t get_rom_file_size(const char *name, uint32_t length);
HOST(fs, load_rom_file)
uint32_t load_rom_file(const char *name, uint32_t length, void *buffer, uint32_t size);

// What clang may call without being asked: a cart has no C library.

static inline uint32_t text_length(const char *text) {
    uint32_t length = 0;
    while (text[length]) length++;
    return length;
}

#endif
