// The helpers behind vm_builtin, on the host's stack. They check ranges before they touch anything,
// so they never fault. Long ones work in pieces and look for a stop request between them.
#include <string.h>

#include "guarded_memory.h"
#include "internal.h"
#include "vm_table.h"

#define PIECE (1ull << 20)

// Operands that are i32 have upper halves of zero by the calling convention, which is not relied on
// here: they are widened, but for those of memories and tables with 64-bit addresses.
static uint64_t operand(const uint64_t *words, int i) { return (uint32_t)words[i]; }
static uint64_t address(const uint64_t *words, int i, uint64_t is_wide) {
  return is_wide ? words[i] : (uint32_t)words[i];
}

/// Whether [start, start + count) lies in [0, length).
static int inside(uint64_t start, uint64_t count, uint64_t length) {
  return start <= length && count <= length - start;
}

static int32_t memory_fault(vm_context *context, uint64_t index, uint64_t address,
                            uint64_t length) {
  vm_trap_record *trap = &context->store->trap;
  trap->has_address = 1;
  trap->fault_address = address;
  trap->fault_length = length;
  trap->fault_memory = index;
  return VM_TRAP_MEMORY_OUT_OF_BOUNDS;
}

static int32_t memory_grow(vm_context *context, uint64_t *words) {
  vm_memory *memory = vm_context_memory(context, operand(words, 0))->memory;
  int64_t old = vm_memory_grow(memory, address(words, 1, memory->is_wide));
  words[0] = memory->is_wide ? (uint64_t)old : (uint32_t)old;
  return VM_TRAP_NONE;
}

static int32_t memory_copy(vm_context *context, uint64_t *words) {
  uint64_t to_index = (uint32_t)words[3], from_index = words[3] >> 32;
  const vm_memory_view *target = vm_context_memory(context, to_index);
  const vm_memory_view *source = vm_context_memory(context, from_index);
  uint32_t to_wide = target->memory->is_wide, from_wide = source->memory->is_wide;
  uint64_t to = address(words, 0, to_wide), from = address(words, 1, from_wide);
  uint64_t length = address(words, 2, to_wide && from_wide);
  if (!inside(from, length, source->length)) {
    return memory_fault(context, from_index, from, length);
  }
  if (!inside(to, length, target->length)) return memory_fault(context, to_index, to, length);
  // Overlapping pieces go in the direction in which no source is overwritten before it is read.
  for (uint64_t done = 0; done < length;) {
    uint64_t piece = length - done < PIECE ? length - done : PIECE;
    uint64_t at = to <= from ? done : length - done - piece;
    memmove(target->base + to + at, source->base + from + at, piece);
    done += piece;
    if (done < length && vm_store_stop_pending(context->store)) return VM_TRAP_INTERRUPTED;
  }
  return VM_TRAP_NONE;
}

static int32_t memory_fill(vm_context *context, uint64_t *words) {
  uint64_t index = operand(words, 3);
  const vm_memory_view *memory = vm_context_memory(context, index);
  uint64_t to = address(words, 0, memory->memory->is_wide);
  uint64_t length = address(words, 2, memory->memory->is_wide);
  if (!inside(to, length, memory->length)) return memory_fault(context, index, to, length);
  for (uint64_t done = 0; done < length;) {
    uint64_t piece = length - done < PIECE ? length - done : PIECE;
    memset(memory->base + to + done, (int)(words[1] & 0xFF), piece);
    done += piece;
    if (done < length && vm_store_stop_pending(context->store)) return VM_TRAP_INTERRUPTED;
  }
  return VM_TRAP_NONE;
}

static int32_t memory_init(vm_context *context, uint64_t *words) {
  const vm_data_segment *segment = &context->data_segments[(uint32_t)words[3]];
  uint64_t length = operand(words, 2), index = words[3] >> 32;
  vm_memory *memory = vm_context_memory(context, index)->memory;
  uint64_t to = address(words, 0, memory->is_wide);
  int32_t kind = vm_memory_write(
    memory, to, segment->bytes, operand(words, 1), segment->length, length);
  return kind == 0 ? VM_TRAP_NONE : memory_fault(context, index, to, length);
}

