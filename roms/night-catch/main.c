// Night Catch: catch fireflies in a jar before the lantern burns down, and keep away from the wasps.
// Pad: fly. S: open the jar. Title and game over: S starts. The console's menu switches the music
// and forgets the best score.
#include "../sdk/c/firefly.h"

enum {
    FIREFLIES = 12, WASPS = 6, SPARKS = 48,
    START_LIVES = 3, TICKS_PER_SECOND = 60, LANTERN_FULL = 45 * TICKS_PER_SECOND,
    CATCHES_PER_NIGHT = 10, GROUND = 152,
};

typedef enum { TITLE, PLAYING, GAME_OVER } Scene;

typedef struct { float x, y; } Point;

typedef struct {
    Point at, speed;
    int32_t phase;  // of its glow, in ticks
    bool alive, golden;
} Firefly;

typedef struct {
    Point at, speed;
    bool alive;
} Wasp;

typedef struct {
    Point at, speed;
    int32_t ticks_left;
    Color color;
} Spark;

// Sprites: top rows in the sheet, see art/sprites.txt.
typedef struct { int32_t x, y, w, h; } Sprite;
static const Sprite jar_closed = {0, 0, 16, 16}, jar_open = {0, 16, 16, 16};
static const Sprite wasp_frames[2] = {{0, 32, 16, 12}, {0, 44, 16, 12}};
static const Sprite firefly_frames[4] = {{0, 56, 8, 8}, {8, 56, 8, 8}, {0, 64, 8, 8}, {8, 64, 8, 8}};
static const Sprite golden_frames[2] = {{0, 72, 8, 8}, {8, 72, 8, 8}};
static const Sprite heart = {0, 80, 8, 8}, lost_heart = {8, 80, 8, 8};

static uint8_t font[1024], sprites[2048], grass[256];
static uint32_t font_size, sprites_size, grass_size;

static Scene scene;
static int32_t tick, score, best, lives, lantern, night, caught, banner_ticks;
static int32_t open_ticks, rest_ticks, safe_ticks, shake_ticks;
static uint32_t held_buttons;
static Point jar;
static Firefly fireflies[FIREFLIES];
static Wasp wasps[WASPS];
static Spark sparks[SPARKS];
static uint32_t random_state = 1;

// Arithmetic

static uint32_t next_random(void) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state;
}

/// A number from `low` up to `high`.
static float random_between(float low, float high) {
    return low + (high - low) * (float)(next_random() & 0xFFFF) / 65536.0f;
}

static float clamp(float value, float low, float high) {
    return value < low ? low : value > high ? high : value;
}

static float distance(Point a, Point b) {
    float dx = a.x - b.x, dy = a.y - b.y;
    return __builtin_sqrtf(dx * dx + dy * dy);
}

/// Sine of `turns` full turns, by a parabola: near enough for moving things about.
static float wave(float turns) {
    float t = turns - __builtin_floorf(turns);
    float x = t < 0.5f ? t : t - 0.5f;
    float y = 16.0f * x * (0.5f - x);
    return t < 0.5f ? y : -y;
}

// Drawing

static void text(const char *words, int32_t x, int32_t y, Color color) {
    draw_text(words, text_length(words), font, font_size, x, y, color);
}

static void text_centered(const char *words, int32_t y, Color color) {
    text(words, (SCREEN_WIDTH - (int32_t)text_length(words) * 6) / 2, y, color);
}

