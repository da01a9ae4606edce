// ChaCha20 blocks, a row of the state a vector.
#include "vectors.h"

#define ROTATE(v, k) ((v) << (k) | (v) >> (32 - (k)))

static void quarters(u32x4 *a, u32x4 *b, u32x4 *c, u32x4 *d) {
    *a += *b, *d = ROTATE(*d ^ *a, 16);
    *c += *d, *b = ROTATE(*b ^ *c, 12);
    *a += *b, *d = ROTATE(*d ^ *a, 8);
    *c += *d, *b = ROTATE(*b ^ *c, 7);
}

RUN {
    u32x4 key = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574}, low = {1, 2, 3, 4}, high = {5, 6, 7, 8};
    u32x4 sum = {0};
    for (int32_t block = 0; block < n; block++) {
        u32x4 counter = {(uint32_t)block, 9, 10, 11};
        u32x4 a = key, b = low, c = high, d = counter;
        for (int32_t round = 0; round < 10; round++) {
            quarters(&a, &b, &c, &d);
            b = __builtin_shufflevector(b, b, 1, 2, 3, 0);
            c = __builtin_shufflevector(c, c, 2, 3, 0, 1);
            d = __builtin_shufflevector(d, d, 3, 0, 1, 2);
            quarters(&a, &b, &c, &d);
            b = __builtin_shufflevector(b, b, 3, 0, 1, 2);
            c = __builtin_shufflevector(c, c, 2, 3, 0, 1);
            d = __builtin_shufflevector(d, d, 1, 2, 3, 0);
        }
        sum ^= (a + key) ^ (b + low) ^ (c + high) ^ (d + counter);
    }
    return (int32_t)sum_lanes(sum);
}
