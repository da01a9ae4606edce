#define _GNU_SOURCE
#include "code_buffer.h"

#include "memory_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 0x0010
#endif

// Below this, a copy costs less than a file.
static const size_t least_file = 512 << 10;

/// Moves the block into a file. Returns 0, or -1 and leaves it where it is.
static int begin_file(vm_code_buffer *buffer, size_t capacity) {
  int file = vm_code_file(capacity);
  if (file < 0) return -1;
  uint8_t *bytes = mmap(NULL, capacity, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (bytes == MAP_FAILED) {
    close(file);
    return -1;
  }
  if (buffer->bytes != NULL) memcpy(bytes, buffer->bytes, buffer->capacity);
  free(buffer->bytes);
  *buffer = (vm_code_buffer){.bytes = bytes, .capacity = capacity, .has_file = 1, .file = file};
  return 0;
}

int vm_code_buffer_resize(vm_code_buffer *buffer, size_t capacity) {
  if (buffer->has_file) {
    if (capacity > buffer->capacity && ftruncate(buffer->file, (off_t)capacity) != 0) return -1;
    void *bytes = mremap(buffer->bytes, buffer->capacity, capacity, MREMAP_MAYMOVE);
    if (bytes == MAP_FAILED) return -1;
    buffer->bytes = bytes;
    buffer->capacity = capacity;
    return 0;
  }
  if (capacity >= least_file && capacity > buffer->capacity && begin_file(buffer, capacity) == 0) {
    return 0;
  }
  void *bytes = realloc(buffer->bytes, capacity);
  if (bytes == NULL) return -1;
  buffer->bytes = bytes;
  buffer->capacity = capacity;
  return 0;
}

void vm_code_buffer_seal(vm_code_buffer *buffer, size_t length) {
  if (!buffer->has_file) {
    (void)vm_code_buffer_resize(buffer, length > 0 ? length : 1);
    return;
  }
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  size_t size = (length + page - 1) & ~(page - 1);
  // There is room: the buffer was at least as large, and mapped in whole pages.
  memset(buffer->bytes + length, 0xCC, size - length);
  (void)vm_code_buffer_resize(buffer, size > 0 ? size : page);
  (void)ftruncate(buffer->file, (off_t)buffer->capacity);
  (void)mprotect(buffer->bytes, buffer->capacity, PROT_READ);
  // Older kernels do not know the seal; nothing but this mapping could write anyway.
  (void)fcntl(buffer->file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE);
}

void vm_code_buffer_free(vm_code_buffer *buffer) {
  if (buffer->has_file) {
    munmap(buffer->bytes, buffer->capacity);
    close(buffer->file);
  } else {
    free(buffer->bytes);
  }
  *buffer = (vm_code_buffer){0};
}
