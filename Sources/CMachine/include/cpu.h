// What the CPU at hand can do.
#ifndef VM_CPU_H
#define VM_CPU_H

#include <stdint.h>

/// Bits of Engine's CPUFeatures: 0 AVX, 1 BMI1, 2 BMI2, 3 LZCNT.
static inline uint32_t vm_cpu_features(void) {
  __builtin_cpu_init();
  return (__builtin_cpu_supports("avx") ? 1u : 0u) | (__builtin_cpu_supports("bmi") ? 2u : 0u) |
         (__builtin_cpu_supports("bmi2") ? 4u : 0u) | (__builtin_cpu_supports("lzcnt") ? 8u : 0u);
}

/// Whether the CPU has the x86-64-v2 instructions that all compiled code uses.
static inline int vm_cpu_has_baseline(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("sse4.1") && __builtin_cpu_supports("popcnt");
}

#endif
