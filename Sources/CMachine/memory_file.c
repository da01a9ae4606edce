#define _GNU_SOURCE
#include "memory_file.h"

#include <sys/mman.h>
#include <unistd.h>

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

int vm_data_file(void) {
  int file = memfd_create("glowjar-data", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);
  if (file < 0) file = memfd_create("glowjar-data", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  return file;
}

int vm_code_file(size_t size) {
  // Newer kernels want the wish to execute stated; older ones do not know the flag.
  int file = memfd_create("glowjar-code", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
  if (file < 0) file = memfd_create("glowjar-code", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (file < 0) return -1;
  if (ftruncate(file, (off_t)size) == 0) {
    void *probe = mmap(NULL, 1, PROT_READ | PROT_EXEC, MAP_SHARED, file, 0);
    if (probe != MAP_FAILED) {
      munmap(probe, 1);
      return file;
    }
  }
  close(file);
  return -1;
}
