#define _GNU_SOURCE
#include "code_memory.h"

#include "memory_file.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// Smaller ranges are for processes with an address-space limit.
static const size_t range_sizes[] = {
  (size_t)1 << 30, (size_t)256 << 20, (size_t)64 << 20, (size_t)16 << 20,
};

// The two compares of the signal handler. Written once, before any code runs.
static uint64_t range_low, range_high;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int memory_file = -1;
static size_t page_size;

/// Free address space in the range: extents in address order, neighbours always merged.
typedef struct extent {
  size_t offset, size;
  struct extent *next;
} extent;
static extent *free_extents;

int vm_code_contains(uint64_t pc) { return pc >= range_low && pc < range_high; }

/// Reserves the range on first use. Called with the lock held.
static int reserve_range(void) {
  if (range_high != 0) return 0;
  page_size = (size_t)sysconf(_SC_PAGESIZE);
  for (size_t i = 0; i < sizeof range_sizes / sizeof range_sizes[0]; i++) {
    void *range = mmap(
      NULL, range_sizes[i], PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (range == MAP_FAILED) continue;
    extent *all = malloc(sizeof *all);
    if (all == NULL) {
      munmap(range, range_sizes[i]);
      return -1;
    }
    *all = (extent){.offset = 0, .size = range_sizes[i], .next = NULL};
    free_extents = all;
    memory_file = vm_code_file(range_sizes[i]);
    range_low = (uint64_t)range;
    __atomic_store_n(&range_high, range_low + range_sizes[i], __ATOMIC_RELEASE);
    return 0;
  }
  return -1;
}

/// Puts an extent back into the free list and merges it with its neighbours.
static void release_extent(size_t offset, size_t size) {
  extent **link = &free_extents;
  extent *before = NULL;
  while (*link != NULL && (*link)->offset < offset) {
    before = *link;
    link = &before->next;
  }
  extent *after = *link;
  if (before != NULL && before->offset + before->size == offset) {
    before->size += size;
    if (after != NULL && before->offset + before->size == after->offset) {
      before->size += after->size;
      before->next = after->next;
      free(after);
    }
  } else if (after != NULL && offset + size == after->offset) {
    after->offset = offset;
    after->size += size;
  } else {
    extent *fresh = malloc(sizeof *fresh);
    if (fresh == NULL) return;  // Address space is lost, nothing else.
    *fresh = (extent){.offset = offset, .size = size, .next = after};
    *link = fresh;
  }
}

/// First fit; returns the offset in the range or SIZE_MAX.
static size_t take_extent(size_t size) {
  for (extent **link = &free_extents; *link != NULL; link = &(*link)->next) {
    extent *candidate = *link;
    if (candidate->size < size) continue;
    size_t offset = candidate->offset;
    candidate->offset += size;
    candidate->size -= size;
    if (candidate->size == 0) {
      *link = candidate->next;
      free(candidate);
    }
    return offset;
  }
  return SIZE_MAX;
}

/// Maps address space of the range inaccessible again and drops its pages.
static void make_inaccessible(uint8_t *address, size_t size) {
  mmap(
    address, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
}

static int fill_by_dual_mapping(uint8_t *address, size_t offset, size_t size, const void *bytes,
                                size_t length) {
  if (memory_file < 0) return -1;
  void *alias = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, memory_file, (off_t)offset);
  if (alias == MAP_FAILED) return -1;
  memcpy(alias, bytes, length);
  // int3 up to the page's end: a jump beyond the image stops at once.
  memset((uint8_t *)alias + length, 0xCC, size - length);
  munmap(alias, size);  // A writable alias of code is not kept.
  void *code = mmap(
    address, size, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_FIXED, memory_file, (off_t)offset);
  return code == MAP_FAILED ? -1 : 0;
}

static int fill_by_file(uint8_t *address, size_t size, int file) {
  void *code = mmap(address, size, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_FIXED, file, 0);
  return code == MAP_FAILED ? -1 : 0;
}

static int fill_by_flip(uint8_t *address, size_t size, const void *bytes, size_t length) {
  if (mprotect(address, size, PROT_READ | PROT_WRITE) != 0) return -1;
  memcpy(address, bytes, length);
  memset(address + length, 0xCC, size - length);
  return mprotect(address, size, PROT_READ | PROT_EXEC);
}

int vm_code_allocate(
  const vm_code_buffer *code, size_t length, vm_code_mode mode, vm_code_block *block) {
  if (length > SIZE_MAX / 2) return -1;
  pthread_mutex_lock(&lock);
  int status = reserve_range();
  if (status == 0) {
    size_t size = (length + page_size - 1) & ~(page_size - 1);
    if (size == 0) size = page_size;
    size_t offset = take_extent(size);
    status = -1;
    if (offset != SIZE_MAX) {
      uint8_t *address = (uint8_t *)range_low + offset;
      if (mode == VM_CODE_DUAL_MAPPING) {
        status = code->has_file ? fill_by_file(address, size, code->file)
                                : fill_by_dual_mapping(address, offset, size, code->bytes, length);
      }
      if (status != 0) status = fill_by_flip(address, size, code->bytes, length);
      if (status == 0) {
        *block = (vm_code_block){.address = address, .size = size};
      } else {
        make_inaccessible(address, size);
        release_extent(offset, size);
      }
    }
  }
  pthread_mutex_unlock(&lock);
  return status;
}

void vm_code_free(vm_code_block block) {
  if (block.address == NULL) return;
  pthread_mutex_lock(&lock);
  size_t offset = (size_t)((uint64_t)block.address - range_low);
  make_inaccessible((uint8_t *)block.address, block.size);
  if (memory_file >= 0) {
    // The file's pages go too; for a flipped block this is a hole already.
    fallocate(
      memory_file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)offset, (off_t)block.size);
  }
  release_extent(offset, block.size);
  pthread_mutex_unlock(&lock);
}

vm_code_mode vm_code_effective_mode(void) {
  pthread_mutex_lock(&lock);
  int available = reserve_range() == 0 && memory_file >= 0;
  pthread_mutex_unlock(&lock);
  return available ? VM_CODE_DUAL_MAPPING : VM_CODE_FLIP;
}
