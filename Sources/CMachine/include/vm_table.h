// Tables: made, grown and freed here, so that the table helpers need no Swift.
#ifndef VM_TABLE_H
#define VM_TABLE_H

#include "vm_context.h"

/// Makes a table of null elements, or NULL if memory is short or the store's element cap is below
/// `minimum`. The caller owns it.
vm_table *vm_table_create(struct vm_store *store, uint64_t minimum, uint64_t maximum);

/// Frees it; no context may refer to it any more.
void vm_table_destroy(struct vm_store *store, vm_table *table);

/// Adds `delta` elements of `value`. Returns the old length, or -1 beyond the maximum, the store's
/// cap, or what the allocator gives; the elements may move.
int64_t vm_table_grow(struct vm_store *store, vm_table *table, uint64_t delta, uint64_t value);

/// Copies elements into a table, memmove semantics. Returns 0 or VM_TRAP_TABLE_OUT_OF_BOUNDS, then
/// having written nothing.
int32_t vm_table_write(vm_table *table, uint64_t index, const uint64_t *elements, uint64_t source,
                       uint64_t source_length, uint64_t count);

/// Copies bytes into a memory, the semantics of memory.init. Returns 0 or
/// VM_TRAP_MEMORY_OUT_OF_BOUNDS, then having written nothing.
struct vm_memory;
int32_t vm_memory_write(struct vm_memory *memory, uint64_t address, const uint8_t *bytes,
                        uint64_t source, uint64_t source_length, uint64_t count);

#endif
