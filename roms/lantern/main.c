// Lantern: catch the fireflies with your lantern before the night is over; moths eat its light.
// Gamepad or mouse moves the lantern; X or the left button starts, and in play makes the light flare. The disk keeps the best night.
#include "../sdk/c/wasm4.h"

enum { FLY_COUNT = 6, MOTH_COUNT = 3, NIGHT_TICKS = 45 * 60, FLARE_TICKS = 30, START_LIGHT = 60, FULL_LIGHT = 90 };

typedef enum { TITLE, NIGHT, DAWN } Scene;
// Places and speeds in sixteenths of a pixel.
typedef struct { int32_t x, y, dx, dy; } Flier;
typedef struct { uint32_t magic, best; } Record;

static const uint32_t RECORD_MAGIC = 0x4E544C31;
static const uint32_t COLORS[4] = {0x10142B, 0x3A4A7A, 0xF4C95D, 0xFFF6DC};

// One bit a pixel, the leftmost in the high bit.
static const uint8_t LANTERN[] = {
    0b00011000, 0b00100100, 0b01111110, 0b01011010, 0b01011010, 0b01011010, 0b01111110, 0b00111100};
static const uint8_t MOTH[2][8] = {
    {0b11000011, 0b11100111, 0b01111110, 0b00111100, 0b00111100, 0b01111110, 0b01100110, 0b00000000},
    {0b00000000, 0b01000010, 0b11111111, 0b10111101, 0b00111100, 0b00100100, 0b00000000, 0b00000000}};

static Scene scene;
static int32_t clock, night_clock, flare, light, caught;
static int32_t lantern_x, lantern_y;
static int16_t mouse_x, mouse_y;
static uint8_t held_before;
static Flier flies[FLY_COUNT], moths[MOTH_COUNT];
static Record record;
static uint32_t seed = 1;

static uint32_t next_random(void) {
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    return seed;
}

static int32_t random_below(int32_t limit) { return (int32_t)(next_random() % (uint32_t)limit); }

static int32_t clamp(int32_t value, int32_t low, int32_t high) { return value < low ? low : value > high ? high : value; }

static int32_t distance(int32_t a, int32_t b) { return a < b ? b - a : a - b; }

static void place(Flier *flier) {
    flier->x = random_below(152) * 16;
    flier->y = (24 + random_below(120)) * 16;
    flier->dx = random_below(25) - 12;
    flier->dy = random_below(25) - 12;
}

// Numbers of up to five digits, right-aligned.
static void number(int32_t value, int32_t x, int32_t y) {
    char digits[6] = "     ";
    for (int32_t place = 4; place >= 0 && (value > 0 || place == 4); place--, value /= 10) digits[place] = (char)('0' + value % 10);
    text(digits, x, y);
}

// Input

static uint8_t held(void) {
    uint8_t buttons = GAMEPADS[0];
    if (MOUSE_BUTTONS & MOUSE_LEFT) buttons |= BUTTON_X;
    return buttons;
}

static void move_lantern(uint8_t buttons) {
    int32_t speed = 2;
    if (buttons & BUTTON_LEFT) lantern_x -= speed;
    if (buttons & BUTTON_RIGHT) lantern_x += speed;
    if (buttons & BUTTON_UP) lantern_y -= speed;
    if (buttons & BUTTON_DOWN) lantern_y += speed;
    // The mouse takes over when it moves over the screen.
    bool is_inside = MOUSE_X >= 0 && MOUSE_X < SCREEN_SIZE && MOUSE_Y >= 0 && MOUSE_Y < SCREEN_SIZE;
    if (is_inside && (MOUSE_X != mouse_x || MOUSE_Y != mouse_y)) {
        lantern_x = MOUSE_X - 4;
        lantern_y = MOUSE_Y - 4;
    }
    mouse_x = MOUSE_X;
    mouse_y = MOUSE_Y;
    lantern_x = clamp(lantern_x, 0, SCREEN_SIZE - 8);
    lantern_y = clamp(lantern_y, 16, SCREEN_SIZE - 8);
}

