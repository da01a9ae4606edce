// Counts words in text and finds its extremes, sixteen bytes at a time.
#include "vectors.h"

enum { BYTES = 65536 };

static u8x16 text[BYTES / 16];

RUN {
    uint32_t seed = 12345, hash = 0;
    for (int32_t i = 0; i < BYTES / 16; i++) {
        for (int32_t k = 0; k < 16; k++) text[i][k] = (uint8_t)(next_random(&seed) % 96 + 32);
    }
    for (int32_t round = 0; round < n; round++) {
        u8x16 least = (u8x16){0} - 1, most = {0}, last = {0};
        uint32_t words = 0;
        uint8_t wanted = (uint8_t)(32 + round % 32);
        for (int32_t i = 0; i < BYTES / 16; i++) {
            u8x16 v = text[i];
            u8x16 gap = (u8x16)(v <= (u8x16){0} + wanted);
            u8x16 before = __builtin_shufflevector(last, gap, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30);
            u8x16 starts = before & ~gap & 1;
            words += sum_lanes((u32x4)starts) * 0x01010101u >> 24;
            last = gap;
            least = __builtin_elementwise_min(least, v | gap);
            most = __builtin_elementwise_max(most, v & ~gap);
        }
        hash = mix(hash, words + sum_lanes((u32x4)(least ^ most)));
    }
    return (int32_t)hash;
}
