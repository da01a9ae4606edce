// What a C library does when an assertion fails, and an assertion that fails in an inlined function.
#define assert(x) ((x) ? (void)0 : __assert_fail(#x, __FILE__, __LINE__, __func__))

static volatile int lives = -1;

__attribute__((noinline, noreturn)) static void abort(void) { __builtin_trap(); }

__attribute__((noinline, noreturn)) void __assert_fail(
    const char *expression, const char *file, int line, const char *function) {
    if (!expression || !file || !line || !function) lives = 0;
    abort();
}

static void hurt(int damage) {
    int left = lives - damage;
    assert(left >= 0 && "no lives left");
}

int crash_assert(void) {
    hurt(3);
    return lives;
}
