// Files without a name whose pages may be mapped executable. Not for Swift.
#ifndef MEMORY_FILE_H
#define MEMORY_FILE_H

#include <stddef.h>

/// A new file of `size` bytes that can be sealed, or -1 if the system does not let its pages execute.
int vm_memory_file(size_t size);

#endif
