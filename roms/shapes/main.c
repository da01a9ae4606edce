// Shapes: a page for each drawing function of the console, all in motion.
// Pad left and right turn the pages; untouched, they turn by themselves every four seconds. S holds the picture still.
#include "../sdk/c/firefly.h"
#include "font.h"
#include "moth.h"

enum { PAGE_TICKS = 240, PAD_THRESHOLD = 300, CANVAS_WIDTH = 64, CANVAS_HEIGHT = 48 };

static const float PI = 3.14159265f;

static int32_t clock, page, page_clock, turned;

// A canvas is an image of our own: header, then two pixels a byte.
static uint8_t canvas[4 + CANVAS_WIDTH * CANVAS_HEIGHT / 2] = {0x22, CANVAS_WIDTH, 0, 255};

/// Sine of an angle in radians by its Taylor series after folding into a quarter turn.
static float sine(float angle) {
    float turns = angle / (2 * PI);
    float x = (turns - __builtin_floorf(turns + 0.5f)) * 2 * PI;
    if (x > PI / 2) x = PI - x;
    if (x < -PI / 2) x = -PI - x;
    float s = x * x;
    return x * (1 - s / 6 * (1 - s / 20 * (1 - s / 42)));
}

static float cosine(float angle) { return sine(angle + PI / 2); }

/// Swings between `low` and `high` once in `period` ticks.
static int32_t swing(int32_t low, int32_t high, int32_t period) {
    float way = 0.5f + 0.5f * sine(2 * PI * (float)clock / (float)period);
    return low + (int32_t)((float)(high - low) * way);
}

static int32_t color_at(int32_t step) { return 1 + (int32_t)((uint32_t)step % 16); }

static void label(const char *words, int32_t x, int32_t y, Color color) {
    draw_text(words, text_length(words), glow_font, sizeof glow_font, x, y, color);
}

// Pages

static void page_points(void) {
    for (int32_t i = 0; i < 600; i++) {
        float angle = (float)i * 2.39996f + (float)clock * 0.01f;
        float radius = 2.8f * __builtin_sqrtf((float)i);
        int32_t x = 120 + (int32_t)(radius * cosine(angle)), y = 84 + (int32_t)(radius * sine(angle));
        draw_point(x, y, color_at(2 + i / 60));
    }
}

static void page_lines(void) {
    for (int32_t i = 0; i < 12; i++) {
        float angle = PI / 6 * (float)i + (float)clock * 0.015f;
        int32_t x = 120 + (int32_t)(95 * cosine(angle)), y = 84 + (int32_t)(62 * sine(angle));
        draw_line(120, 84, x, y, color_at(2 + i), 1 + i % 6);
    }
    draw_line(10, 30, 10, 150, LIGHT_GRAY, 1);
    draw_line(20, 150, 20, 30, LIGHT_GRAY, 2);
    draw_line(220, 40, 236, 40, CYAN, 3);
    draw_line(236, 50, 220, 50, CYAN, 4);
    draw_line(-30, 20 + swing(0, 40, 150), 60, 190, GRAY, 1);
}

static void page_rectangles(void) {
    for (int32_t i = 0; i < 5; i++) {
        int32_t w = swing(10, 36, 90 + 20 * i);
        draw_rect(8 + 46 * i, 30, w, 40, color_at(2 + i), WHITE, i);
        draw_rounded_rect(8 + 46 * i, 84, 40, swing(8, 60, 100 + 20 * i), 4 * i, 3 * i + 2,
                          color_at(9 + i), YELLOW, i);
    }
    draw_rounded_rect(200, 140, 60, 40, 10, 10, RED, ORANGE, 3);
}

static void page_circles(void) {
    for (int32_t i = 0; i < 6; i++) {
        draw_circle(4 + 38 * i, 32, swing(1 + i, 34, 80 + 16 * i), color_at(2 + i), WHITE, i / 2);
        draw_ellipse(4 + 38 * i, 84, swing(8, 34, 110 + 8 * i), swing(60, 10, 110 + 8 * i),
                     color_at(8 + i), CYAN, i / 2);
    }
    draw_circle(-20, 130, 50, NONE, ORANGE, 4);
    draw_circle(210, 120, 60, DARK_BLUE, LIGHT_BLUE, 5);
}

static void page_triangles(void) {
    for (int32_t i = 0; i < 6; i++) {
        int32_t cx = 40 + 80 * (i % 3), cy = 54 + 64 * (i / 3);
        int32_t x[3], y[3];
        for (int32_t corner = 0; corner < 3; corner++) {
            float angle = 2 * PI / 3 * (float)corner + (float)(clock * (i + 1)) * 0.008f;
            float radius = corner == 0 ? 30 : 24;
            x[corner] = cx + (int32_t)(radius * cosine(angle));
            y[corner] = cy + (int32_t)(radius * sine(angle));
        }
        draw_triangle(x[0], y[0], x[1], y[1], x[2], y[2], color_at(2 + i), WHITE, i);
    }
}

