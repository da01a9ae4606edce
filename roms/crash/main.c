// Crash: every way a cart can fail, one a menu line, each from nested and inlined functions.
// Pad up and down choose, S triggers. From the start, line N is reached by N presses of down: see roms/README.md.
// Every way is also an export of its own, crash_..., for calls without a console.
#include "../sdk/c/firefly.h"
#include "font.h"

enum { PAD_THRESHOLD = 300, PAGE_BYTES = 65536 };

#define NESTED __attribute__((noinline))
#define INLINED static inline __attribute__((always_inline))

/// Keeps the optimiser from knowing a value.
INLINED int32_t unknown(int32_t value) {
    __asm__ volatile("" : "+r"(value));
    return value;
}

static volatile int32_t sink;

// Memory: the item lies far beyond the end of memory.

INLINED int32_t *item_in_chest(int32_t index) {
    return (int32_t *)(uintptr_t)unknown((int32_t)(__builtin_wasm_memory_size(0) * PAGE_BYTES) + index * 4);
}

NESTED static int32_t read_item(int32_t index) { return *item_in_chest(index); }

NESTED static void write_item(int32_t index, int32_t item) { *item_in_chest(index) = item; }

NESTED static void open_chest(int32_t index) { sink = read_item(index) + 1; }

NESTED static void fill_chest(int32_t index) {
    write_item(index, 7);
    sink = index;
}

NESTED static void sweep_floor(uint32_t length) {
    __builtin_memset((void *)16, 0, (uint32_t)unknown((int32_t)length));
    sink = 1;
}

EXPORT(crash_read) void crash_read(void) { open_chest(3); }
EXPORT(crash_write) void crash_write(void) { fill_chest(5); }
EXPORT(crash_fill) void crash_fill(void) { sweep_floor(0x7FFFFFFF); }

// Control: a state that cannot be.

INLINED void assert_awake(int32_t awake) {
    if (!awake) __builtin_unreachable();
}

NESTED static void wake_dragon(int32_t awake) {
    if (!unknown(awake)) __builtin_trap();
    assert_awake(awake);
    sink = awake;
}

EXPORT(crash_unreachable) void crash_unreachable(void) {
    wake_dragon(0);
    sink = 2;
}

// Integers

INLINED int32_t share(int32_t gold, int32_t heads) { return gold / unknown(heads); }

NESTED static int32_t split_gold(int32_t gold, int32_t heads) { return share(gold, heads) + 1; }

NESTED static int64_t count_stars(int64_t stars, int32_t skies) { return stars % unknown(skies) + 1; }

EXPORT(crash_divide) void crash_divide(void) { sink = split_gold(100, 0) + 1; }
EXPORT(crash_remainder) void crash_remainder(void) { sink = (int32_t)count_stars(1000, 0) + 1; }
EXPORT(crash_overflow) void crash_overflow(void) { sink = split_gold(unknown(INT32_MIN), -1) + 1; }

// Conversions

INLINED int32_t whole(float value) { return __builtin_wasm_trunc_s_i32_f32(value); }

NESTED static int32_t measure_depth(float depth) { return whole(depth) + 1; }

EXPORT(crash_convert_nan) void crash_convert_nan(void) { sink = measure_depth(__builtin_nanf("")) + 1; }
EXPORT(crash_convert_range) void crash_convert_range(void) { sink = measure_depth(3e9f) + 1; }

// Indirect calls

typedef int32_t (*Spell)(int32_t);

NESTED static int32_t cast_spell(Spell spell, int32_t power) { return spell(power) + 1; }

static void wrong_spell(void) { sink = 3; }

EXPORT(crash_call_null) void crash_call_null(void) { sink = cast_spell((Spell)(uintptr_t)unknown(0), 1) + 1; }
EXPORT(crash_call_type) void crash_call_type(void) {
    void (*volatile spell)(void) = wrong_spell;
    sink = cast_spell((Spell)(uintptr_t)spell, 2) + 1;
}
EXPORT(crash_call_bounds) void crash_call_bounds(void) {
    sink = cast_spell((Spell)(uintptr_t)unknown(1000000), 3) + 1;
}

// The stack and time

static int32_t descend(int32_t depth);

NESTED static int32_t take_stairs(int32_t depth) { return descend(depth + 1) + unknown(depth); }

NESTED static int32_t descend(int32_t depth) {
    if (unknown(depth) < 0) return 0;
    return take_stairs(depth) + unknown(depth);
}

NESTED static void wait_for_dawn(void) {
    while (unknown(1)) sink++;
}

EXPORT(crash_recursion) void crash_recursion(void) { sink = descend(0) + 1; }
EXPORT(crash_loop) void crash_loop(void) {
    wait_for_dawn();
    sink = 4;
}

// The host: not a trap but a line in the log; the cart goes on.

NESTED static void whisper(uint32_t address) {
    log_debug((const char *)(uintptr_t)unknown((int32_t)address), 64);
    draw_text("hello", 5, 0, 0, 10, 10, WHITE);
    sink = 5;
}

EXPORT(host_error) void host_error(void) { whisper(0xFFFFFF00u); }

// The menu

typedef struct {
    const char *title;
    void (*trigger)(void);
} Way;

static const Way ways[] = {
    {"read out of bounds", crash_read},
    {"write out of bounds", crash_write},
    {"fill out of bounds", crash_fill},
    {"unreachable", crash_unreachable},
    {"divide by zero", crash_divide},
    {"remainder by zero", crash_remainder},
    {"integer overflow", crash_overflow},
    {"convert NaN to integer", crash_convert_nan},
    {"convert 3e9 to integer", crash_convert_range},
    {"indirect call to null", crash_call_null},
    {"indirect call, wrong type", crash_call_type},
    {"indirect call, out of table", crash_call_bounds},
    {"endless recursion", crash_recursion},
    {"endless loop", crash_loop},
    {"host error (no crash)", host_error},
};
enum { WAYS = sizeof ways / sizeof ways[0] };

static int32_t chosen, survived;
static int32_t held_direction;
static uint32_t held_buttons;

static void text(const char *words, int32_t x, int32_t y, Color color) {
    draw_text(words, text_length(words), glow_font, sizeof glow_font, x, y, color);
}

static void move_choice(void) {
    Pad pad = get_pad();
    int32_t direction = pad.y > PAD_THRESHOLD ? -1 : pad.y < -PAD_THRESHOLD ? 1 : 0;
    if (direction && direction != held_direction) chosen = (chosen + direction + WAYS) % WAYS;
    held_direction = direction;
}

NESTED static void run_way(const Way *way) {
    way->trigger();
    survived++;
}

EXPORT(update) void update(void) {
    move_choice();
    uint32_t buttons = read_buttons(COMBINED), pressed = buttons & ~held_buttons;
    held_buttons = buttons;
    if (pressed & BUTTON_S) run_way(&ways[chosen]);
}

EXPORT(render) void render(void) {
    clear_screen(BLACK);
    text("Crash: pad chooses, S triggers", 6, 10, YELLOW);
    for (int32_t i = 0; i < WAYS; i++) {
        int32_t y = 24 + 9 * i;
        if (i == chosen) draw_rect(4, y - 7, SCREEN_WIDTH - 8, 9, PURPLE, NONE, 0);
        text(ways[i].title, 18, y, i == chosen ? WHITE : LIGHT_GRAY);
    }
    if (survived) text("logged", 168, 24 + 9 * (WAYS - 1), LIGHT_GREEN);
}