static int32_t data_drop(vm_context *context, uint64_t *words) {
  context->data_segments[operand(words, 0)].length = 0;
  return VM_TRAP_NONE;
}

static int32_t table_copy(vm_context *context, uint64_t *words) {
  vm_table *target = context->tables[(uint32_t)words[3]];
  const vm_table *source = context->tables[words[3] >> 32];
  return vm_table_write(
    target, address(words, 0, target->is_wide), source->elements,
    address(words, 1, source->is_wide), source->length,
    address(words, 2, target->is_wide && source->is_wide));
}

static int32_t table_init(vm_context *context, uint64_t *words) {
  const vm_element_segment *segment = &context->element_segments[words[3] >> 32];
  vm_table *table = context->tables[(uint32_t)words[3]];
  return vm_table_write(
    table, address(words, 0, table->is_wide), segment->elements, operand(words, 1),
    segment->length, operand(words, 2));
}

static int32_t elem_drop(vm_context *context, uint64_t *words) {
  context->element_segments[operand(words, 0)].length = 0;
  return VM_TRAP_NONE;
}

static int32_t table_grow(vm_context *context, uint64_t *words) {
  vm_table *table = context->tables[operand(words, 0)];
  int64_t old =
    vm_table_grow(context->store, table, address(words, 2, table->is_wide), words[1]);
  words[0] = table->is_wide ? (uint64_t)old : (uint32_t)old;
  return VM_TRAP_NONE;
}

static int32_t table_fill(vm_context *context, uint64_t *words) {
  vm_table *table = context->tables[operand(words, 3)];
  uint64_t index = address(words, 0, table->is_wide), count = address(words, 2, table->is_wide);
  if (!inside(index, count, table->length)) return VM_TRAP_TABLE_OUT_OF_BOUNDS;
  for (uint64_t i = 0; i < count; i++) table->elements[index + i] = words[1];
  return VM_TRAP_NONE;
}

static int32_t table_get(vm_context *context, uint64_t *words) {
  const vm_table *table = context->tables[operand(words, 0)];
  uint64_t index = address(words, 1, table->is_wide);
  if (index >= table->length) return VM_TRAP_TABLE_OUT_OF_BOUNDS;
  words[0] = table->elements[index];
  return VM_TRAP_NONE;
}

static int32_t table_set(vm_context *context, uint64_t *words) {
  vm_table *table = context->tables[operand(words, 0)];
  uint64_t index = address(words, 1, table->is_wide);
  if (index >= table->length) return VM_TRAP_TABLE_OUT_OF_BOUNDS;
  table->elements[index] = words[2];
  return VM_TRAP_NONE;
}

static int32_t ref_func(vm_context *context, uint64_t *words) {
  words[0] = (uint64_t)context->functions[operand(words, 0)];
  return VM_TRAP_NONE;
}

static int32_t throw_new(vm_context *context, uint64_t *words) {
  vm_store *store = context->store;
  store->exception = store->make_exception(store->owner, context->tags[operand(words, 0)]);
  return store->exception != NULL ? VM_TRAP_UNCAUGHT_EXCEPTION : VM_TRAP_HOST;
}

static int32_t throw_again(vm_context *context, uint64_t *words) {
  if (words[0] == 0) return VM_TRAP_NULL_REFERENCE;
  context->store->exception = (vm_exception *)words[0];
  return VM_TRAP_UNCAUGHT_EXCEPTION;
}

vm_helper *const vm_helpers[VM_BUILTIN_COUNT] = {
  [VM_MEMORY_GROW] = memory_grow, [VM_MEMORY_COPY] = memory_copy,
  [VM_MEMORY_FILL] = memory_fill, [VM_MEMORY_INIT] = memory_init,
  [VM_DATA_DROP] = data_drop,     [VM_TABLE_COPY] = table_copy,
  [VM_TABLE_INIT] = table_init,   [VM_ELEM_DROP] = elem_drop,
  [VM_TABLE_GROW] = table_grow,   [VM_TABLE_FILL] = table_fill,
  [VM_TABLE_GET] = table_get,     [VM_TABLE_SET] = table_set,
  [VM_REF_FUNC] = ref_func,       [VM_THROW] = throw_new,
  [VM_THROW_REF] = throw_again,
};
