// Primes: a sieve of bytes and one of bits.
#include "kernel.h"

enum { LIMIT = 200000 };

static uint8_t bytes[LIMIT];
static uint32_t bits[LIMIT / 32 + 1];

NOINLINE static int32_t count_bytes(void) {
    for (int32_t i = 0; i < LIMIT; i++) bytes[i] = 1;
    int32_t count = 0;
    for (int32_t i = 2; i < LIMIT; i++) {
        if (!bytes[i]) continue;
        count++;
        for (int32_t j = 2 * i; j < LIMIT; j += i) bytes[j] = 0;
    }
    return count;
}

NOINLINE static int32_t count_bits(void) {
    for (int32_t i = 0; i <= LIMIT / 32; i++) bits[i] = 0;
    int32_t count = 0;
    for (int32_t i = 2; i < LIMIT; i++) {
        if (bits[i >> 5] >> (i & 31) & 1) continue;
        count++;
        for (int32_t j = 2 * i; j < LIMIT; j += i) bits[j >> 5] |= 1u << (j & 31);
    }
    return count;
}

RUN {
    uint32_t hash = 2166136261u;
    for (int32_t i = 0; i < n; i++) hash = mix(mix(hash, (uint32_t)count_bytes()), (uint32_t)count_bits());
    return (int32_t)hash;
}
