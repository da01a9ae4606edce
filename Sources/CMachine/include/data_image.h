// The bytes a memory begins with, in a file in memory: instances map it copy on write, so that data
// neither has to be copied for each of them nor at the moment when one is wanted.
#ifndef DATA_IMAGE_H
#define DATA_IMAGE_H

#include <stddef.h>
#include <stdint.h>

/// An image; all zeros is none. What lies at an address of the memory lies there in the file.
typedef struct vm_data_image {
  int has_file;
  int file;
  uint64_t start;  // the pages that may have other bytes than zeros: [start, end)
  uint64_t end;
} vm_data_image;

/// Writes bytes at an address of the memory. Returns 0; -1 if the system has no room: then nobody
/// knows what the image holds. One thread at a time.
int vm_data_image_write(
  vm_data_image *image, uint64_t address, const uint8_t *bytes, size_t count);

/// Ends writing: from here on nobody can change the file. Returns 0, or -1 as above.
int vm_data_image_seal(vm_data_image *image);

/// Gives the file back, and leaves memories that have it mapped as they are.
void vm_data_image_free(vm_data_image *image);

#endif
