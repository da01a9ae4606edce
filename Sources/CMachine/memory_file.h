// Files without a name. Not for Swift.
#ifndef MEMORY_FILE_H
#define MEMORY_FILE_H

#include <stddef.h>

/// A new file of `size` bytes that can be sealed, or -1 if the system does not let its pages execute.
int vm_code_file(size_t size);

/// A new file without bytes that can be sealed and whose pages never execute, or -1.
int vm_data_file(void);

#endif
