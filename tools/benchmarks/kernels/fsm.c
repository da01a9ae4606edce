// A state machine over random input: branches that cannot be foreseen; it reads numbers, words and strings.
#include "kernel.h"

enum { SIZE = 16384 };

typedef enum { SPACE, WORD, NUMBER, FRACTION, STRING, ESCAPE, COMMENT } State;

static uint8_t input[SIZE];

NOINLINE static uint32_t scan(void) {
    static const char alphabet[] = "ab9. \"\\#\nz0 x7.";
    State state = SPACE;
    uint32_t words = 0, numbers = 0, strings = 0, comments = 0, value = 0;
    for (int32_t i = 0; i < SIZE; i++) {
        char c = alphabet[input[i] & 15];
        switch (state) {
        case SPACE:
            if (c >= 'a' && c <= 'z') state = WORD, words++;
            else if (c >= '0' && c <= '9') state = NUMBER, numbers++, value = (uint32_t)(c - '0');
            else if (c == '"') state = STRING;
            else if (c == '#') state = COMMENT;
            break;
        case WORD:
            if (c == ' ' || c == '\n') state = SPACE;
            else if (c == '"') state = STRING;
            break;
        case NUMBER:
            if (c == '.') state = FRACTION;
            else if (c >= '0' && c <= '9') value = value * 10 + (uint32_t)(c - '0');
            else state = SPACE, words ^= value;
            break;
        case FRACTION:
            if (c < '0' || c > '9') state = c == '"' ? STRING : SPACE;
            break;
        case STRING:
            if (c == '\\') state = ESCAPE;
            else if (c == '"') state = SPACE, strings++;
            break;
        case ESCAPE:
            state = STRING;
            break;
        case COMMENT:
            if (c == '\n') state = SPACE, comments++;
            break;
        }
    }
    return mix(mix(mix(words, numbers), strings), comments);
}

RUN {
    uint32_t seed = 61, hash = 2166136261u;
    for (int32_t i = 0; i < SIZE; i++) input[i] = (uint8_t)(next_random(&seed) >> 9);
    for (int32_t round = 0; round < n; round++) {
        input[round % SIZE] ^= 5;
        hash = mix(hash, scan());
    }
    return (int32_t)hash;
}
