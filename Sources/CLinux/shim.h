// Calls of Linux that Swift's Glibc module leaves out: renameat2 because it is made without _GNU_SOURCE, prctl because
// it takes any number of arguments.
#pragma once

#include <signal.h>
#include <sys/prctl.h>

// With this flag both paths must exist, and each gets what the other had, in one step: renameat2(2).
#define GLOWJAR_RENAME_EXCHANGE (1u << 1)
#define GLOWJAR_RENAME_NOREPLACE (1u << 0)

int renameat2(int old_folder, const char *old_path, int new_folder, const char *new_path, unsigned int flags);

// Has this process killed when the thread that started it ends; 0, or -1 with errno.
static inline int glowjar_die_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL); }
