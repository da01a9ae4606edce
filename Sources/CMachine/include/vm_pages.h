// Which pages of anonymous memory were ever touched, or show a memory's image. Reading the others
// would show zeros, but cost a page table entry each: a sparse memory of gigabytes must not be read
// to learn that it is empty.
#ifndef VM_PAGES_H
#define VM_PAGES_H

#include <stdint.h>

/// Bytes of the pages that vm_pages_touched counts in.
uint64_t vm_page_size(void);

/// Sets touched[i] to 0 if page i from `start` (page-aligned) was never touched, to 1 if it was or
/// may have been. Returns 0, or -1 if the kernel does not tell. Any thread, not in a signal handler.
int vm_pages_touched(const void *start, uint64_t pages, uint8_t *touched);

#endif
