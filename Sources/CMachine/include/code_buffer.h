// Where the compiler writes code before it runs: a growing block of memory. Large blocks are files
// in memory, so that they get into the code range without being copied.
#ifndef CODE_BUFFER_H
#define CODE_BUFFER_H

#include <stddef.h>
#include <stdint.h>

/// A block of bytes; all zeros is an empty one.
typedef struct vm_code_buffer {
  uint8_t *bytes;
  size_t capacity;
  int has_file;  // whether `bytes` is a mapping of `file`, else it is from malloc
  int file;
} vm_code_buffer;

/// Changes the capacity; what was written stays, as far as there is room for it. Returns 0, or -1 if
/// there is no memory: then nothing has changed. One thread at a time.
int vm_code_buffer_resize(vm_code_buffer *buffer, size_t capacity);

/// Ends writing after `length` bytes: a file gets int3 up to its last page's end and can be written
/// to by nobody from here on.
void vm_code_buffer_seal(vm_code_buffer *buffer, size_t length);

/// Gives the memory back, and leaves mappings of the file elsewhere as they are.
void vm_code_buffer_free(vm_code_buffer *buffer);

#endif
