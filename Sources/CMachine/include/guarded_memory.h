// Linear memories: address space reserved once, so that the base never moves, committed by
// mprotect as the memory grows, with unmapped guards around it that make bounds checks unneeded.
#ifndef GUARDED_MEMORY_H
#define GUARDED_MEMORY_H

#include <stdint.h>

#include "data_image.h"
#include "vm_context.h"
#include "vm_mapping.h"

#define VM_PAGE_BYTES 65536ull
#define VM_MAXIMUM_PAGES 65536ull

/// How accesses to a memory are kept in bounds.
typedef enum vm_bounds {
  VM_BOUNDS_GUARD_REGION,  // any i32 index + u32 offset + 16 bytes stays inside the reservation
  VM_BOUNDS_EXPLICIT,      // the code compares with vm_memory_view.length
} vm_bounds;

/// A linear memory. Owned by its creator; belongs to one store and is used by one thread at a time.
typedef struct vm_memory {
  uint8_t *base;
  uint64_t length;           // bytes accessible now
  uint64_t maximum_pages;    // of the memory's type, at most VM_MAXIMUM_PAGES
  uint64_t growable_bytes;   // length can reach this; less than the maximum where space was short
  vm_bounds bounds;
  uint32_t is_wide;          // whether addresses have 64 bits; the creator sets it
  struct vm_store *store;    // whose memory cap counts this memory
  vm_memory_view *views;     // of the contexts that have this memory
  vm_mapping mapping;        // what is reserved for it, its bytes open
  int32_t registry_slot;
  struct vm_memory *next_shown;  // the next of all memories that show an image
} vm_memory;

/// Whether a guarded reservation can be had in this process now. Tries once a process.
int vm_memory_guard_available(void);

/// Makes a zeroed memory. Returns 0; -1 if the system refuses the address space or the store's cap
/// is below the minimum. Not in a signal handler.
int vm_memory_create(struct vm_store *store, uint64_t minimum_pages, uint64_t maximum_pages,
                     vm_bounds bounds, vm_memory *memory);

/// Gives its address space back; no code may use it any more.
void vm_memory_destroy(vm_memory *memory);

/// Adds `pages` zeroed pages and updates all views. Returns the old size in pages, or
/// -1 beyond the maximum, the store's cap, or what the system gives. Any stack, not in a handler.
int64_t vm_memory_grow(vm_memory *memory, uint64_t pages);

/// Makes `view`, which lies in a context and stays there, a view of `memory`.
void vm_memory_attach(vm_memory *memory, vm_memory_view *view);

/// Shows a sealed image in a memory that nobody has written to, copy on write. Returns 0, or -1 with the
/// memory as it was: if the image is longer, or the system refuses.
int vm_memory_show(vm_memory *memory, const vm_data_image *image);

/// Sets shown[i] to 1 where page i from `start` on shows an image, copied or not; leaves the others. From
/// any thread, not in a signal handler.
void vm_memory_mark_shown(uint64_t start, uint64_t pages, uint8_t *shown);

/// Whether `address` lies in a known guarded reservation, accessible or not. If so *index is its
/// distance from that memory's base, negative in the guard before it. Async-signal-safe, lock-free.
int vm_memory_find(uint64_t address, int64_t *index);

#endif
