// The WASM-4 host interface for carts in C: the registers in memory and every function of the console.
//
// The screen is 160 x 160 in the four colours of PALETTE. Draw colours are the nibbles of DRAW_COLORS, colour 1 in the lowest:
// 0 draws nothing, 1...4 are palette entries. A cart exports start and update: see EXPORT. Link it with --import-memory,
// 64 KiB of memory at most, and its data from WORK_MEMORY on.
#ifndef WASM4_H
#define WASM4_H

#include <stdbool.h>
#include <stdint.h>

#define HOST(name) __attribute__((import_module("env"), import_name(#name)))

/// Marks a function as one of the cart's callbacks: `EXPORT(update) void update(void) { ... }`.
#define EXPORT(name) __attribute__((export_name(#name)))

enum { SCREEN_SIZE = 160, WORK_MEMORY = 0x19A0 };

// Registers

#define PALETTE ((uint32_t *)0x04)
#define DRAW_COLORS (*(uint16_t *)0x14)
#define GAMEPADS ((const volatile uint8_t *)0x16)
#define MOUSE_X (*(const volatile int16_t *)0x1A)
#define MOUSE_Y (*(const volatile int16_t *)0x1C)
#define MOUSE_BUTTONS (*(const volatile uint8_t *)0x1E)
#define SYSTEM_FLAGS (*(volatile uint8_t *)0x1F)
#define FRAMEBUFFER ((uint8_t *)0xA0)

enum { BUTTON_X = 1, BUTTON_Z = 2, BUTTON_LEFT = 16, BUTTON_RIGHT = 32, BUTTON_UP = 64, BUTTON_DOWN = 128 };
enum { MOUSE_LEFT = 1, MOUSE_RIGHT = 2, MOUSE_MIDDLE = 4 };
enum { PRESERVE_FRAMEBUFFER = 1, HIDE_GAMEPAD_OVERLAY = 2 };

// Drawing

enum { BLIT_2BPP = 1, BLIT_FLIP_X = 2, BLIT_FLIP_Y = 4, BLIT_ROTATE = 8 };

HOST(blit) void blit(const uint8_t *sprite, int32_t x, int32_t y, int32_t width, int32_t height, uint32_t flags);
HOST(blitSub)
void blit_sub(
    const uint8_t *sheet, int32_t x, int32_t y, int32_t width, int32_t height, int32_t source_x, int32_t source_y,
    int32_t sheet_width, uint32_t flags);
HOST(line) void line(int32_t x1, int32_t y1, int32_t x2, int32_t y2);
HOST(hline) void hline(int32_t x, int32_t y, int32_t length);
HOST(vline) void vline(int32_t x, int32_t y, int32_t length);
HOST(oval) void oval(int32_t x, int32_t y, int32_t width, int32_t height);
HOST(rect) void rect(int32_t x, int32_t y, int32_t width, int32_t height);
/// Cells of 8 x 8; a new line begins where the text began.
HOST(text) void text(const char *words, int32_t x, int32_t y);

// Sound

enum { TONE_PULSE1, TONE_PULSE2, TONE_TRIANGLE, TONE_NOISE };
enum { TONE_DUTY_8TH = 0, TONE_DUTY_4TH = 4, TONE_HALF = 8, TONE_LEFT = 16, TONE_RIGHT = 32, TONE_NOTES = 64 };

/// Frequency: start in the low half, end in the high one. Duration, in frames: sustain, release, decay, attack from the low
/// byte up. Volume, of 100: sustain, then peak.
HOST(tone) void tone(uint32_t frequency, uint32_t duration, uint32_t volume, uint32_t flags);

// Disk: one record of at most 1,024 bytes

HOST(diskr) uint32_t disk_read(void *target, uint32_t size);
HOST(diskw) uint32_t disk_write(const void *source, uint32_t size);

// Traces

HOST(trace) void trace(const char *line);
HOST(tracef) void tracef(const char *format, ...);

#endif
