// Entities with a table of functions each: three indirect calls an entity and tick.
#include "kernel.h"

typedef struct Entity Entity;

typedef struct {
    void (*think)(Entity *);
    void (*move)(Entity *);
    uint32_t (*draw)(const Entity *);
} Kind;

struct Entity {
    const Kind *kind;
    int32_t x, y, dx, dy;
    uint32_t state;
};

enum { ENTITIES = 512 };

static Entity entities[ENTITIES];

static void think_wander(Entity *e) {
    next_random(&e->state);
    e->dx = (int32_t)(e->state & 3) - 1;
}
static void think_chase(Entity *e) {
    e->dx = e->x < 120 ? 1 : -1;
    e->dy = e->y < 80 ? 1 : -1;
}
static void think_rest(Entity *e) { e->state += 1; }
static void move_plain(Entity *e) {
    e->x += e->dx;
    e->y += e->dy;
}
static void move_wrap(Entity *e) {
    e->x = (e->x + e->dx) & 255;
    e->y = (e->y + e->dy) & 255;
}
static void move_bounce(Entity *e) {
    if (e->x < 0 || e->x > 240) e->dx = -e->dx;
    if (e->y < 0 || e->y > 160) e->dy = -e->dy;
    e->x += e->dx;
    e->y += e->dy;
}
static uint32_t draw_dot(const Entity *e) { return (uint32_t)(e->x ^ e->y); }
static uint32_t draw_box(const Entity *e) { return (uint32_t)(e->x * 3 + e->y); }

static const Kind kinds[5] = {
    {think_wander, move_wrap, draw_dot},   {think_chase, move_plain, draw_box}, {think_rest, move_bounce, draw_dot},
    {think_wander, move_bounce, draw_box}, {think_chase, move_wrap, draw_dot},
};

RUN {
    uint32_t seed = 5, hash = 2166136261u;
    for (int32_t i = 0; i < ENTITIES; i++) {
        uint32_t r = next_random(&seed);
        entities[i] = (Entity){&kinds[r % 5], (int32_t)(r >> 8 & 127), (int32_t)(r >> 16 & 127), 1, -1, r};
    }
    for (int32_t tick = 0; tick < n; tick++) {
        for (int32_t i = 0; i < ENTITIES; i++) {
            Entity *e = &entities[i];
            e->kind->think(e);
            e->kind->move(e);
            hash += e->kind->draw(e);
        }
        hash = mix(hash, (uint32_t)tick);
    }
    return (int32_t)hash;
}
