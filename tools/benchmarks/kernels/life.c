// Conway's life, a byte a cell.
#include "kernel.h"

enum { WIDTH = 128, HEIGHT = 96 };

static uint8_t cells[2][HEIGHT][WIDTH];

NOINLINE static void step(uint8_t (*from)[WIDTH], uint8_t (*to)[WIDTH]) {
    for (int32_t y = 0; y < HEIGHT; y++) {
        int32_t above = (y + HEIGHT - 1) % HEIGHT, below = (y + 1) % HEIGHT;
        for (int32_t x = 0; x < WIDTH; x++) {
            int32_t left = (x + WIDTH - 1) & (WIDTH - 1), right = (x + 1) & (WIDTH - 1);
            int32_t neighbors = from[above][left] + from[above][x] + from[above][right] + from[y][left] +
                                from[y][right] + from[below][left] + from[below][x] + from[below][right];
            to[y][x] = neighbors == 3 || (neighbors == 2 && from[y][x]);
        }
    }
}

RUN {
    uint32_t seed = 8, hash = 2166136261u;
    for (int32_t y = 0; y < HEIGHT; y++) {
        for (int32_t x = 0; x < WIDTH; x++) cells[0][y][x] = next_random(&seed) % 3 == 0;
    }
    for (int32_t i = 0; i < n; i++) step(cells[i & 1], cells[~i & 1]);
    for (int32_t y = 0; y < HEIGHT; y++) {
        for (int32_t x = 0; x < WIDTH; x++) hash = mix(hash, cells[n & 1][y][x]);
    }
    return (int32_t)hash;
}
