// The Mandelbrot set, four points at a time, until all have left.
#include "vectors.h"

enum { SIZE = 128, LIMIT = 200 };

RUN {
    uint32_t hash = 0;
    for (int32_t round = 0; round < n; round++) {
        float scale = 3.0f / SIZE / (float)(1 + (round & 7));
        u32x4 total = {0};
        for (int32_t y = 0; y < SIZE; y++) {
            for (int32_t x = 0; x < SIZE; x += 4) {
                f32x4 cx = (f32x4){(float)x, (float)(x + 1), (float)(x + 2), (float)(x + 3)} * scale - 2.0f;
                f32x4 cy = (f32x4){(float)y, (float)y, (float)y, (float)y} * scale - 1.5f;
                f32x4 zx = {0}, zy = {0};
                i32x4 count = {0};
                for (int32_t i = 0; i < LIMIT; i++) {
                    f32x4 xx = zx * zx, yy = zy * zy;
                    i32x4 inside = xx + yy <= 4.0f;
                    if (!(inside[0] | inside[1] | inside[2] | inside[3])) break;
                    count -= inside;
                    zy = zx * zy * 2.0f + cy;
                    zx = xx - yy + cx;
                }
                total += (u32x4)count;
            }
        }
        hash = mix(hash, sum_lanes(total));
    }
    return (int32_t)hash;
}
