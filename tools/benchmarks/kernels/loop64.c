// 64-bit arithmetic: multiplication, division, shifts.
#include "kernel.h"

RUN {
    uint64_t a = 0x123456789ABCDEFull, b = 0x9E3779B97F4A7C15ull, hash = 1469598103934665603ull;
    for (int32_t i = 1; i <= n; i++) {
        a = a * 6364136223846793005ull + 1442695040888963407ull;
        b ^= a >> 17 | a << 47;
        uint64_t divisor = (b & 0xFFFFFFF) | 1;
        hash = (hash ^ (a / divisor)) * 1099511628211ull;
        hash += (uint64_t)((int64_t)b >> 9) % (divisor + 2);
        hash = hash >> 31 ^ hash << 3;
    }
    return (int32_t)(hash ^ hash >> 32);
}
