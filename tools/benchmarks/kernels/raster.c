// Fills triangles with a depth test and half-transparent blending, by edge functions.
#include "kernel.h"

enum { WIDTH = 256, HEIGHT = 192, TRIANGLES = 64 };

static uint32_t pixels[WIDTH * HEIGHT];
static uint16_t depths[WIDTH * HEIGHT];

typedef struct { int32_t x, y, z; } Vertex;

static int32_t edge(Vertex a, Vertex b, int32_t x, int32_t y) {
    return (b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x);
}

static int32_t least(int32_t a, int32_t b) { return a < b ? a : b; }
static int32_t most(int32_t a, int32_t b) { return a > b ? a : b; }

static uint32_t blend(uint32_t under, uint32_t over) {
    return ((under & 0xFEFEFE) >> 1) + ((over & 0xFEFEFE) >> 1);
}

NOINLINE static void fill(Vertex a, Vertex b, Vertex c, uint32_t color) {
    int32_t area = edge(a, b, c.x, c.y);
    if (area == 0) return;
    if (area < 0) {
        Vertex swap = b;
        b = c;
        c = swap;
        area = -area;
    }
    int32_t left = most(0, least(a.x, least(b.x, c.x))), right = least(WIDTH - 1, most(a.x, most(b.x, c.x)));
    int32_t top = most(0, least(a.y, least(b.y, c.y))), bottom = least(HEIGHT - 1, most(a.y, most(b.y, c.y)));
    for (int32_t y = top; y <= bottom; y++) {
        int32_t wa = edge(b, c, left, y), wb = edge(c, a, left, y), wc = edge(a, b, left, y);
        for (int32_t x = left; x <= right; x++) {
            if ((wa | wb | wc) >= 0) {
                int32_t z = (int32_t)(((int64_t)wa * a.z + (int64_t)wb * b.z + (int64_t)wc * c.z) / area);
                int32_t at = y * WIDTH + x;
                if (z < depths[at]) {
                    depths[at] = (uint16_t)z;
                    pixels[at] = blend(pixels[at], color);
                }
            }
            wa += b.y - c.y;
            wb += c.y - a.y;
            wc += a.y - b.y;
        }
    }
}

RUN {
    uint32_t seed = 12345, hash = 2166136261u;
    for (int32_t frame = 0; frame < n; frame++) {
        for (int32_t i = 0; i < WIDTH * HEIGHT; i++) {
            pixels[i] = 0x202020;
            depths[i] = 0xFFFF;
        }
        for (int32_t i = 0; i < TRIANGLES; i++) {
            Vertex v[3];
            int32_t cx = (int32_t)(next_random(&seed) % WIDTH), cy = (int32_t)(next_random(&seed) % HEIGHT);
            for (int32_t k = 0; k < 3; k++) {
                v[k].x = cx + (int32_t)(next_random(&seed) % 90) - 45;
                v[k].y = cy + (int32_t)(next_random(&seed) % 90) - 45;
                v[k].z = (int32_t)(next_random(&seed) & 0xFFFF);
            }
            fill(v[0], v[1], v[2], next_random(&seed) & 0xFFFFFF);
        }
        for (int32_t i = 0; i < WIDTH * HEIGHT; i += 97) hash = mix(hash, pixels[i]);
    }
    return (int32_t)hash;
}
