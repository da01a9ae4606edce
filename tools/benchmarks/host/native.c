// What drawing costs in C where it is nothing but loops: the screen is 240 x 160 bytes, as the console's own.
#include <stdint.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default"), noinline))

// Visible outside, so that nothing drawn is in vain.
__attribute__((visibility("default"))) uint8_t screen[240 * 160], picture[100 * 150];

EXPORT void fill(int64_t count) {
    for (int64_t i = 0; i < count; i++)
        for (int y = 5; y < 155; y++) memset(screen + y * 240 + 20 + (i & 1), (int)i & 15, 200);
}

EXPORT void circle(int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        int64_t left = 75;
        for (int64_t y = 0; y < 150; y++) {
            int64_t dy = 2 * y - 149;
            while (left > 0 && (2 * left - 151) * (2 * left - 151) + dy * dy < 150 * 150) left--;
            while (left < 75 && (2 * left - 149) * (2 * left - 149) + dy * dy >= 150 * 150) left++;
            memset(screen + (y + 5) * 240 + 45 + left, (int)i & 15, 150 - 2 * left);
        }
    }
}

static void blit(int64_t count, int clear) {
    for (int64_t i = 0; i < count; i++)
        for (int y = 0; y < 150; y++) {
            uint8_t *out = screen + (y + 5) * 240 + 20 + (i & 1);
            const uint8_t *in = picture + y * 100;
            for (int x = 0; x < 100; x++) {
                uint8_t high = in[x] >> 4, low = in[x] & 15;
                if (high != clear) out[2 * x] = high;
                if (low != clear) out[2 * x + 1] = low;
            }
        }
}

EXPORT void opaque_image(int64_t count) { blit(count, 255); }

EXPORT void clear_image(int64_t count) {
    for (uint32_t i = 0, state = 1; i < sizeof picture; i++) picture[i] = (state = state * 1664525 + 1013904223) >> 24;
    blit(count, 3);
}
