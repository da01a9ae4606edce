// Transforms points by a 4 x 4 matrix and scales them to unit length.
#include "vectors.h"

enum { POINTS = 2048 };

static f32x4 points[POINTS], moved[POINTS];

static f32x4 splat(float v) { return (f32x4){v, v, v, v}; }

static void transform(const f32x4 m[4]) {
    for (int32_t i = 0; i < POINTS; i++) {
        f32x4 p = points[i];
        f32x4 r = m[0] * splat(p[0]) + m[1] * splat(p[1]) + m[2] * splat(p[2]) + m[3] * splat(p[3]);
        f32x4 square = r * r;
        float length = __builtin_sqrtf(square[0] + square[1] + square[2] + 1);
        moved[i] = r / splat(length);
    }
}

RUN {
    uint32_t seed = 12345;
    for (int32_t i = 0; i < POINTS; i++) {
        for (int32_t k = 0; k < 3; k++) points[i][k] = (float)(next_random(&seed) & 0xFFFF) / 256 - 128;
        points[i][3] = 1;
    }
    f32x4 sum = {0};
    for (int32_t round = 0; round < n; round++) {
        float s = (float)(round & 63) / 64, c = 1 - s * s;
        f32x4 m[4] = {{c, s, 0, 0}, {-s, c, 0, 0}, {0, 0, 1, 0}, {s, c, 2, 1}};
        transform(m);
        sum += moved[round % POINTS];
    }
    u32x4 bits = (u32x4)sum;
    return (int32_t)sum_lanes(bits);
}