// Scenes

static void begin_night(void) {
    scene = NIGHT;
    night_clock = NIGHT_TICKS;
    light = START_LIGHT;
    caught = flare = 0;
    seed = seed * 31 + (uint32_t)clock + 1;
    for (int32_t i = 0; i < FLY_COUNT; i++) place(&flies[i]);
    for (int32_t i = 0; i < MOTH_COUNT; i++) place(&moths[i]);
    // A rising phrase of two voices.
    tone(262 | 523 << 16, 12 << 24 | 20 << 8, 60, TONE_TRIANGLE);
    tone(131, 10 | 30 << 8, 30, TONE_PULSE1 | TONE_HALF);
}

static void end_night(void) {
    scene = DAWN;
    if ((uint32_t)caught > record.best) {
        record = (Record){RECORD_MAGIC, (uint32_t)caught};
        disk_write(&record, sizeof record);
        tracef("a new best night: %d", caught);
    }
    tone(392 | 98 << 16, 60 << 8, 70, TONE_PULSE2 | TONE_DUTY_4TH);
}

static void fly(Flier *flier, bool is_drawn_to_light) {
    if (clock % 16 == 0) {
        flier->dx = clamp(flier->dx + random_below(13) - 6, -14, 14);
        flier->dy = clamp(flier->dy + random_below(13) - 6, -14, 14);
        if (is_drawn_to_light) {
            flier->dx += flier->x < lantern_x * 16 ? 2 : -2;
            flier->dy += flier->y < lantern_y * 16 ? 2 : -2;
        }
    }
    flier->x += flier->dx;
    flier->y += flier->dy;
    if (flier->x < 0 || flier->x > 152 * 16) flier->dx = -flier->dx;
    if (flier->y < 16 * 16 || flier->y > 152 * 16) flier->dy = -flier->dy;
    flier->x = clamp(flier->x, 0, 152 * 16);
    flier->y = clamp(flier->y, 16 * 16, 152 * 16);
}

static bool touches_lantern(const Flier *flier, int32_t reach) {
    return distance(flier->x / 16, lantern_x) < reach && distance(flier->y / 16, lantern_y) < reach;
}

static void play(uint8_t buttons, uint8_t pressed) {
    move_lantern(buttons);
    if (pressed & BUTTON_X && flare == 0 && light > 10) {
        flare = FLARE_TICKS;
        light -= 5;
        tone(900 | 300 << 16, 4 | 12 << 8, 40, TONE_NOISE);
    }
    if (flare > 0) flare--;
    for (int32_t i = 0; i < FLY_COUNT; i++) {
        fly(&flies[i], false);
        if (!touches_lantern(&flies[i], flare > 0 ? 14 : 7)) continue;
        caught++;
        light = clamp(light + 6, 0, FULL_LIGHT);
        tone((uint32_t)(60 + caught % 24), 2 | 10 << 8, 60, TONE_PULSE1 | TONE_DUTY_8TH | TONE_NOTES);
        place(&flies[i]);
    }
    for (int32_t i = 0; i < MOTH_COUNT; i++) {
        fly(&moths[i], true);
        if (flare > 0 || !touches_lantern(&moths[i], 7)) continue;
        light -= 15;
        tone(120 | 60 << 16, 6 | 10 << 8, 70, TONE_PULSE2 | TONE_HALF | (moths[i].x < 80 * 16 ? TONE_LEFT : TONE_RIGHT));
        place(&moths[i]);
    }
    if (clock % 60 == 0) light--;
    if (--night_clock <= 0 || light <= 0) end_night();
}

// Drawing

