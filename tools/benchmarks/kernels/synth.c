// A little synthesizer: oscillators with phase wrapping, a filter, conversion to 16-bit samples.
#include "kernel.h"

enum { VOICES = 8 };

typedef struct { float phase, step, level, low; } Voice;

RUN {
    Voice voices[VOICES];
    for (int32_t i = 0; i < VOICES; i++) {
        voices[i] = (Voice){0, (110.0f + 55.0f * (float)i) / 44100.0f, 0.1f + 0.01f * (float)i, 0};
    }
    uint32_t hash = 2166136261u;
    for (int32_t sample = 0; sample < n; sample++) {
        float out = 0;
        for (int32_t i = 0; i < VOICES; i++) {
            Voice *voice = &voices[i];
            voice->phase += voice->step;
            voice->phase -= __builtin_floorf(voice->phase);
            float saw = 2.0f * voice->phase - 1.0f;
            float parabola = saw * (2.0f - 2.0f * __builtin_fabsf(saw));
            float wave = i & 1 ? saw : parabola;
            voice->low += 0.2f * (wave - voice->low);
            out += voice->low * voice->level;
        }
        out = out > 1.0f ? 1.0f : out < -1.0f ? -1.0f : out;
        hash = mix(hash, (uint32_t)(int32_t)(out * 32767.0f));
    }
    return (int32_t)hash;
}
