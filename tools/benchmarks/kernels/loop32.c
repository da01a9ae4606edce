// 32-bit arithmetic: division, remainder, leading and trailing zeros, rotation.
#include "kernel.h"

RUN {
    uint32_t a = 0x12345678, b = 0x9E3779B9, hash = 2166136261u;
    for (int32_t i = 1; i <= n; i++) {
        a = a * 1664525u + 1013904223u;
        b ^= a >> 7 | a << 25;
        uint32_t divisor = (b & 0xFFFF) | 1;
        hash = mix(hash, a / divisor + b % (divisor + 2));
        hash += (uint32_t)__builtin_clz(a | 1) * 31u + (uint32_t)__builtin_ctz(b | 0x80000000u);
        hash ^= (uint32_t)__builtin_popcount(a ^ b) << 11;
    }
    return (int32_t)hash;
}
