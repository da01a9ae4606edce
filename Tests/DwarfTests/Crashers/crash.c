// A small game that crashes on demand: each export that begins with crash_ traps in its own way.
typedef struct Vec {
    int x, y;
} Vec;

typedef enum Mood { CALM, ANGRY = 3, HUNGRY = 7 } Mood;

typedef union Bits {
    unsigned word;
    float number;
} Bits;

typedef struct Entity {
    Vec pos;
    Mood mood;
    unsigned char flags : 3, lives : 5;
    const char *name;
    struct Entity *next;
    short scores[4];
    Bits bits;
} Entity;

typedef int (*Action)(Entity *, int);

static volatile int zero;
Entity world[2];
double gravity = 9.81;
void assert_failed(void);

__attribute__((noinline)) void assert_failed(void) { __builtin_trap(); }

static inline int ratio(int num, int den) {
    int quotient = num / den;
    return quotient + 1;
}

static inline int speed(Entity *e, int den) {
    int base = e->pos.x * 2 + e->pos.y;
    return ratio(base, den) - e->lives;
}

__attribute__((noinline)) int step(Entity *e, int den) {
    char grid[2][3] = {{1, 2, 3}, {4, 5, 6}};
    long long big = -5000000000LL;
    _Bool hit = e->mood == ANGRY;
    int s = speed(e, den);
    return s + grid[zero][zero] + (int)big + hit;
}

__attribute__((noinline)) static void prepare(void) {
    world[0] = (Entity){{3, 4}, ANGRY, 5, 17, "slime", &world[1], {10, -20, 30, -40}, {.number = 1.5f}};
    world[1] = (Entity){{0, 1}, HUNGRY, 1, 2, "bat", 0, {1, 2, 3, 4}, {.word = 77}};
}

int crash_div0(void) {
    prepare();
    return step(&world[0], zero);
}

__attribute__((noinline)) int deep(int depth, int *sum) {
    if (depth == 5) return *(int *)(-16 - zero);
    *sum += depth;
    int r = deep(depth + 1, sum);
    return r + *sum;
}

int crash_recurse(void) {
    int sum = 100;
    return deep(0, &sum) + sum;
}

int crash_assert(void) {
    for (int i = 0; i < 3; i++) {
        int twice = i * 2;
        if (twice == 4 + zero) assert_failed();
    }
    return 0;
}

static int attack(Entity *e, int power) { return e->pos.x - power; }
Action actions[2] = {attack, 0};

int crash_indirect(void) {
    prepare();
    return actions[1 + zero](&world[1], 3);
}

__attribute__((noinline)) float tofloat(int n) {
    volatile float huge = 3e9f;
    float grown = huge * (float)n;
    return grown;
}

int crash_store(void) {
    prepare();
    Entity *e = &world[1];
    while (e) {
        e->scores[zero] = (short)tofloat(e->pos.y);
        e = e->next ? e->next : (Entity *)0x7ffffff0;
    }
    return 0;
}

int crash_overflow(void);
__attribute__((noinline)) int endless(volatile int *p) {
    volatile int local[64];
    local[zero] = *p + 1;
    return endless(local) + local[zero];
}

int crash_overflow(void) {
    int start = 1;
    return endless(&start);
}
