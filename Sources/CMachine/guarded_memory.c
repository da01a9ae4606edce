#define _GNU_SOURCE
#include "guarded_memory.h"

#include <pthread.h>
#include <stddef.h>

#include "vm_pages.h"
#include "vm_store.h"

// Below the base: reached by no correct code, but by an index that was sign-extended by mistake.
#define GUARD_BEFORE (2ull << 30)
// From the base: the largest index + the largest offset + the widest access, rounded up.
#define RESERVED_FROM_BASE ((8ull << 30) + VM_PAGE_BYTES)
#define RESERVATION (GUARD_BEFORE + RESERVED_FROM_BASE)

// Reservations that the signal handler may find fault addresses in: each a page number (64 KiB
// pages) in one word, so that a reader never sees half an entry. 0 is a free slot. All
// reservations have the same size; 47 bits of address space hold at most 13,106 of them.
#define REGISTRY_SLOTS 13312
static uint32_t registry[REGISTRY_SLOTS];
static uint32_t registry_used;  // slots beyond were never taken

static int32_t register_reservation(void *mapping) {
  uint32_t page = (uint32_t)((uint64_t)mapping / VM_PAGE_BYTES);
  for (uint32_t slot = 0; slot < REGISTRY_SLOTS; slot++) {
    uint32_t expected = 0;
    if (!__atomic_compare_exchange_n(
          &registry[slot], &expected, page, 0, __ATOMIC_RELEASE, __ATOMIC_RELAXED)) {
      continue;
    }
    uint32_t used = __atomic_load_n(&registry_used, __ATOMIC_RELAXED);
    while (used < slot + 1 && !__atomic_compare_exchange_n(
             &registry_used, &used, slot + 1, 1, __ATOMIC_RELEASE, __ATOMIC_RELAXED)) {
    }
    return (int32_t)slot;
  }
  return -1;
}

int vm_memory_find(uint64_t address, int64_t *index) {
  uint32_t used = __atomic_load_n(&registry_used, __ATOMIC_ACQUIRE);
  for (uint32_t slot = 0; slot < used; slot++) {
    uint64_t start = __atomic_load_n(&registry[slot], __ATOMIC_ACQUIRE) * VM_PAGE_BYTES;
    if (start == 0 || address < start || address - start >= RESERVATION) continue;
    *index = (int64_t)(address - start) - (int64_t)GUARD_BEFORE;
    return 1;
  }
  return 0;
}

/// Reserves inaccessible address space for a memory; returns its first multiple of 64 KiB, from
/// which on there are `bytes`, or NULL.
static uint8_t *reserve(uint64_t bytes, vm_mapping *mapping) {
  if (vm_mapping_take(bytes + VM_PAGE_BYTES, mapping) != 0) return NULL;
  uint64_t address = (uint64_t)mapping->address + VM_PAGE_BYTES - 1;
  return (uint8_t *)(address - address % VM_PAGE_BYTES);
}

static int guard_available;
static void try_guard(void) {
  vm_mapping mapping;
  if (reserve(RESERVATION, &mapping) == NULL) return;
  vm_mapping_give(&mapping);
  guard_available = 1;
}

int vm_memory_guard_available(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, try_guard);
  return guard_available;
}

/// The most pages that memory of this store may have if its maximum allows them.
static uint64_t affordable_pages(const struct vm_store *store) {
  if (store->memory_bytes >= store->memory_bytes_limit) return 0;
  return (store->memory_bytes_limit - store->memory_bytes) / VM_PAGE_BYTES;
}

