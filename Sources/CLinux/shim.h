// Calls of Linux that Swift's Glibc module leaves out, because it is made without _GNU_SOURCE.
#pragma once

// With this flag both paths must exist, and each gets what the other had, in one step: renameat2(2).
#define GLOWJAR_RENAME_EXCHANGE (1u << 1)
#define GLOWJAR_RENAME_NOREPLACE (1u << 0)

int renameat2(int old_folder, const char *old_path, int new_folder, const char *new_path, unsigned int flags);
