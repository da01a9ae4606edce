// A cart that makes one host call again and again: CALL is the call, COUNT how often a frame makes it.
// `i` counts the calls. Without a CALL only the loop is left, which is what is subtracted.
#include "firefly.h"

// 200 x 150 pixels; the second one with a transparent colour.
static uint8_t opaque[4 + 100 * 150] = {0x22, 200, 0, 255};
static uint8_t clear_image[4 + 100 * 150] = {0x22, 200, 0, 3};
// 96 glyphs of 6 x 8 in one row.
static uint8_t font[7 + 72 * 8] = {0x11, 0, 6, 8, 7, 576 & 255, 576 >> 8};
static const char letters[] = "The quick brown fox jumps over the lazy";
#define LETTERS 39
static volatile int32_t sink;

EXPORT(boot) void boot(void) {
    uint32_t state = 1;
    for (uint32_t i = 4; i < sizeof opaque; i++) {
        state = state * 1664525 + 1013904223;
        opaque[i] = clear_image[i] = state >> 24;
        if (i >= 7 && i < sizeof font) font[i] = state >> 16;
    }
    set_seed(1);
}

EXPORT(update) void update(void) {
    for (int32_t i = 0; i < COUNT; i++) {
        sink = i;
        CALL;
    }
}
