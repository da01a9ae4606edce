// Single-precision vectors passed as structures: square root, division, products; a ray tracer of spheres.
#include "kernel.h"

typedef struct { float x, y, z; } Vector;
typedef struct { Vector center; float radius; } Sphere;

enum { SPHERES = 9, SIZE = 64 };

static Vector sum(Vector a, Vector b) { return (Vector){a.x + b.x, a.y + b.y, a.z + b.z}; }
static Vector difference(Vector a, Vector b) { return (Vector){a.x - b.x, a.y - b.y, a.z - b.z}; }
static Vector scaled(Vector a, float by) { return (Vector){a.x * by, a.y * by, a.z * by}; }
static float dot(Vector a, Vector b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
static Vector unit(Vector a) { return scaled(a, 1.0f / __builtin_sqrtf(dot(a, a))); }

NOINLINE static float hit(const Sphere *sphere, Vector from, Vector along) {
    Vector to = difference(from, sphere->center);
    float b = dot(to, along), c = dot(to, to) - sphere->radius * sphere->radius;
    float inside = b * b - c;
    if (inside < 0) return -1;
    return -b - __builtin_sqrtf(inside);
}

NOINLINE static float shade(const Sphere *spheres, Vector from, Vector along) {
    float light = 0, weight = 1;
    for (int32_t bounce = 0; bounce < 3; bounce++) {
        int32_t nearest = -1;
        float best = 1e9f;
        for (int32_t i = 0; i < SPHERES; i++) {
            float distance = hit(&spheres[i], from, along);
            if (distance > 0.001f && distance < best) {
                best = distance;
                nearest = i;
            }
        }
        if (nearest < 0) return light + weight * (0.5f + 0.5f * along.y);
        from = sum(from, scaled(along, best));
        Vector normal = unit(difference(from, spheres[nearest].center));
        along = unit(difference(along, scaled(normal, 2 * dot(along, normal))));
        light += weight * 0.2f * (normal.y + 1);
        weight *= 0.6f;
    }
    return light;
}

RUN {
    uint32_t hash = 2166136261u;
    Sphere spheres[SPHERES];
    for (int32_t frame = 0; frame < n; frame++) {
        for (int32_t i = 0; i < SPHERES; i++) {
            float x = (float)(i % 3) - 1, y = (float)(i / 3) - 1;
            spheres[i] = (Sphere){{x, y, 3 + 0.1f * (float)((frame + i) % 7)}, 0.45f};
        }
        for (int32_t y = 0; y < SIZE; y++) {
            for (int32_t x = 0; x < SIZE; x++) {
                Vector along = {(float)x / SIZE - 0.5f, (float)y / SIZE - 0.5f, 0.8f};
                float light = shade(spheres, (Vector){0, 0, 0}, unit(along));
                hash = mix(hash, (uint32_t)(light * 255.0f));
            }
        }
    }
    return (int32_t)hash;
}
