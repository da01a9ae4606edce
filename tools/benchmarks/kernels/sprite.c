// Blits a sprite of two pixels a byte, with a transparent colour, into a frame buffer of the same packing.
#include "kernel.h"

enum { WIDTH = 240, HEIGHT = 160, SPRITE = 16, SPRITES = 200, TRANSPARENT = 5 };

static uint8_t frame[WIDTH * HEIGHT / 2];
static uint8_t sheet[SPRITE * SPRITE / 2];

static void plot(int32_t x, int32_t y, uint32_t color) {
    if ((uint32_t)x >= WIDTH || (uint32_t)y >= HEIGHT) return;
    uint8_t *at = &frame[(y * WIDTH + x) / 2];
    *at = x & 1 ? (uint8_t)((*at & 0x0F) | color << 4) : (uint8_t)((*at & 0xF0) | color);
}

NOINLINE static void blit(int32_t left, int32_t top) {
    for (int32_t y = 0; y < SPRITE; y++) {
        for (int32_t x = 0; x < SPRITE; x += 2) {
            uint32_t pair = sheet[(y * SPRITE + x) / 2];
            if (pair >> 4 != TRANSPARENT) plot(left + x, top + y, pair >> 4);
            if ((pair & 15) != TRANSPARENT) plot(left + x + 1, top + y, pair & 15);
        }
    }
}

RUN {
    uint32_t seed = 99, hash = 2166136261u;
    for (int32_t i = 0; i < SPRITE * SPRITE / 2; i++) sheet[i] = (uint8_t)next_random(&seed);
    for (int32_t tick = 0; tick < n; tick++) {
        for (int32_t i = 0; i < WIDTH * HEIGHT / 2; i++) frame[i] = 0;
        for (int32_t i = 0; i < SPRITES; i++) {
            int32_t x = (int32_t)(next_random(&seed) % (WIDTH + SPRITE)) - SPRITE;
            int32_t y = (int32_t)(next_random(&seed) % (HEIGHT + SPRITE)) - SPRITE;
            blit(x, y);
        }
        for (int32_t i = 0; i < WIDTH * HEIGHT / 2; i += 41) hash = mix(hash, frame[i]);
    }
    return (int32_t)hash;
}
