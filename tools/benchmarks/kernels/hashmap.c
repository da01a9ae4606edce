// Words in a hash table with open addressing: string hashing and comparison.
#include "kernel.h"

enum { SLOTS = 8192, WORDS = 5000, LONGEST = 12 };

typedef struct { char word[LONGEST]; uint32_t length, count; } Slot;

static Slot slots[SLOTS];

static uint32_t hash_of(const char *word, uint32_t length) {
    uint32_t hash = 2166136261u;
    for (uint32_t i = 0; i < length; i++) hash = mix(hash, (uint8_t)word[i]);
    return hash;
}

static int32_t same(const Slot *slot, const char *word, uint32_t length) {
    if (slot->length != length) return 0;
    for (uint32_t i = 0; i < length; i++) {
        if (slot->word[i] != word[i]) return 0;
    }
    return 1;
}

NOINLINE static uint32_t count(const char *word, uint32_t length) {
    uint32_t at = hash_of(word, length) % SLOTS;
    while (slots[at].count && !same(&slots[at], word, length)) at = (at + 1) % SLOTS;
    Slot *slot = &slots[at];
    if (!slot->count) {
        for (uint32_t i = 0; i < length; i++) slot->word[i] = word[i];
        slot->length = length;
    }
    return ++slot->count;
}

RUN {
    uint32_t hash = 2166136261u;
    for (int32_t round = 0; round < n; round++) {
        uint32_t seed = 1000 + (uint32_t)round;
        for (int32_t i = 0; i < SLOTS; i++) slots[i].count = 0;
        for (int32_t i = 0; i < WORDS; i++) {
            char word[LONGEST];
            uint32_t r = next_random(&seed), length = 3 + r % (LONGEST - 3);
            uint32_t base = r >> 8 & 1023;
            for (uint32_t k = 0; k < length; k++) word[k] = (char)('a' + (base * (k + 1) >> 3) % 26);
            hash = mix(hash, count(word, length));
        }
    }
    return (int32_t)hash;
}
