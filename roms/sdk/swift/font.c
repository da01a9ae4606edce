// The console's small font for carts in Swift, which cannot hold a table of bytes in a constant.
#include <stdint.h>
#include "font.h"

const uint8_t *glow_font_data(void) { return glow_font; }
uint32_t glow_font_size(void) { return sizeof glow_font; }