static void draw_sky(void) {
    DRAW_COLORS = 0x02;
    // The same stars every night, some of which twinkle.
    uint32_t star = 77;
    for (int32_t i = 0; i < 40; i++) {
        star = star * 1664525 + 1013904223;
        if (i % 5 == 0 && (clock / 20 + i) % 4 == 0) continue;
        rect((int32_t)(star >> 24) % SCREEN_SIZE, 16 + (int32_t)(star >> 16 & 255) % 100, 1, 1);
    }
    for (int32_t i = 0; i < 8; i++) line(i * 24 - 10, SCREEN_SIZE, i * 24 + 6, SCREEN_SIZE - 14 - i % 3 * 5);
}

static void draw_fliers(void) {
    for (int32_t i = 0; i < FLY_COUNT; i++) {
        bool glows = (clock / 8 + i * 3) % 4 != 0;
        DRAW_COLORS = glows ? 0x43 : 0x22;
        int32_t x = flies[i].x / 16, y = flies[i].y / 16;
        oval(x + 2, y + 2, 4, 4);
    }
    DRAW_COLORS = 0x20;
    for (int32_t i = 0; i < MOTH_COUNT; i++) {
        uint32_t turn = moths[i].dx < 0 ? BLIT_FLIP_X : 0;
        blit(MOTH[clock / 6 % 2], moths[i].x / 16, moths[i].y / 16, 8, 8, turn);
    }
}

static void draw_lantern(void) {
    int32_t glow = 6 + light / 8 + (flare > 0 ? 8 : 0) + clock / 10 % 2;
    DRAW_COLORS = 0x20;
    oval(lantern_x + 4 - glow, lantern_y + 4 - glow, 2 * glow, 2 * glow);
    DRAW_COLORS = flare > 0 ? 0x40 : 0x30;
    blit(LANTERN, lantern_x, lantern_y, 8, 8, 0);
}

static void draw_bar(void) {
    DRAW_COLORS = 0x04;
    number(caught, 2, 4);
    number(night_clock / 60, 116, 4);
    DRAW_COLORS = 0x21;
    rect(48, 4, 66, 7);
    DRAW_COLORS = light < 20 && clock / 8 % 2 ? 0x04 : 0x03;
    rect(50, 6, light * 62 / FULL_LIGHT, 3);
}

static void draw_words(const char *title, const char *below) {
    DRAW_COLORS = 0x03;
    text(title, 52, 44);
    DRAW_COLORS = 0x04;
    text(below, 20, 64);
    text("best", 48, 92);
    number((int32_t)record.best, 80, 92);
    if (clock / 32 % 2) text("press \x80", 52, 116);
}

// Callbacks

EXPORT(start) void start(void) {
    for (int32_t i = 0; i < 4; i++) PALETTE[i] = COLORS[i];
    if (disk_read(&record, sizeof record) != sizeof record || record.magic != RECORD_MAGIC) record = (Record){RECORD_MAGIC, 0};
    lantern_x = lantern_y = 76;
    mouse_x = MOUSE_X;
    mouse_y = MOUSE_Y;
    for (int32_t i = 0; i < FLY_COUNT; i++) place(&flies[i]);
    for (int32_t i = 0; i < MOTH_COUNT; i++) place(&moths[i]);
}

EXPORT(update) void update(void) {
    uint8_t buttons = held();
    uint8_t pressed = buttons & ~held_before;
    held_before = buttons;
    clock++;
    draw_sky();
    switch (scene) {
    case TITLE:
    case DAWN:
        for (int32_t i = 0; i < FLY_COUNT; i++) fly(&flies[i], false);
        draw_fliers();
        draw_words(scene == TITLE ? "LANTERN" : " DAWN ", scene == TITLE ? "catch the light" : "   the night\n    is over");
        if (scene == DAWN) number(caught, 56, 16);
        if (pressed & BUTTON_X) begin_night();
        return;
    case NIGHT:
        play(buttons, pressed);
        draw_fliers();
        draw_lantern();
        draw_bar();
        return;
    }
}
