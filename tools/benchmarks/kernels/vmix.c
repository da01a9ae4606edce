// Mixes voices of 16-bit samples with volumes and saturation.
#include "vectors.h"

enum { SAMPLES = 4096, VOICES = 8 };

static i16x8 voices[VOICES][SAMPLES / 8], out[SAMPLES / 8];

static i16x8 scaled(i16x8 v, int32_t volume) {
    i32x4 low = __builtin_convertvector(__builtin_shufflevector(v, v, 0, 1, 2, 3), i32x4) * volume >> 8;
    i32x4 high = __builtin_convertvector(__builtin_shufflevector(v, v, 4, 5, 6, 7), i32x4) * volume >> 8;
    return __builtin_shufflevector((i16x8)low, (i16x8)high, 0, 2, 4, 6, 8, 10, 12, 14);
}

RUN {
    uint32_t seed = 12345, hash = 0;
    for (int32_t v = 0; v < VOICES; v++) {
        for (int32_t i = 0; i < SAMPLES / 8; i++) {
            for (int32_t k = 0; k < 8; k++) voices[v][i][k] = (int16_t)next_random(&seed);
        }
    }
    for (int32_t round = 0; round < n; round++) {
        for (int32_t i = 0; i < SAMPLES / 8; i++) out[i] = (i16x8){0};
        for (int32_t v = 0; v < VOICES; v++) {
            int32_t volume = (round * 7 + v * 31) & 255;
            for (int32_t i = 0; i < SAMPLES / 8; i++) {
                out[i] = __builtin_elementwise_add_sat(out[i], scaled(voices[v][i], volume));
            }
        }
        hash = mix(hash, sum_lanes((u32x4)out[round % (SAMPLES / 8)]));
    }
    return (int32_t)hash;
}
