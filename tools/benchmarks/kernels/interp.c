// An interpreter of a small register machine: dispatch by a jump table.
#include "kernel.h"

enum { ADD, SUB, MUL, XOR, SHIFT, LOAD, STORE, CONST, JUMP_LESS, JUMP, MOVE, AND, OR, NOT, INC, HALT };

typedef struct { uint8_t op, a, b, c; } Instruction;

static uint32_t memory[256];

// Sums, mixes and stores in a loop of r1 from 0 to r2.
static const Instruction program[] = {
    {CONST, 1, 0, 0}, {CONST, 3, 17, 0}, {CONST, 4, 5, 0},
    {MUL, 5, 1, 3},   {XOR, 4, 4, 5},    {SHIFT, 6, 4, 7}, {ADD, 4, 4, 6}, {AND, 7, 4, 3},
    {STORE, 7, 4, 0}, {LOAD, 8, 1, 0},   {OR, 9, 8, 3},    {SUB, 4, 4, 9}, {NOT, 10, 4, 0},
    {MOVE, 11, 10, 0}, {XOR, 4, 4, 11},  {INC, 1, 0, 0},   {JUMP_LESS, 1, 2, 3}, {HALT, 4, 0, 0},
};

NOINLINE static uint32_t execute(const Instruction *code, uint32_t limit) {
    uint32_t r[16] = {0};
    r[2] = limit;
    for (uint32_t pc = 0;;) {
        Instruction i = code[pc++];
        switch (i.op) {
        case ADD: r[i.a & 15] = r[i.b & 15] + r[i.c & 15]; break;
        case SUB: r[i.a & 15] = r[i.b & 15] - r[i.c & 15]; break;
        case MUL: r[i.a & 15] = r[i.b & 15] * r[i.c & 15]; break;
        case XOR: r[i.a & 15] = r[i.b & 15] ^ r[i.c & 15]; break;
        case SHIFT: r[i.a & 15] = r[i.b & 15] >> (i.c & 31); break;
        case LOAD: r[i.a & 15] = memory[r[i.b & 15] & 255]; break;
        case STORE: memory[r[i.a & 15] & 255] = r[i.b & 15]; break;
        case CONST: r[i.a & 15] = i.b; break;
        case JUMP_LESS: if (r[i.a & 15] < r[i.b & 15]) pc = i.c; break;
        case JUMP: pc = i.c; break;
        case MOVE: r[i.a & 15] = r[i.b & 15]; break;
        case AND: r[i.a & 15] = r[i.b & 15] & r[i.c & 15]; break;
        case OR: r[i.a & 15] = r[i.b & 15] | r[i.c & 15]; break;
        case NOT: r[i.a & 15] = ~r[i.b & 15]; break;
        case INC: r[i.a & 15]++; break;
        default: return r[i.a & 15];
        }
    }
}

RUN {
    for (uint32_t i = 0; i < 256; i++) memory[i] = i * 2654435761u;
    uint32_t hash = 2166136261u;
    for (int32_t round = 0; round < n; round++) hash = mix(hash, execute(program, 1000 + (uint32_t)round % 7));
    return (int32_t)hash;
}
