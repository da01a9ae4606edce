// What Embedded Swift needs of a C library: a heap and the memory functions.
//
// The heap is a list of blocks in address order, first fit, with neighbours merged when freed. It begins at __heap_base
// (set by the linker) and grows the memory when it must; a cart that asks for more than there is traps.
#include <stddef.h>
#include <stdint.h>

enum { PAGE = 65536, GRAIN = 16 };

typedef struct Block {
    size_t size;  // of the payload, a multiple of GRAIN
    struct Block *next;
    size_t used;
    size_t padding;
} Block;

extern uint8_t __heap_base;
static Block *first;

static size_t rounded(size_t size) { return (size + GRAIN - 1) & ~(size_t)(GRAIN - 1); }

static uint8_t *end_of(Block *block) { return (uint8_t *)(block + 1) + block->size; }

static Block *last_block(void) {
    if (!first) {
        first = (Block *)rounded((size_t)&__heap_base);
        size_t end = __builtin_wasm_memory_size(0) * PAGE;
        if (end < (size_t)first + sizeof(Block)) {
            if (__builtin_wasm_memory_grow(0, 1) == (size_t)-1) __builtin_trap();
            end += PAGE;
        }
        *first = (Block){.size = end - (size_t)(first + 1)};
    }
    Block *block = first;
    while (block->next) block = block->next;
    return block;
}

static void grow(size_t size) {
    Block *last = last_block();
    size_t pages = (size + sizeof(Block) + PAGE - 1) / PAGE;
    if (__builtin_wasm_memory_grow(0, pages) == (size_t)-1) __builtin_trap();
    if (!last->used) {
        last->size += pages * PAGE;
        return;
    }
    Block *added = (Block *)end_of(last);
    *added = (Block){.size = pages * PAGE - sizeof(Block)};
    last->next = added;
}

void *malloc(size_t size) {
    if (size > 0x40000000) __builtin_trap();
    size = size ? rounded(size) : GRAIN;
    if (!first) last_block();
    for (;;) {
        for (Block *block = first; block; block = block->next) {
            if (block->used || block->size < size) continue;
            if (block->size >= size + sizeof(Block) + GRAIN) {
                Block *rest = (Block *)((uint8_t *)(block + 1) + size);
                *rest = (Block){.size = block->size - size - sizeof(Block), .next = block->next};
                block->size = size;
                block->next = rest;
            }
            block->used = 1;
            return block + 1;
        }
        grow(size);
    }
}

void free(void *memory) {
    if (!memory) return;
    ((Block *)memory - 1)->used = 0;
    for (Block *block = first; block && block->next;) {
        if (block->used || block->next->used) {
            block = block->next;
            continue;
        }
        block->size += sizeof(Block) + block->next->size;
        block->next = block->next->next;
    }
}

/// Swift asks for at most 16; every block is aligned to that.
int posix_memalign(void **memory, size_t alignment, size_t size) {
    if (alignment > GRAIN) __builtin_trap();
    *memory = malloc(size);
    return 0;
}

// The builtins become memory.copy and memory.fill: no call back into these functions.

void *memcpy(void *to, const void *from, size_t size) { return __builtin_memcpy(to, from, size); }

void *memmove(void *to, const void *from, size_t size) { return __builtin_memmove(to, from, size); }

void *memset(void *to, int value, size_t size) { return __builtin_memset(to, value, size); }

int memcmp(const void *a, const void *b, size_t size) {
    const uint8_t *left = a, *right = b;
    for (size_t i = 0; i < size; i++) {
        if (left[i] != right[i]) return left[i] < right[i] ? -1 : 1;
    }
    return 0;
}