/// A number with leading zeros to at least `digits` places.
static void number(int32_t value, int32_t digits, int32_t x, int32_t y, Color color) {
    char out[12];
    int32_t at = sizeof out;
    do {
        out[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0 || (int32_t)sizeof out - at < digits);
    draw_text(out + at, sizeof out - at, font, font_size, x, y, color);
}

/// Draws with the dots of the font itself, each `scale` pixels wide, coloured from top to bottom.
static void big_text(const char *words, int32_t x, int32_t y, int32_t scale, const Color *colors) {
    if (font_size == 0) return;
    const uint8_t *atlas = font + 7;
    for (; *words; words++, x += 6 * scale) {
        int32_t glyph = *words - ' ', column = glyph % 16 * 6, top = glyph / 16 * 8;
        for (int32_t row = 0; row < 8; row++) {
            for (int32_t dot = 0; dot < 6; dot++) {
                int32_t bit = column + dot;
                if (atlas[(top + row) * 12 + bit / 8] >> (7 - bit % 8) & 1) {
                    draw_rect(x + dot * scale, y + row * scale, scale, scale, colors[row], NONE, 0);
                }
            }
        }
    }
}

/// A bare module has no pictures: it shows boxes instead.
static void draw_sprite(Sprite sprite, Point at) {
    int32_t x = (int32_t)at.x - sprite.w / 2, y = (int32_t)at.y - sprite.h / 2;
    if (sprites_size == 0) {
        draw_rect(x, y, sprite.w, sprite.h, NONE, LIGHT_GRAY, 1);
        return;
    }
    draw_sub_image(sprites, sprites_size, x, y, sprite.x, sprite.y, sprite.w, sprite.h);
}

static void draw_stars(void) {
    uint32_t seed = 77;
    for (int32_t i = 0; i < 40; i++) {
        seed = seed * 1664525u + 1013904223u;
        int32_t x = seed >> 24, y = (seed >> 16 & 0xFF) % 90;
        bool twinkles = ((tick >> 4) + i) % 11 == 0;
        if (x < SCREEN_WIDTH) draw_point(x, y, twinkles ? WHITE : (i % 3 ? GRAY : LIGHT_BLUE));
    }
}

static void draw_tree(int32_t x, int32_t height) {
    draw_rect(x - 2, GROUND - 10, 4, 12, BLACK, NONE, 0);
    for (int32_t layer = 0; layer < 3; layer++) {
        int32_t foot = GROUND - 6 - layer * height / 4, half = height / 3 - layer * 3;
        draw_triangle(x, foot - height / 2, x - half, foot, x + half, foot, BLACK, DARK_GREEN, 1);
    }
}

static void draw_background(void) {
    clear_screen(BLACK);
    draw_rect(0, 70, SCREEN_WIDTH, 50, DARK_GRAY, NONE, 0);
    draw_rect(0, 100, SCREEN_WIDTH, 60, DARK_BLUE, NONE, 0);
    for (int32_t y = 64; y < 70; y += 2) draw_line(0, y, SCREEN_WIDTH - 1, y, DARK_GRAY, 1);
    for (int32_t y = 94; y < 100; y += 2) draw_line(0, y, SCREEN_WIDTH - 1, y, DARK_BLUE, 1);
    draw_stars();
    draw_circle(188, 14, 28, LIGHT_GRAY, WHITE, 1);
    draw_circle(194, 20, 6, WHITE, NONE, 0);
    draw_circle(203, 28, 4, WHITE, NONE, 0);
    draw_circle(180, 12, 26, BLACK, NONE, 0);
    draw_ellipse(-60, 118, 200, 70, DARK_GREEN, NONE, 0);
    draw_ellipse(100, 126, 220, 60, DARK_GREEN, NONE, 0);
    draw_tree(22, 54);
    draw_tree(214, 62);
    draw_tree(196, 40);
}

static void draw_foreground(void) {
    draw_rect(0, GROUND + 6, SCREEN_WIDTH, 4, DARK_GREEN, NONE, 0);
    for (int32_t x = 0; x < SCREEN_WIDTH && grass_size; x += 16) {
        draw_image(grass, grass_size, x, GROUND);
    }
}

// Sound: one voice for effects, one for the tune. Their nodes come first, so that their numbers
// stay; what is below them is made anew for each sound and its numbers are not kept.

static uint32_t effects, tune;
static int32_t tune_tick;
static bool has_music = true;

typedef enum { SQUARE, TRIANGLE, SAWTOOTH, NOISE } Wave;

/// A tone that glides and fades away.
typedef struct {
    Wave wave;
    float from, to;  // in Hz; of noise the highest that is heard
    float level, seconds;
} Sound;

static const Sound opening = {NOISE, 2500, 5000, 0.25f, 0.10f};
static const Sound catching = {SQUARE, 660, 1320, 0.20f, 0.14f};
static const Sound catching_gold = {TRIANGLE, 880, 2640, 0.60f, 0.35f};
static const Sound sting = {NOISE, 1800, 200, 0.90f, 0.40f};
static const Sound nightfall = {TRIANGLE, 330, 660, 0.50f, 0.50f};
static const Sound lights_out = {SAWTOOTH, 440, 55, 0.35f, 0.90f};

static void play(uint32_t voice, const Sound *sound) {
    uint32_t length = (uint32_t)(sound->seconds * SAMPLE_RATE), source;
    clear_node(voice);
    uint32_t fading = add_gain(voice, sound->level);
    mod_linear(fading, 0, sound->level, 0, 0, length);
    switch (sound->wave) {
    case SQUARE: source = add_square(fading, sound->from, 0); break;
    case TRIANGLE: source = add_triangle(fading, sound->from, 0); break;
    case SAWTOOTH: source = add_sawtooth(fading, sound->from, 0); break;
    case NOISE:
        source = add_low_pass(fading, sound->from, 0.7f);
        add_noise(source, 1 + tick);
        break;
    }
    if (sound->from != sound->to) mod_linear(source, 0, sound->from, sound->to, 0, length);
}

/// Goes on with the tune: a note for each letter, from `a` upwards.
static void play_tune(void) {
    static const char notes[] = "e.h.j.l.k.j.h...f.h.j.k.j.h.g...c.e.h.j.i.h.e...d.f.h.i.h.e.e...";
    static const float pitches[] = {
        220.00f, 246.94f, 261.63f, 293.66f, 329.63f, 349.23f, 392.00f, 440.00f, 493.88f, 523.25f,
        587.33f, 659.26f,
    };
    enum { TICKS_PER_NOTE = 11 };
    if (!has_music || tune_tick++ % TICKS_PER_NOTE != 0) return;
    char note = notes[tune_tick / TICKS_PER_NOTE % (int32_t)(sizeof notes - 1)];
    if (note == '.') return;
    float pitch = pitches[note - 'a'];
    Sound sound = {TRIANGLE, pitch, pitch, 0.25f, 0.45f};
    play(tune, &sound);
}

// What the console keeps and shows for us

static const char best_file[] = "best";
enum { BEST_FILE_NAME = sizeof best_file - 1, MUSIC_ITEM = 1, FORGET_ITEM = 2 };

static void load_best(void) {
    int32_t saved;
    if (get_file_size(best_file, BEST_FILE_NAME) != sizeof saved) return;
    if (load_file(best_file, BEST_FILE_NAME, &saved, sizeof saved) != sizeof saved) return;
    if (saved > 0) best = saved;
}

static void save_best(void) { dump_file(best_file, BEST_FILE_NAME, &best, sizeof best); }

static void fill_menu(void) {
    const char *music = has_music ? "music off" : "music on", *forget = "forget best score";
    remove_menu_item(MUSIC_ITEM);
    remove_menu_item(FORGET_ITEM);
    add_menu_item(MUSIC_ITEM, music, text_length(music));
    add_menu_item(FORGET_ITEM, forget, text_length(forget));
}

// Sparks

static void burst(Point at, Color color, int32_t count) {
    for (int32_t i = 0; i < SPARKS && count > 0; i++) {
        if (sparks[i].ticks_left > 0) continue;
        Point speed = {random_between(-1.6f, 1.6f), random_between(-2.0f, 0.8f)};
        sparks[i] = (Spark){at, speed, 20 + (int32_t)(next_random() & 15), color};
        count--;
    }
}

static void move_sparks(void) {
    for (int32_t i = 0; i < SPARKS; i++) {
        Spark *spark = &sparks[i];
        if (spark->ticks_left <= 0) continue;
        spark->ticks_left--;
        spark->at.x += spark->speed.x;
        spark->at.y += spark->speed.y;
        spark->speed.y += 0.06f;
    }
}

// Fireflies

static void place_firefly(Firefly *firefly) {
    *firefly = (Firefly){
        .at = {random_between(12, SCREEN_WIDTH - 12), random_between(24, GROUND - 8)},
        .speed = {random_between(-0.6f, 0.6f), random_between(-0.4f, 0.4f)},
        .phase = (int32_t)(next_random() & 127),
        .alive = true,
        .golden = next_random() % 9 == 0,
    };
}

static bool glows(const Firefly *firefly) { return ((tick + firefly->phase) & 127) < 80; }

static void move_firefly(Firefly *firefly) {
    float haste = firefly->golden ? 1.7f : 1.0f;
    float limit = haste * (0.7f + 0.08f * (float)night);
    firefly->speed.x = clamp(firefly->speed.x + random_between(-0.1f, 0.1f), -limit, limit);
    firefly->speed.y = clamp(firefly->speed.y + random_between(-0.1f, 0.1f), -limit, limit);
    firefly->at.x += firefly->speed.x;
    firefly->at.y += firefly->speed.y + 0.3f * wave((float)(tick + firefly->phase) / 90.0f);
    if (firefly->at.x < 8 || firefly->at.x > SCREEN_WIDTH - 8) firefly->speed.x = -firefly->speed.x;
    if (firefly->at.y < 22 || firefly->at.y > GROUND - 6) firefly->speed.y = -firefly->speed.y;
    firefly->at.x = clamp(firefly->at.x, 8, SCREEN_WIDTH - 8);
    firefly->at.y = clamp(firefly->at.y, 22, GROUND - 6);
}

static void draw_firefly(const Firefly *firefly) {
    int32_t step = (tick + firefly->phase) & 127;
    if (firefly->golden) {
        draw_sprite(golden_frames[step >> 3 & 1], firefly->at);
        return;
    }
    int32_t frame = step < 10 ? 1 : step < 70 ? 2 + (step >> 3 & 1) : step < 80 ? 1 : 0;
    draw_sprite(firefly_frames[frame], firefly->at);
}

static void begin_night(void) {
    night++;
    caught = 0;
    banner_ticks = 2 * TICKS_PER_SECOND;
    for (int32_t i = 0; i < FIREFLIES; i++) place_firefly(&fireflies[i]);
    for (int32_t i = 0; i < WASPS; i++) wasps[i].alive = false;
    play(effects, &nightfall);
}

static void catch_firefly(Firefly *firefly) {
    score += firefly->golden ? 50 : glows(firefly) ? 10 : 25;
    lantern += (firefly->golden ? 5 : 2) * TICKS_PER_SECOND;
    if (lantern > LANTERN_FULL) lantern = LANTERN_FULL;
    burst(firefly->at, firefly->golden ? YELLOW : LIGHT_GREEN, 8);
    play(effects, firefly->golden ? &catching_gold : &catching);
    place_firefly(firefly);
    if (++caught == CATCHES_PER_NIGHT) begin_night();
}

static void update_fireflies(void) {
    for (int32_t i = 0; i < FIREFLIES; i++) {
        move_firefly(&fireflies[i]);
        if (open_ticks > 0 && distance(fireflies[i].at, jar) < 13) catch_firefly(&fireflies[i]);
    }
}

// Wasps

static void send_wasp(void) {
    for (int32_t i = 0; i < WASPS; i++) {
        if (wasps[i].alive) continue;
        bool from_left = next_random() & 1;
        wasps[i].alive = true;
        wasps[i].at = (Point){from_left ? -10 : SCREEN_WIDTH + 10, random_between(30, 130)};
        wasps[i].speed = (Point){(from_left ? 1 : -1) * (0.9f + 0.12f * (float)night), 0};
        return;
    }
}

static void lose_life(void) {
    lives--;
    safe_ticks = 100;
    shake_ticks = 14;
    burst(jar, CYAN, 16);
    play(effects, lives > 0 ? &sting : &lights_out);
    if (lives > 0) return;
    scene = GAME_OVER;
    tick = 0;
    if (score <= best) return;
    best = score;
    save_best();
}

static void update_wasps(void) {
    if (tick % (300 - 30 * (night < 6 ? night : 6)) == 120) send_wasp();
    for (int32_t i = 0; i < WASPS; i++) {
        Wasp *wasp = &wasps[i];
        if (!wasp->alive) continue;
        wasp->speed.y = clamp(wasp->speed.y + (jar.y > wasp->at.y ? 0.02f : -0.02f), -0.7f, 0.7f);
        wasp->at.x += wasp->speed.x;
        wasp->at.y += wasp->speed.y + 0.5f * wave((float)tick / 40.0f);
        if (wasp->at.x < -20 || wasp->at.x > SCREEN_WIDTH + 20) wasp->alive = false;
        if (safe_ticks == 0 && distance(wasp->at, jar) < 11) lose_life();
    }
}

// The jar

static void update_jar(uint32_t pressed) {
    Pad pad = get_pad();
    jar.x = clamp(jar.x + (float)pad.x * 0.0022f, 8, SCREEN_WIDTH - 8);
    jar.y = clamp(jar.y - (float)pad.y * 0.0022f, 24, GROUND - 4);
    if (open_ticks > 0) open_ticks--;
    if (rest_ticks > 0) rest_ticks--;
    if (safe_ticks > 0) safe_ticks--;
    if (shake_ticks > 0) shake_ticks--;
    if (pressed & BUTTON_S && rest_ticks == 0) {
        open_ticks = 14;
        rest_ticks = 26;
        play(effects, &opening);
    }
}

static void draw_jar(void) {
    if (safe_ticks & 4) return;
    Point at = jar;
    if (shake_ticks) at.x += (float)((shake_ticks & 2) - 1) * 2;
    draw_sprite(open_ticks ? jar_open : jar_closed, at);
    // The catch so far lies glowing in the jar.
    for (int32_t i = 0; i < caught; i++) {
        int32_t x = (int32_t)at.x - 4 + i % 5 * 2, y = (int32_t)at.y + 5 - i / 5 * 2;
        draw_point(x, y, (tick >> 3) + i & 1 ? YELLOW : LIGHT_GREEN);
    }
    if (open_ticks) draw_arc((int32_t)at.x - 13, (int32_t)at.y - 13, 26, 3.6f, 2.2f, NONE, YELLOW, 1);
}

// Scenes

static void start_game(void) {
    random_state = 0x9E3779B9u ^ (uint32_t)tick;
    scene = PLAYING;
    tick = score = night = 0;
    lives = START_LIVES;
    lantern = LANTERN_FULL;
    open_ticks = rest_ticks = safe_ticks = shake_ticks = 0;
    jar = (Point){SCREEN_WIDTH / 2, 110};
    begin_night();
}

static void update_playing(uint32_t pressed) {
    update_jar(pressed);
    update_fireflies();
    update_wasps();
    if (banner_ticks > 0) banner_ticks--;
    if (scene == PLAYING && --lantern <= 0) {
        lives = 1;
        lose_life();
    }
}

static void draw_status(void) {
    number(score, 5, 6, 10, WHITE);
    for (int32_t i = 0; i < START_LIVES; i++) {
        draw_sprite(i < lives ? heart : lost_heart, (Point){48 + (float)i * 10, 8});
    }
    text("NIGHT", 84, 10, LIGHT_GRAY);
    number(night, 1, 118, 10, LIGHT_GRAY);
    int32_t width = lantern * 90 / LANTERN_FULL;
    bool low = lantern < 10 * TICKS_PER_SECOND;
    draw_rounded_rect(140, 4, 94, 8, 3, 3, BLACK, low && tick & 8 ? RED : GRAY, 1);
    draw_rect(142, 6, width, 4, low ? RED : ORANGE, NONE, 0);
    draw_rect(142, 6, width, 1, YELLOW, NONE, 0);
}

static void draw_actors(void) {
    for (int32_t i = 0; i < FIREFLIES; i++) {
        if (fireflies[i].alive) draw_firefly(&fireflies[i]);
    }
    for (int32_t i = 0; i < WASPS; i++) {
        if (wasps[i].alive) draw_sprite(wasp_frames[tick >> 2 & 1], wasps[i].at);
    }
    for (int32_t i = 0; i < SPARKS; i++) {
        if (sparks[i].ticks_left <= 0) continue;
        draw_point((int32_t)sparks[i].at.x, (int32_t)sparks[i].at.y, sparks[i].color);
    }
}

static void draw_playing(void) {
    draw_actors();
    draw_jar();
    draw_foreground();
    draw_status();
    if (banner_ticks > 0) {
        static const Color gold[8] = {WHITE, YELLOW, YELLOW, YELLOW, ORANGE, ORANGE, RED, RED};
        big_text("NIGHT", 66, 60, 3, gold);
        char digit[2] = {(char)('0' + night % 10), 0};
        big_text(digit, 66 + 6 * 18, 60, 3, gold);
    }
}

static void draw_title(void) {
    static const Color glow[8] = {WHITE, YELLOW, YELLOW, YELLOW, LIGHT_GREEN, LIGHT_GREEN, GREEN, GREEN};
    draw_actors();
    draw_foreground();
    big_text("NIGHT", 30, 26, 4, glow);
    big_text("CATCH", 90, 60, 4, glow);
    text_centered("pad: fly    S: open the jar", 110, WHITE);
    if (tick & 32) text_centered("press S", 128, YELLOW);
    text("best", 6, 10, LIGHT_GRAY);
    number(best, 5, 36, 10, WHITE);
}

static void draw_game_over(void) {
    static const Color dusk[8] = {WHITE, ORANGE, ORANGE, ORANGE, RED, RED, PURPLE, PURPLE};
    draw_actors();
    draw_foreground();
    draw_rounded_rect(40, 40, 160, 82, 8, 8, BLACK, ORANGE, 2);
    big_text("GAME OVER", 66, 50, 2, dusk);
    text_centered("score", 84, LIGHT_GRAY);
    number(score, 5, 105, 96, WHITE);
    text_centered(score >= best && score > 0 ? "the best night so far!" : "press S for another night", 112, YELLOW);
}

// Callbacks

static uint32_t load(const char *name, void *buffer, uint32_t capacity) {
    uint32_t size = get_file_size(name, text_length(name));
    if (size == 0 || size > capacity) {
        const char *message = "a picture or the font is missing: open the ROM directory, not its _bin";
        log_error(message, text_length(message));
        return 0;
    }
    return load_file(name, text_length(name), buffer, size);
}

EXPORT(boot) void boot(void) {
    font_size = load("font", font, sizeof font);
    sprites_size = load("sprites", sprites, sizeof sprites);
    grass_size = load("grass", grass, sizeof grass);
    effects = add_gain(SPEAKER, 0.5f);
    tune = add_gain(SPEAKER, 0.5f);
    load_best();
    fill_menu();
    for (int32_t i = 0; i < FIREFLIES; i++) place_firefly(&fireflies[i]);
}

EXPORT(update) void update(void) {
    uint32_t buttons = read_buttons(COMBINED), pressed = buttons & ~held_buttons;
    held_buttons = buttons;
    tick++;
    play_tune();
    move_sparks();
    switch (scene) {
    case PLAYING:
        update_playing(pressed);
        break;
    case TITLE:
    case GAME_OVER:
        for (int32_t i = 0; i < FIREFLIES; i++) move_firefly(&fireflies[i]);
        if (pressed & BUTTON_S && tick > 20) start_game();
        break;
    }
}

EXPORT(render) void render(void) {
    draw_background();
    switch (scene) {
    case TITLE: draw_title(); break;
    case PLAYING: draw_playing(); break;
    case GAME_OVER: draw_game_over(); break;
    }
}

EXPORT(handle_menu) void handle_menu(uint32_t item) {
    switch (item) {
    case MUSIC_ITEM:
        has_music = !has_music;
        clear_node(tune);
        fill_menu();
        break;
    case FORGET_ITEM:
        best = 0;
        remove_file(best_file, BEST_FILE_NAME);
        break;
    }
}
