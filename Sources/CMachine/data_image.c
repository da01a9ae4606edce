#define _GNU_SOURCE
#include "data_image.h"

#include "memory_file.h"
#include "vm_pages.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

int vm_data_image_write(
  vm_data_image *image, uint64_t address, const uint8_t *bytes, size_t count) {
  if (count == 0) return 0;
  if (address > INT64_MAX / 2 || count > INT64_MAX / 2) return -1;
  if (!image->has_file) {
    int file = vm_data_file();
    if (file < 0) return -1;
    *image = (vm_data_image){.has_file = 1, .file = file, .start = UINT64_MAX};
  }
  uint64_t page = vm_page_size();
  uint64_t start = address / page * page, end = (address + count + page - 1) / page * page;
  if (start < image->start) image->start = start;
  if (end > image->end) image->end = end;
  while (count > 0) {
    ssize_t written = pwrite(image->file, bytes, count, (off_t)address);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return -1;
    bytes += written;
    address += (uint64_t)written;
    count -= (size_t)written;
  }
  return 0;
}

int vm_data_image_seal(vm_data_image *image) {
  if (!image->has_file) return 0;
  // A mapping must not reach beyond the file.
  if (ftruncate(image->file, (off_t)image->end) != 0) return -1;
  return fcntl(image->file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
}

void vm_data_image_free(vm_data_image *image) {
  if (image->has_file) close(image->file);
  *image = (vm_data_image){0};
}
