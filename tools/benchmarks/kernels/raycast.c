// Casts rays through a grid in 64-bit fixed point, 16 bits of fraction.
#include "kernel.h"

enum { SIZE = 32, COLUMNS = 240, ONE = 1 << 16 };

static uint8_t walls[SIZE * SIZE];

static int64_t times(int64_t a, int64_t b) { return a * b >> 16; }

NOINLINE static int64_t cast(int64_t x, int64_t y, int64_t dx, int64_t dy) {
    int64_t distance = 0;
    for (int32_t step = 0; step < 512; step++) {
        int64_t column = x >> 16, row = y >> 16;
        if (column < 0 || row < 0 || column >= SIZE || row >= SIZE) break;
        if (walls[row * SIZE + column]) break;
        int64_t to_x = dx > 0 ? ((column + 1) << 16) - x : x - (column << 16) + 1;
        int64_t to_y = dy > 0 ? ((row + 1) << 16) - y : y - (row << 16) + 1;
        int64_t speed_x = dx < 0 ? -dx : dx, speed_y = dy < 0 ? -dy : dy;
        int64_t time_x = (to_x << 16) / (speed_x + 1), time_y = (to_y << 16) / (speed_y + 1);
        int64_t time = (time_x < time_y ? time_x : time_y) + 1;
        x += times(dx, time);
        y += times(dy, time);
        distance += time;
    }
    return distance;
}

RUN {
    uint32_t seed = 4242, hash = 2166136261u;
    for (int32_t i = 0; i < SIZE * SIZE; i++) {
        int32_t x = i % SIZE, y = i / SIZE;
        walls[i] = x == 0 || y == 0 || x == SIZE - 1 || y == SIZE - 1 || next_random(&seed) % 7 == 0;
    }
    walls[16 * SIZE + 16] = 0;
    for (int32_t frame = 0; frame < n; frame++) {
        int64_t turn = frame * 700 % (4 * ONE) - 2 * ONE;
        for (int32_t column = 0; column < COLUMNS; column++) {
            int64_t side = (int64_t)(column - COLUMNS / 2) * ONE / (COLUMNS / 2);
            int64_t dx = times(turn, ONE / 2) + side, dy = ONE - times(turn, side) / 2;
            int64_t distance = cast(16 * ONE + ONE / 2, 16 * ONE + ONE / 2, dx, frame & 1 ? dy : -dy);
            hash = mix(hash, (uint32_t)(distance >> 4));
        }
    }
    return (int32_t)hash;
}
