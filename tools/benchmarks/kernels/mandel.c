// The Mandelbrot set in double precision.
#include "kernel.h"

RUN {
    uint32_t hash = 2166136261u;
    for (int32_t row = 0; row < n; row++) {
        double ci = (double)row / (double)n * 2.4 - 1.2;
        for (int32_t column = 0; column < n; column++) {
            double cr = (double)column / (double)n * 3.0 - 2.1, r = 0, i = 0;
            int32_t steps = 0;
            while (steps < 200 && r * r + i * i < 4.0) {
                double next = r * r - i * i + cr;
                i = 2 * r * i + ci;
                r = next;
                steps++;
            }
            hash = mix(hash, (uint32_t)steps);
        }
    }
    return (int32_t)hash;
}
