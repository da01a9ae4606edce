// What every kernel shares: `run(n)` does n rounds of work and returns a checksum, the same on every machine. No kernel
// keeps anything between two runs.
#ifndef KERNEL_H
#define KERNEL_H

#include <stddef.h>
#include <stdint.h>

#ifdef __wasm__
#define RUN __attribute__((export_name("run"))) int32_t run(int32_t n)
#else
#define RUN __attribute__((visibility("default"))) int32_t run(int32_t n)
#endif
#define NOINLINE __attribute__((noinline))

static inline uint32_t mix(uint32_t hash, uint32_t value) { return (hash ^ value) * 16777619u; }

static inline uint32_t next_random(uint32_t *state) {
    uint32_t x = *state;
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return *state = x;
}

#endif
