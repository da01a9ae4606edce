#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "guarded_memory.h"
#include "vm_pages.h"

// An entry of /proc/self/pagemap is 64 bits a page: bit 63 present, bit 62 swapped (or on the move
// between places). Everybody may read these bits of their own pages. mincore would not do: it does
// not tell pages that are swapped out from pages that never were.
#define PRESENT_OR_SWAPPED (3ull << 62)

uint64_t vm_page_size(void) { return (uint64_t)sysconf(_SC_PAGESIZE); }

/// Reads the entries of `count` pages from page `first` on; 0 or -1.
static int read_entries(int file, uint64_t first, uint64_t *entries, uint64_t count) {
  uint8_t *to = (uint8_t *)entries;
  uint64_t rest = count * 8;
  off_t offset = (off_t)(first * 8);
  while (rest > 0) {
    ssize_t got = pread(file, to, rest, offset);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return -1;
    to += got;
    rest -= (uint64_t)got;
    offset += got;
  }
  return 0;
}

/// Whether the file tells the truth about a page that is certainly there: some sandboxes have a
/// pagemap of nothing but zeros.
static int is_trustworthy(int file, uint64_t page_size) {
  volatile uint8_t here = 1;
  uint64_t entry = 0;
  return read_entries(file, (uint64_t)(uintptr_t)&here / page_size, &entry, 1) == 0 &&
         (entry & PRESENT_OR_SWAPPED) != 0;
}

int vm_pages_touched(const void *start, uint64_t pages, uint8_t *touched) {
  int file = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
  if (file < 0) return -1;
  uint64_t page_size = vm_page_size();
  int status = is_trustworthy(file, page_size) ? 0 : -1;
  uint64_t entries[512];
  uint64_t first = (uint64_t)(uintptr_t)start / page_size;
  for (uint64_t done = 0; done < pages && status == 0;) {
    uint64_t count = pages - done < 512 ? pages - done : 512;
    status = read_entries(file, first + done, entries, count);
    for (uint64_t i = 0; i < count && status == 0; i++) {
      touched[done + i] = (entries[i] & PRESENT_OR_SWAPPED) != 0;
    }
    done += count;
  }
  close(file);
  // What shows a file is not zero, touched or not.
  if (status == 0) vm_memory_mark_shown((uint64_t)(uintptr_t)start, pages, touched);
  return status;
}
