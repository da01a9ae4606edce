// Address space of which one part can be read and written: that of memories and wasm stacks. What is given
// back waits for the next one of its size, because making and removing a mapping costs more than all
// else that an instance needs.
#ifndef VM_MAPPING_H
#define VM_MAPPING_H

#include <stdint.h>

/// A mapping, owned by whoever took it. Zeroed, it is none.
typedef struct vm_mapping {
  uint8_t *address;
  uint64_t bytes;
  uint8_t *open;         // the part that can be read and written
  uint64_t open_bytes;
  uint8_t *file_part;    // the part that shows a file, copy on write
  uint64_t file_bytes;
} vm_mapping;

/// Takes `bytes` of address space. Returns 0; -1 if the system has none. Part of it may be open: then
/// that reads as zeros. From any thread, not in a signal handler.
int vm_mapping_take(uint64_t bytes, vm_mapping *mapping);

/// Opens the `bytes` from `start` on and nothing else. Pages that were closed, all of them if it was open
/// from elsewhere on, read as zeros. Returns 0, or -1 with the mapping as it was or with less open.
int vm_mapping_open(vm_mapping *mapping, uint8_t *start, uint64_t bytes);

/// Shows `bytes` of a file from `offset` on at `start`, in the open part, copy on write; once a mapping.
/// All are multiples of the page size, and the file is at least so long and stays so. Returns 0, or -1
/// with the mapping as it was.
int vm_mapping_show(
  vm_mapping *mapping, uint8_t *start, uint64_t bytes, int file, uint64_t offset);

/// Gives the mapping back, its content gone; nobody may use it any more.
void vm_mapping_give(vm_mapping *mapping);

#endif
