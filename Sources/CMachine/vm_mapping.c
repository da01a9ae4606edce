#define _GNU_SOURCE
#include "vm_mapping.h"

#include <pthread.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

// Mappings that are kept for the next ones of their size.
#define KEPT 16
// More than that does not stay open in a kept mapping.
#define KEPT_OPEN_BYTES (2ull << 20)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static vm_mapping kept[KEPT];  // the oldest first
static int kept_count;

/// With the lock held.
static void remove_kept(int index) {
  kept_count--;
  memmove(kept + index, kept + index + 1, (size_t)(kept_count - index) * sizeof *kept);
}

/// Takes a kept mapping of a size; 0 for any. Returns whether there was one.
static int take_kept(uint64_t bytes, vm_mapping *mapping) {
  int found = 0;
  pthread_mutex_lock(&lock);
  for (int i = kept_count - 1; i >= 0 && !found; i--) {
    if (bytes != 0 && kept[i].bytes != bytes) continue;
    *mapping = kept[i];
    remove_kept(i);
    found = 1;
  }
  pthread_mutex_unlock(&lock);
  return found;
}

int vm_mapping_take(uint64_t bytes, vm_mapping *mapping) {
  if (take_kept(bytes, mapping)) return 0;
  for (;;) {
    void *address = mmap(
      NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (address != MAP_FAILED) {
      *mapping = (vm_mapping){.address = address, .bytes = bytes};
      return 0;
    }
    // What is kept may be what is missing.
    vm_mapping other;
    if (!take_kept(0, &other)) return -1;
    munmap(other.address, other.bytes);
  }
}

/// Closes all that is open. Returns 0, or -1 with the mapping as it was.
static int close_all(vm_mapping *mapping) {
  if (madvise(mapping->open, mapping->open_bytes, MADV_DONTNEED) != 0) return -1;
  if (mprotect(mapping->open, mapping->open_bytes, PROT_NONE) != 0) return -1;
  mapping->open_bytes = 0;
  return 0;
}

int vm_mapping_open(vm_mapping *mapping, uint8_t *start, uint64_t bytes) {
  // A memory can be as large as a stack that was there before it, and begin elsewhere in it.
  if (mapping->open_bytes > 0 && mapping->open != start && close_all(mapping) != 0) return -1;
  uint64_t now = mapping->open_bytes;
  if (bytes > now && mprotect(start + now, bytes - now, PROT_READ | PROT_WRITE) != 0) return -1;
  if (bytes < now) {
    // Dropped pages are zeros when they are opened again.
    if (madvise(start + bytes, now - bytes, MADV_DONTNEED) != 0) return -1;
    if (mprotect(start + bytes, now - bytes, PROT_NONE) != 0) return -1;
  }
  mapping->open = start;
  mapping->open_bytes = bytes;
  return 0;
}

int vm_mapping_show(
  vm_mapping *mapping, uint8_t *start, uint64_t bytes, int file, uint64_t offset) {
  if (mapping->file_bytes != 0) return -1;
  void *shown = mmap(
    start, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE | MAP_FIXED, file,
    (off_t)offset);
  if (shown == MAP_FAILED) return -1;
  mapping->file_part = start;
  mapping->file_bytes = bytes;
  return 0;
}

/// Makes the part that shows a file like the rest of what is open. Returns 0 or -1.
static int hide_file(vm_mapping *mapping) {
  if (mapping->file_bytes == 0) return 0;
  void *hidden = mmap(
    mapping->file_part, mapping->file_bytes, PROT_READ | PROT_WRITE,
    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
  if (hidden == MAP_FAILED) return -1;
  mapping->file_part = NULL;
  mapping->file_bytes = 0;
  return 0;
}

void vm_mapping_give(vm_mapping *mapping) {
  vm_mapping given = *mapping;
  *mapping = (vm_mapping){0};
  if (given.address == NULL) return;
  uint64_t rest = given.open_bytes < KEPT_OPEN_BYTES ? given.open_bytes : KEPT_OPEN_BYTES;
  int is_clean =
    hide_file(&given) == 0 &&
    (given.open_bytes == 0 || madvise(given.open, given.open_bytes, MADV_DONTNEED) == 0);
  if (is_clean && vm_mapping_open(&given, given.open, rest) == 0) {
    // In place of the oldest, which may be of a size that nobody wants.
    vm_mapping oldest = {0};
    pthread_mutex_lock(&lock);
    if (kept_count == KEPT) {
      oldest = kept[0];
      remove_kept(0);
    }
    kept[kept_count++] = given;
    pthread_mutex_unlock(&lock);
    given = oldest;
  }
  if (given.address != NULL) munmap(given.address, given.bytes);
}
