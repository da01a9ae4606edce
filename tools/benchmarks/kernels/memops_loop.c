// The same kind of work by plain loops over words; natively the compiler calls the C library instead.
#include "kernel.h"

enum { SIZE = 16384 };

static uint32_t from[SIZE], to[SIZE];

NOINLINE static void copy(uint32_t *restrict out, const uint32_t *restrict in, int32_t size) {
    for (int32_t i = 0; i < size; i++) out[i] = in[i];
}

NOINLINE static void clear(uint32_t *out, int32_t size) {
    for (int32_t i = 0; i < size; i++) out[i] = 0;
}

RUN {
    for (int32_t i = 0; i < SIZE; i++) from[i] = (uint32_t)i * 2654435761u, to[i] = 0;
    uint32_t hash = 2166136261u;
    for (int32_t round = 0; round < n; round++) {
        int32_t size = 16 << (round % 11);
        int32_t place = (round * 7) % (SIZE - size + 1);
        copy(to + place, from, size);
        clear(from + place, size / 8);
        from[round % SIZE] = hash;
        hash = mix(hash, to[place + size / 2] + from[size / 8]);
    }
    return (int32_t)hash;
}
