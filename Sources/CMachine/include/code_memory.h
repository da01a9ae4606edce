// Executable memory: one process-wide reserved address range that holds the code of all modules, so
// that "is this pc ours" is two compares. Never writable and executable through one mapping.
#ifndef CODE_MEMORY_H
#define CODE_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#include "code_buffer.h"

/// How a block's bytes get into place.
typedef enum vm_code_mode {
  VM_CODE_DUAL_MAPPING,  // memfd mapped a second time for writing, if the kernel allows it
  VM_CODE_FLIP,          // one private mapping, mprotect from read-write to read-execute
} vm_code_mode;

/// A module image in the code range, page-aligned.
typedef struct vm_code_block {
  const uint8_t *address;
  size_t size;  // bytes of address space taken, whole pages
} vm_code_block;

/// Brings the `length` bytes of a sealed buffer into the code range and makes them executable; a file
/// is mapped there, else they are copied. Returns 0, or -1 if the range is full or the system refuses.
/// VM_CODE_DUAL_MAPPING falls back to VM_CODE_FLIP by itself.
/// Takes a lock; any thread, not in a signal handler. The caller owns the block until it hands it
/// to vm_code_free.
int vm_code_allocate(
  const vm_code_buffer *code, size_t length, vm_code_mode mode, vm_code_block *block);

/// Gives a block back; no thread may be running or later resume in it. Locks like vm_code_allocate.
void vm_code_free(vm_code_block block);

/// What VM_CODE_DUAL_MAPPING amounts to in this process.
vm_code_mode vm_code_effective_mode(void);

/// Whether `pc` lies in the code range. Async-signal-safe.
int vm_code_contains(uint64_t pc);

#endif
