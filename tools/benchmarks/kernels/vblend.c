// Blends rows of RGBA pixels by their alpha, sixteen bytes at a time.
#include "vectors.h"

enum { PIXELS = 16384 };

static u8x16 under[PIXELS / 4], over[PIXELS / 4];

static u16x8 wide(u8x8 v) { return __builtin_convertvector(v, u16x8); }

static u8x16 blend(u8x16 a, u8x16 b) {
    u8x16 alpha = __builtin_shufflevector(b, b, 3, 3, 3, 3, 7, 7, 7, 7, 11, 11, 11, 11, 15, 15, 15, 15);
    u16x8 low = wide(__builtin_shufflevector(alpha, alpha, 0, 1, 2, 3, 4, 5, 6, 7));
    u16x8 high = wide(__builtin_shufflevector(alpha, alpha, 8, 9, 10, 11, 12, 13, 14, 15));
    u16x8 a0 = wide(__builtin_shufflevector(a, a, 0, 1, 2, 3, 4, 5, 6, 7));
    u16x8 a1 = wide(__builtin_shufflevector(a, a, 8, 9, 10, 11, 12, 13, 14, 15));
    u16x8 b0 = wide(__builtin_shufflevector(b, b, 0, 1, 2, 3, 4, 5, 6, 7));
    u16x8 b1 = wide(__builtin_shufflevector(b, b, 8, 9, 10, 11, 12, 13, 14, 15));
    u8x16 l = (u8x16)((b0 * low + a0 * (255 - low)) >> 8), h = (u8x16)((b1 * high + a1 * (255 - high)) >> 8);
    return __builtin_shufflevector(l, h, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
}

RUN {
    uint32_t seed = 12345;
    for (int32_t i = 0; i < PIXELS / 4; i++) {
        for (int32_t k = 0; k < 16; k++) {
            under[i][k] = (uint8_t)next_random(&seed);
            over[i][k] = (uint8_t)next_random(&seed);
        }
    }
    for (int32_t round = 0; round < n; round++) {
        for (int32_t i = 0; i < PIXELS / 4; i++) under[i] = blend(under[i], over[(i + round) % (PIXELS / 4)]);
    }
    u32x4 hash = {0};
    for (int32_t i = 0; i < PIXELS / 4; i++) hash = hash * 31 + (u32x4)under[i];
    return (int32_t)sum_lanes(hash);
}
