// Vectors of 128 bits in clang's extended C: wasm with -msimd128 and native code from the same source.
#ifndef VECTORS_H
#define VECTORS_H

#include "kernel.h"

typedef uint8_t u8x16 __attribute__((vector_size(16)));
typedef uint8_t u8x8 __attribute__((vector_size(8)));
typedef int16_t i16x8 __attribute__((vector_size(16)));
typedef uint16_t u16x8 __attribute__((vector_size(16)));
typedef int32_t i32x4 __attribute__((vector_size(16)));
typedef uint32_t u32x4 __attribute__((vector_size(16)));
typedef float f32x4 __attribute__((vector_size(16)));

static inline uint32_t sum_lanes(u32x4 v) { return v[0] + v[1] + v[2] + v[3]; }

#endif
