// SHA-256 (FIPS 180-4) over a kilobyte: 32-bit arithmetic that wants many registers.
#include "kernel.h"

// The first 32 bits of the fractional parts of the cube roots of the first 64 primes, worked out once.
static uint32_t constants[64];
static uint8_t message[1024];

static void make_constants(void) {
    int32_t count = 0;
    for (uint32_t prime = 2; count < 64; prime++) {
        int32_t is_prime = 1;
        for (uint32_t i = 2; i * i <= prime; i++) is_prime &= prime % i != 0;
        if (!is_prime) continue;
        double root = 1;
        for (int32_t i = 0; i < 60; i++) root -= (root * root * root - prime) / (3 * root * root);
        constants[count++] = (uint32_t)(uint64_t)((root - __builtin_floor(root)) * 4294967296.0);
    }
}

static uint32_t rotate(uint32_t x, int32_t by) { return x >> by | x << (32 - by); }

NOINLINE static void block(uint32_t state[8], const uint8_t *bytes) {
    uint32_t w[64];
    for (int32_t i = 0; i < 16; i++) {
        const uint8_t *p = bytes + 4 * i;
        w[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
    }
    for (int32_t i = 16; i < 64; i++) {
        uint32_t s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3;
        uint32_t s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10;
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    for (int32_t i = 0; i < 64; i++) {
        uint32_t s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
        uint32_t t1 = h + s1 + ((e & f) ^ (~e & g)) + constants[i] + w[i];
        uint32_t s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
        uint32_t t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
        h = g;
        g = f;
        f = e;
        e = d + t1;
        d = c;
        c = b;
        b = a;
        a = t1 + t2;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
}

RUN {
    make_constants();
    for (int32_t i = 0; i < 1024; i++) message[i] = (uint8_t)(i * 7 + 3);
    uint32_t state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    for (int32_t round = 0; round < n; round++) {
        for (int32_t at = 0; at < 1024; at += 64) block(state, message + at);
    }
    return (int32_t)(state[0] ^ state[7]);
}
