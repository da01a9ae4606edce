// Products of single-precision matrices, 64 x 64.
#include "kernel.h"

enum { SIZE = 64 };

static float a[SIZE][SIZE], b[SIZE][SIZE], c[SIZE][SIZE];

NOINLINE static void multiply(void) {
    for (int32_t i = 0; i < SIZE; i++) {
        for (int32_t j = 0; j < SIZE; j++) c[i][j] = 0;
        for (int32_t k = 0; k < SIZE; k++) {
            float left = a[i][k];
            for (int32_t j = 0; j < SIZE; j++) c[i][j] += left * b[k][j];
        }
    }
}

RUN {
    for (int32_t i = 0; i < SIZE; i++) {
        for (int32_t j = 0; j < SIZE; j++) {
            a[i][j] = (float)((i * 7 + j * 3) % 11) * 0.125f;
            b[i][j] = (float)((i * 5 + j * 2) % 13) * 0.0625f - 0.25f;
        }
    }
    uint32_t hash = 2166136261u;
    for (int32_t round = 0; round < n; round++) {
        multiply();
        a[round % SIZE][(round * 3) % SIZE] = c[(round * 5) % SIZE][round % SIZE] * 0.001f;
        hash = mix(hash, (uint32_t)(int32_t)(c[round % SIZE][(round * 7) % SIZE] * 16.0f));
    }
    return (int32_t)hash;
}
