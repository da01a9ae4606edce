// The other shape of fib: one recursive call and a loop.
#include "kernel.h"

NOINLINE static uint32_t fib(uint32_t n) {
    uint32_t sum = 0;
    for (; n >= 2; n -= 2) sum += fib(n - 1);
    return sum + n;
}

RUN { return (int32_t)fib((uint32_t)n); }