int vm_memory_create(struct vm_store *store, uint64_t minimum_pages, uint64_t maximum_pages,
                     vm_bounds bounds, vm_memory *memory) {
  if (maximum_pages > VM_MAXIMUM_PAGES) maximum_pages = VM_MAXIMUM_PAGES;
  if (minimum_pages > maximum_pages || minimum_pages > affordable_pages(store)) return -1;
  *memory = (vm_memory){
    .maximum_pages = maximum_pages, .bounds = bounds, .store = store, .registry_slot = -1,
  };
  uint64_t minimum_bytes = minimum_pages * VM_PAGE_BYTES;
  if (bounds == VM_BOUNDS_GUARD_REGION) {
    uint8_t *reservation = reserve(RESERVATION, &memory->mapping);
    if (reservation == NULL) return -1;
    memory->base = reservation + GUARD_BEFORE;
    memory->growable_bytes = maximum_pages * VM_PAGE_BYTES;
    memory->registry_slot = register_reservation(reservation);
  } else {
    // A page more than asked for before and behind: code that compares needs no guard, but a bug
    // in the comparison should still not touch a neighbour.
    uint64_t pages = maximum_pages < affordable_pages(store) ? maximum_pages
                                                             : affordable_pages(store);
    uint8_t *reservation;
    for (;; pages = minimum_pages + (pages - minimum_pages) / 2) {
      memory->growable_bytes = pages * VM_PAGE_BYTES;
      reservation = reserve(memory->growable_bytes + 2 * VM_PAGE_BYTES, &memory->mapping);
      if (reservation != NULL) break;
      if (pages == minimum_pages) return -1;
    }
    memory->base = reservation + VM_PAGE_BYTES;
  }
  int refused = bounds == VM_BOUNDS_GUARD_REGION && memory->registry_slot < 0;
  if (!refused) refused = vm_mapping_open(&memory->mapping, memory->base, minimum_bytes) != 0;
  if (refused) {
    vm_memory_destroy(memory);
    return -1;
  }
  memory->length = minimum_bytes;
  store->memory_bytes += minimum_bytes;
  return 0;
}

// All memories that show an image.
static pthread_mutex_t shown_lock = PTHREAD_MUTEX_INITIALIZER;
static vm_memory *shown_memories;

int vm_memory_show(vm_memory *memory, const vm_data_image *image) {
  if (!image->has_file || image->start >= image->end) return 0;
  if (image->end > memory->length) return -1;
  if (vm_mapping_show(
        &memory->mapping, memory->base + image->start, image->end - image->start, image->file,
        image->start) != 0) {
    return -1;
  }
  pthread_mutex_lock(&shown_lock);
  memory->next_shown = shown_memories;
  shown_memories = memory;
  pthread_mutex_unlock(&shown_lock);
  return 0;
}

static void forget_shown(vm_memory *memory) {
  if (memory->mapping.file_bytes == 0) return;
  pthread_mutex_lock(&shown_lock);
  vm_memory **link = &shown_memories;
  while (*link != memory) link = &(*link)->next_shown;
  *link = memory->next_shown;
  pthread_mutex_unlock(&shown_lock);
}

void vm_memory_mark_shown(uint64_t start, uint64_t pages, uint8_t *shown) {
  uint64_t page = vm_page_size();
  pthread_mutex_lock(&shown_lock);
  for (vm_memory *memory = shown_memories; memory != NULL; memory = memory->next_shown) {
    uint64_t from = (uint64_t)memory->mapping.file_part;
    uint64_t to = from + memory->mapping.file_bytes;
    if (from < start) from = start;
    if (to > start + pages * page) to = start + pages * page;
    for (uint64_t at = from; at < to; at += page) shown[(at - start) / page] = 1;
  }
  pthread_mutex_unlock(&shown_lock);
}

void vm_memory_destroy(vm_memory *memory) {
  if (memory->mapping.address == NULL) return;
  forget_shown(memory);
  if (memory->registry_slot >= 0) {
    __atomic_store_n(&registry[memory->registry_slot], 0, __ATOMIC_RELEASE);
  }
  vm_mapping_give(&memory->mapping);
  memory->store->memory_bytes -= memory->length;
  memory->base = NULL;
  memory->length = 0;
}

int64_t vm_memory_grow(vm_memory *memory, uint64_t pages) {
  uint64_t old_pages = memory->length / VM_PAGE_BYTES;
  if (pages == 0) return (int64_t)old_pages;
  if (pages > memory->maximum_pages - old_pages) return -1;
  if (pages > affordable_pages(memory->store)) {
    memory->store->refused_growths++;
    return -1;
  }
  uint64_t bytes = pages * VM_PAGE_BYTES;
  if (bytes > memory->growable_bytes - memory->length) return -1;
  uint64_t length = memory->length + bytes;
  if (vm_mapping_open(&memory->mapping, memory->base, length) != 0) return -1;
  memory->length = length;
  memory->store->memory_bytes += bytes;
  for (vm_memory_view *view = memory->views; view != NULL; view = view->next) {
    view->length = memory->length;
  }
  return (int64_t)old_pages;
}

void vm_memory_attach(vm_memory *memory, vm_memory_view *view) {
  *view = (vm_memory_view){
    .base = memory->base, .length = memory->length, .memory = memory, .next = memory->views,
  };
  memory->views = view;
}
