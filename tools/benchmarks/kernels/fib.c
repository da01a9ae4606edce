// Calls, both recursive: fib(n).
#include "kernel.h"

NOINLINE static int32_t fib(int32_t n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

RUN { return fib(n); }
