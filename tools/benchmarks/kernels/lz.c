// A Lempel-Ziv packer and unpacker by a hash table, and a table-driven CRC-32 of the result.
#include "kernel.h"

enum { SIZE = 65536, HASHES = 4096, SHORTEST = 4, LONGEST = 255 };

static uint8_t text[SIZE], packed[SIZE * 2], unpacked[SIZE];
static int32_t heads[HASHES];
static uint32_t crcs[256];

static uint32_t hash_at(const uint8_t *p) {
    uint32_t word = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
    return word * 2654435761u >> 20;
}

// Packed form: 0, byte; or length, distance low, distance high.
NOINLINE static int32_t pack(void) {
    int32_t out = 0;
    for (int32_t i = 0; i < HASHES; i++) heads[i] = -1;
    for (int32_t at = 0; at < SIZE;) {
        int32_t length = 0, from = -1;
        if (at + SHORTEST <= SIZE) {
            uint32_t hash = hash_at(text + at);
            from = heads[hash];
            heads[hash] = at;
            if (from >= 0 && at - from < 65536) {
                while (length < LONGEST && at + length < SIZE && text[from + length] == text[at + length]) length++;
            }
        }
        if (length < SHORTEST) {
            packed[out++] = 0;
            packed[out++] = text[at++];
        } else {
            packed[out++] = (uint8_t)length;
            packed[out++] = (uint8_t)(at - from);
            packed[out++] = (uint8_t)((at - from) >> 8);
            at += length;
        }
    }
    return out;
}

NOINLINE static int32_t unpack(int32_t size) {
    int32_t out = 0;
    for (int32_t at = 0; at < size;) {
        int32_t length = packed[at++];
        if (length == 0) {
            unpacked[out++] = packed[at++];
            continue;
        }
        int32_t distance = packed[at] | packed[at + 1] << 8;
        at += 2;
        for (int32_t i = 0; i < length; i++, out++) unpacked[out] = unpacked[out - distance];
    }
    return out;
}

NOINLINE static uint32_t crc(const uint8_t *bytes, int32_t size) {
    uint32_t value = 0xFFFFFFFFu;
    for (int32_t i = 0; i < size; i++) value = crcs[(value ^ bytes[i]) & 255] ^ value >> 8;
    return ~value;
}

RUN {
    uint32_t seed = 31, hash = 2166136261u;
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t value = i;
        for (int32_t bit = 0; bit < 8; bit++) value = value & 1 ? value >> 1 ^ 0xEDB88320u : value >> 1;
        crcs[i] = value;
    }
    for (int32_t round = 0; round < n; round++) {
        for (int32_t i = 0; i < SIZE; i++) {
            text[i] = i > 300 && next_random(&seed) % 9 ? text[i - 200 - (i >> 10)] : (uint8_t)(next_random(&seed) % 23);
        }
        int32_t size = pack();
        hash = mix(hash, (uint32_t)size);
        hash = mix(hash, (uint32_t)unpack(size));
        hash = mix(hash, crc(unpacked, SIZE));
    }
    return (int32_t)hash;
}
