// Fills and copies of 64 bytes to 64 KiB by the bulk memory instructions.
#include "kernel.h"

enum { SIZE = 65536 };

static uint8_t from[SIZE], to[SIZE];

RUN {
    for (int32_t i = 0; i < SIZE; i++) from[i] = (uint8_t)(i * 13), to[i] = 0;
    uint32_t hash = 2166136261u;
    for (int32_t round = 0; round < n; round++) {
        size_t size = (size_t)64 << (round % 11);
        size_t place = (size_t)(round * 7) % (SIZE - size + 1);
        __builtin_memcpy(to + place, from, size);
        __builtin_memset(from + place, round & 255, size / 2);
        __builtin_memmove(from, from + place / 2, size / 4);
        hash = mix(hash, to[(place + size) / 2] + from[size / 8]);
    }
    return (int32_t)hash;
}
