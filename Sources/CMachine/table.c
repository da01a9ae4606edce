#include "vm_table.h"

#include <stdlib.h>
#include <string.h>

#include "guarded_memory.h"
#include "vm_store.h"

vm_table *vm_table_create(vm_store *store, uint64_t minimum, uint64_t maximum) {
  vm_table *table = calloc(1, sizeof *table);
  if (table == NULL) return NULL;
  table->maximum = maximum;
  if (vm_table_grow(store, table, minimum, 0) < 0) {
    free(table);
    return NULL;
  }
  return table;
}

void vm_table_destroy(vm_store *store, vm_table *table) {
  if (table == NULL) return;
  store->table_elements -= table->length;
  free(table->elements);
  free(table);
}

int64_t vm_table_grow(vm_store *store, vm_table *table, uint64_t delta, uint64_t value) {
  uint64_t old = table->length;
  if (delta == 0) return (int64_t)old;
  if (old > table->maximum || delta > table->maximum - old ||
      store->table_elements > store->table_elements_limit ||
      delta > store->table_elements_limit - store->table_elements ||
      old + delta > UINT32_MAX) {
    return -1;
  }
  uint64_t *elements = realloc(table->elements, (old + delta) * sizeof *elements);
  if (elements == NULL) return -1;
  if (value == 0) {
    memset(elements + old, 0, delta * sizeof *elements);
  } else {
    for (uint64_t i = old; i < old + delta; i++) elements[i] = value;
  }
  table->elements = elements;
  table->length = old + delta;
  store->table_elements += delta;
  return (int64_t)old;
}

int32_t vm_table_write(vm_table *table, uint64_t index, const uint64_t *elements, uint64_t source,
                       uint64_t source_length, uint64_t count) {
  if (source > source_length || count > source_length - source || index > table->length ||
      count > table->length - index) {
    return VM_TRAP_TABLE_OUT_OF_BOUNDS;
  }
  if (count != 0) memmove(table->elements + index, elements + source, count * sizeof *elements);
  return VM_TRAP_NONE;
}

int32_t vm_memory_write(vm_memory *memory, uint64_t address, const uint8_t *bytes, uint64_t source,
                        uint64_t source_length, uint64_t count) {
  if (source > source_length || count > source_length - source || address > memory->length ||
      count > memory->length - address) {
    return VM_TRAP_MEMORY_OUT_OF_BOUNDS;
  }
  if (count != 0) memcpy(memory->base + address, bytes + source, count);
  return VM_TRAP_NONE;
}
