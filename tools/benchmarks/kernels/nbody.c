// Five bodies and their gravity, double precision, in an array of structures.
#include "kernel.h"

typedef struct { double x, y, z, vx, vy, vz, mass; } Body;

enum { BODIES = 5 };

static Body bodies[BODIES];

NOINLINE static void advance(double step) {
    for (int32_t i = 0; i < BODIES; i++) {
        Body *a = &bodies[i];
        for (int32_t j = i + 1; j < BODIES; j++) {
            Body *b = &bodies[j];
            double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
            double square = dx * dx + dy * dy + dz * dz + 0.01;
            double force = step / (square * __builtin_sqrt(square));
            a->vx -= dx * b->mass * force;
            a->vy -= dy * b->mass * force;
            a->vz -= dz * b->mass * force;
            b->vx += dx * a->mass * force;
            b->vy += dy * a->mass * force;
            b->vz += dz * a->mass * force;
        }
    }
    for (int32_t i = 0; i < BODIES; i++) {
        bodies[i].x += step * bodies[i].vx;
        bodies[i].y += step * bodies[i].vy;
        bodies[i].z += step * bodies[i].vz;
    }
}

RUN {
    for (int32_t i = 0; i < BODIES; i++) {
        double place = (double)i;
        bodies[i] = (Body){place * 1.7 - 3, 2 - place * place * 0.3, place * 0.4, 0.1 * place, 0.3 - 0.1 * place,
                           0.05, 1.0 + place * 0.5};
    }
    for (int32_t i = 0; i < n; i++) advance(0.001);
    double energy = 0;
    for (int32_t i = 0; i < BODIES; i++) {
        Body *b = &bodies[i];
        energy += 0.5 * b->mass * (b->vx * b->vx + b->vy * b->vy + b->vz * b->vz) + b->x + b->y + b->z;
    }
    uint64_t bits;
    __builtin_memcpy(&bits, &energy, sizeof bits);
    return (int32_t)(bits ^ bits >> 32);
}