static void page_arcs(void) {
    for (int32_t i = 0; i < 4; i++) {
        float start = (float)clock * 0.02f * (float)(i + 1), sweep = PI * (0.4f + 0.4f * (float)i);
        draw_arc(8 + 58 * i, 30, 50, start, sweep, NONE, color_at(2 + i), 1 + 2 * i);
        draw_sector(8 + 58 * i, 90, 50, -start, sweep, color_at(8 + i), WHITE, i);
    }
    draw_sector(104, 66, 32, -0.6f, -5.0f + 0.5f * sine((float)clock * 0.2f), YELLOW, ORANGE, 1);
}

static void page_text(void) {
    label("The quick brown fox\njumps over the lazy dog.", 12, 36, WHITE);
    label("0123456789 +-*/=<> {}[]() @#$%&", 12, 60, YELLOW);
    label("ABCDEFGHIJKLMNOPQRSTUVWXYZ\nabcdefghijklmnopqrstuvwxyz", 12, 76, LIGHT_GREEN);
    label("unmapped: \xC3\xA9 \xE2\x82\xAC \xF0\x9F\x8E\xAE", 12, 100, ORANGE);
    const char *wavy = "GLOWJAR";
    for (int32_t i = 0; wavy[i]; i++) {
        int32_t y = 128 + (int32_t)(10 * sine((float)(clock + 8 * i) * 0.08f));
        draw_text(wavy + i, 1, glow_font, sizeof glow_font, 80 + 12 * i, y, color_at(2 + i));
    }
    label("leaving the screen", 240 - clock % 360, 152, GRAY);
}

static void page_images(void) {
    for (int32_t i = 0; i < 5; i++) {
        int32_t x = (clock * (i + 1) / 2 + 50 * i) % 280 - 30;
        draw_image(moth, sizeof moth, x, 28 + 22 * i + swing(-6, 6, 60 + 9 * i));
    }
    // Windows into the image: its four quarters drift apart and meet again.
    int32_t gap = swing(0, 10, 120);
    for (int32_t quarter = 0; quarter < 4; quarter++) {
        int32_t right = quarter & 1, low = quarter >> 1;
        draw_sub_image(moth, sizeof moth, 100 + right * (12 + gap), 130 + low * (8 + gap),
                       right * 12, low * 8, 12, 8);
    }
}

static void page_canvas(void) {
    set_canvas(canvas, sizeof canvas);
    if (page_clock == 1) clear_screen(DARK_BLUE);
    float angle = (float)clock * 0.06f;
    int32_t x = 32 + (int32_t)(24 * cosine(angle)), y = 24 + (int32_t)(18 * sine(angle * 1.5f));
    draw_circle(x - 3, y - 3, 6, color_at(2 + clock / 12), NONE, 0);
    draw_line(32, 24, x, y, color_at(2 + clock / 30), 1);
    draw_rect(0, 0, CANVAS_WIDTH, CANVAS_HEIGHT, NONE, LIGHT_GRAY, 1);
    unset_canvas();
    for (int32_t i = 0; i < 6; i++) {
        draw_image(canvas, sizeof canvas, 14 + 72 * (i % 3), 34 + 56 * (i / 3));
    }
}

typedef struct {
    const char *title;
    void (*draw)(void);
} Page;

static const Page pages[] = {
    {"draw_point", page_points},           {"draw_line", page_lines},
    {"draw_rect draw_rounded_rect", page_rectangles},
    {"draw_circle draw_ellipse", page_circles}, {"draw_triangle", page_triangles},
    {"draw_arc draw_sector", page_arcs},   {"draw_text", page_text},
    {"draw_image draw_sub_image", page_images}, {"set_canvas", page_canvas},
};
enum { PAGES = sizeof pages / sizeof pages[0] };

static void turn(int32_t step) {
    page = (page + step + PAGES) % PAGES;
    page_clock = 0;
}

EXPORT(update) void update(void) {
    Pad pad = get_pad();
    int32_t wish = pad.x > PAD_THRESHOLD ? 1 : pad.x < -PAD_THRESHOLD ? -1 : 0;
    if (wish && wish != turned) turn(wish);
    turned = wish;
    if (read_buttons(COMBINED) & BUTTON_S) return;
    clock++;
    if (++page_clock > PAGE_TICKS) turn(1);
}

EXPORT(render) void render(void) {
    clear_screen(BLACK);
    draw_rect(0, 0, SCREEN_WIDTH, 14, DARK_GRAY, NONE, 0);
    label(pages[page].title, 6, 9, WHITE);
    for (int32_t i = 0; i < PAGES; i++) {
        draw_circle(SCREEN_WIDTH - 6 * (PAGES - i) - 6, 5, 5, i == page ? YELLOW : GRAY, NONE, 0);
    }
    pages[page].draw();
}
