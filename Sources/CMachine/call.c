// Stores and entries: what vm_call does around the assembly, in C.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "internal.h"
#include "vm_offsets.h"

#define STACK_GUARD_BYTES 65536ull
// Below the limit that compiled prologues test: leaf functions without a test, stubs, and signal
// handlers of others that do not ask for an alternate stack.
#define STACK_SLACK_BYTES 65536ull
// 1,000 results, each perhaps a v128.
#define RESULT_WORDS 2000

#define OFFSET(type, field, value) _Static_assert(offsetof(type, field) == value, #field)
OFFSET(vm_context, memory.base, CONTEXT_MEMORY_BASE);
OFFSET(vm_context, memory.length, CONTEXT_MEMORY_LENGTH);
OFFSET(vm_context, results, CONTEXT_RESULTS);
OFFSET(vm_context, store, CONTEXT_STORE);
OFFSET(vm_function, code, FUNCTION_CODE);
OFFSET(vm_function, context, FUNCTION_CONTEXT);
OFFSET(vm_function, foreign, FUNCTION_FOREIGN);
OFFSET(vm_function, stack_argument_bytes, FUNCTION_STACK_ARGUMENT_BYTES);
OFFSET(vm_function, parameter_words, FUNCTION_PARAMETER_WORDS);
OFFSET(vm_function, result_words, FUNCTION_RESULT_WORDS);
OFFSET(vm_function, value_bytes, FUNCTION_VALUE_BYTES);
OFFSET(vm_function, host, FUNCTION_HOST);
OFFSET(vm_function, host_data, FUNCTION_HOST_DATA);
OFFSET(vm_function, scalar_code, FUNCTION_SCALAR_CODE);
OFFSET(vm_function, scalar_captures, FUNCTION_SCALAR_CAPTURES);
OFFSET(vm_function, scalar_context, FUNCTION_SCALAR_CONTEXT);
OFFSET(vm_function, result_mask, FUNCTION_RESULT_MASK);
OFFSET(vm_function, argument_slots, FUNCTION_ARGUMENT_SLOTS);
OFFSET(vm_function, has_float_arguments, FUNCTION_HAS_FLOAT_ARGUMENTS);
OFFSET(vm_function, last_result, FUNCTION_LAST_RESULT);
OFFSET(vm_function, keeps_mxcsr, FUNCTION_KEEPS_MXCSR);
OFFSET(vm_function, has_direct_values, FUNCTION_HAS_DIRECT_VALUES);
OFFSET(vm_store, activation, STORE_ACTIVATION);
OFFSET(vm_store, sequence, STORE_SEQUENCE);
OFFSET(vm_store, stop_request, STORE_STOP_REQUEST);
OFFSET(vm_store, generation, STORE_GENERATION);
OFFSET(vm_store, host_error, STORE_HOST_ERROR);
OFFSET(vm_store, spares_vectors, STORE_SPARES_VECTORS);
OFFSET(vm_activation, store, ACTIVATION_STORE);
OFFSET(vm_activation, host_sp, ACTIVATION_HOST_SP);
OFFSET(vm_activation, wasm_sp, ACTIVATION_WASM_SP);
OFFSET(vm_activation, wasm_fp, ACTIVATION_WASM_FP);
OFFSET(vm_activation, wasm_context, ACTIVATION_WASM_CONTEXT);
OFFSET(vm_activation, status, ACTIVATION_STATUS);
OFFSET(vm_activation, mxcsr, ACTIVATION_MXCSR);
OFFSET(vm_activation, mxcsr_now, ACTIVATION_MXCSR_NOW);
OFFSET(vm_activation, has_mxcsr, ACTIVATION_HAS_MXCSR);

// From the stub's rbp.
#define FRAME_OFFSET(field, value) \
  _Static_assert( \
    (int)offsetof(vm_stub_frame, field) - (int)offsetof(vm_stub_frame, caller_fp) == value, #field)
FRAME_OFFSET(r10, FRAME_R10);
FRAME_OFFSET(r11, FRAME_R11);
FRAME_OFFSET(rbx, FRAME_RBX);
FRAME_OFFSET(r12, FRAME_R12);
FRAME_OFFSET(r13, FRAME_R13);
FRAME_OFFSET(xmm13, FRAME_XMM13);
FRAME_OFFSET(xmm14, FRAME_XMM14);
FRAME_OFFSET(xmm15, FRAME_XMM15);
FRAME_OFFSET(integers, FRAME_AREA + 8 * AREA_INTEGERS);
FRAME_OFFSET(floats, FRAME_AREA + 8 * AREA_FLOATS);

_Static_assert(VM_BUILTIN_COUNT == 18, "stubs_x86_64.S lists the builtins");
OFFSET(vm_landing, general, LANDING_GENERAL);
OFFSET(vm_landing, floats, LANDING_FLOATS);
OFFSET(vm_landing, pc, LANDING_PC);
_Static_assert(VM_TRAP_INTERRUPTED == 10 && VM_TRAP_HOST == 11 && VM_TRAP_UNCAUGHT_EXCEPTION == 14,
               "stubs_x86_64.S names the kinds");
_Static_assert(VM_TRAP_KIND_COUNT <= 16, "a kind has four bits in code");
_Static_assert(VM_RESULT_INTEGER_32 == 1 && VM_RESULT_FLOAT == 3 && VM_RESULT_VECTOR == 4, "stubs_x86_64.S tests them");

enum { I32 = 0x7F, I64 = 0x7E, F32 = 0x7D, F64 = 0x7C, V128 = 0x7B };

void vm_function_classify(vm_function *function, uint16_t *slots) {
  uint32_t integers = 0, floats = 0, stack = 0, words = 0;
  function->has_float_arguments = 0;
  for (uint32_t i = 0; i < function->parameter_count; i++) {
    uint8_t type = function->types[i];
    int is_float = type == F32 || type == F64 || type == V128;
    uint32_t slot;
    if (is_float && floats < 8) {
      slot = AREA_FLOATS + 2 * floats++;
    } else if (!is_float && integers < 4) {
      slot = AREA_INTEGERS + integers++;
    } else {
      slot = AREA_STACK + stack++;
    }
    slots[words++] = (uint16_t)(slot | (type == I32 ? SLOT_I32 : 0));
    if (type == V128) {
      // The second half lies behind the first.
      slots[words++] = (uint16_t)(slot + 1);
      if (slot >= AREA_STACK) stack++;
    }
    if (slot >= AREA_FLOATS && slot < AREA_FRAME) {
      uint8_t class = type == V128 ? 2 : 1;
      if (class > function->has_float_arguments) function->has_float_arguments = class;
    }
  }
  function->parameter_words = (uint16_t)words;
  function->result_words = 0;
  for (uint32_t i = 0; i < function->result_count; i++) {
    function->result_words += function->types[function->parameter_count + i] == V128 ? 2 : 1;
  }
  function->has_direct_values = words == integers && function->result_words <= 4;
  if (function->result_words > words) words = function->result_words;
  function->argument_slots = slots;
  function->stack_argument_bytes = stack * 8;
  // `HostArguments` reads four words, whether they are there or not.
  if (words < 4) words = 4;
  function->value_bytes = (words * 8 + 15) & ~15u;
  function->last_result = VM_RESULT_NONE;
  if (function->result_count > 0) {
    uint8_t type = function->types[function->parameter_count + function->result_count - 1];
    function->last_result = type == I32                                   ? VM_RESULT_INTEGER_32
                          : type == F32 || type == F64                 ? VM_RESULT_FLOAT
                          : type == V128                               ? VM_RESULT_VECTOR
                                                                          : VM_RESULT_INTEGER_64;
  }
  function->result_mask = function->last_result == VM_RESULT_INTEGER_32 ? UINT32_MAX : UINT64_MAX;
}

vm_store *vm_store_create(uint64_t stack_bytes) {
  uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
  if (stack_bytes > (1ull << 40)) return NULL;
  stack_bytes = (stack_bytes + page - 1) & ~(page - 1);
  uint64_t mapping_bytes = STACK_GUARD_BYTES + STACK_SLACK_BYTES + stack_bytes;
  vm_store *store = NULL;
  if (posix_memalign((void **)&store, 64, sizeof *store) != 0) return NULL;
  uint64_t *results = calloc(RESULT_WORDS, sizeof *results);
  vm_mapping stack = {0};
  if (results == NULL || vm_mapping_take(mapping_bytes, &stack) != 0 ||
      vm_mapping_open(
        &stack, stack.address + STACK_GUARD_BYTES, mapping_bytes - STACK_GUARD_BYTES) != 0) {
    vm_mapping_give(&stack);
    free(results);
    free(store);
    return NULL;
  }
  *store = (vm_store){
    .stack = stack,
    .stack_limit = stack.address + STACK_GUARD_BYTES + STACK_SLACK_BYTES,
    .stack_top = stack.address + mapping_bytes,
    .results = results,
    .depth_limit = UINT32_MAX,
    .memory_bytes_limit = UINT64_MAX,
    .table_elements_limit = UINT64_MAX,
    .stop_request = UINT64_MAX,
    .fuel_limit = UINT64_MAX,
  };
  return store;
}

void vm_store_destroy(vm_store *store) {
  if (store == NULL) return;
  vm_mapping_give(&store->stack);
  free(store->results);
  free(store);
}

void vm_store_adopt(vm_store *store, vm_context *context) {
  context->stack_limit = store->stack_limit;
  context->results = store->results;
  context->store = store;
  for (int i = 0; i < VM_BUILTIN_COUNT; i++) context->builtins[i] = vm_builtin_entries[i];
}

/// Describes a trap for which no signal was caught. The fault address is the helper's to set.
static void record_stub_trap(vm_store *store, const vm_activation *activation, int32_t kind) {
  vm_trap_record *trap = &store->trap;
  trap->kind = kind;
  trap->signal = 0;
  trap->pc = 0;
  trap->fp = activation->wasm_fp;
  trap->sp = 0;
  trap->context = activation->wasm_context;
}

static int32_t refuse(vm_store *store, int32_t kind) {
  vm_activation none = {0};
  store->trap.has_address = 0;
  record_stub_trap(store, &none, kind);
  return kind;
}

int32_t vm_call(vm_store *store, const vm_function *function, uint64_t *values) {
  const vm_thread *thread = vm_thread_prepare();
  vm_activation activation;
  vm_activation *inner = store->activation;
  if (inner == NULL) {
    store->thread = thread->id;
    store->cpu_clock = thread->cpu_clock;
    activation.wasm_sp = (uint64_t)store->stack_top;
    store->fuel = store->fuel_limit;
    __atomic_store_n(&store->sequence, store->sequence + 1, __ATOMIC_RELEASE);
  } else {
    if (store->thread != thread->id) {
      fputs("glowjar: internal error: a store was entered from two threads\n", stderr);
      abort();
    }
    if (store->depth >= store->depth_limit) return refuse(store, VM_TRAP_CALL_STACK_EXHAUSTED);
    if (vm_store_stop_pending(store)) return refuse(store, VM_TRAP_INTERRUPTED);
    // The innermost activation is in a host call; go on below its frame.
    activation.wasm_sp = (inner->wasm_fp - FRAME_BYTES) & ~15ull;
  }
  int32_t kind;
  uint64_t room = function->stack_argument_bytes + AREA_BYTES + 16;
  if (activation.wasm_sp - room < (uint64_t)store->stack_limit ||
      (uint64_t)__builtin_frame_address(0) < thread->stack_limit) {
    kind = refuse(store, VM_TRAP_CALL_STACK_EXHAUSTED);
  } else if (function->context == NULL) {
    kind = function->host(function->host_data, NULL, values);
    if (kind != 0) refuse(store, kind);
  } else {
    store->trap.has_address = 0;
    activation.store = store;
    activation.wasm_fp = 0;
    activation.wasm_context = NULL;
    activation.has_registers = 0;
    activation.outer = vm_thread_activation;
    activation.outer_in_store = inner;
    store->depth++;
    store->generation++;
    store->activation = &activation;
    // The handler, on this thread, sees whole activations only.
    atomic_signal_fence(memory_order_seq_cst);
    vm_thread_activation = &activation;
    kind = vm_enter(&activation, function, values);
    vm_thread_activation = activation.outer;
    atomic_signal_fence(memory_order_seq_cst);
    store->activation = inner;
    store->depth--;
    // The counter went below zero; a host function that survives this is to find it empty.
    if (kind == VM_TRAP_FUEL_EXHAUSTED) store->fuel = 0;
    if (kind != 0 && !activation.has_registers) record_stub_trap(store, &activation, kind);
  }
  if (inner == NULL) __atomic_store_n(&store->sequence, store->sequence + 1, __ATOMIC_RELEASE);
  return kind;
}

int32_t vm_find_landing(vm_activation *activation, vm_landing **landing) {
  vm_store *store = activation->store;
  *landing = &store->landing;
  return store->find_landing(store->owner, &store->landing);
}

uint64_t vm_store_sequence(const vm_store *store) {
  return __atomic_load_n(&store->sequence, __ATOMIC_ACQUIRE);
}

void vm_store_interrupt(vm_store *store, uint64_t sequence) {
  if ((sequence & 1) == 0 || vm_store_sequence(store) != sequence) return;
  __atomic_store_n(&store->stop_request, sequence, __ATOMIC_RELEASE);
  vm_signals_send_stop(__atomic_load_n(&store->thread, __ATOMIC_RELAXED));
}

int vm_store_stop_pending(const vm_store *store) {
  return __atomic_load_n(&store->stop_request, __ATOMIC_ACQUIRE) == store->sequence;
}

int64_t vm_store_cpu_time(const vm_store *store) {
  struct timespec time;
  if (clock_gettime(store->cpu_clock, &time) != 0) return -1;
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

void *vm_store_host_error(vm_store *store) { return &store->host_error; }

const void *vm_host_call_entry(const vm_function *function) {
  int has_registers = function->scalar_code != NULL && !function->has_float_arguments &&
                      function->last_result <= VM_RESULT_INTEGER_64;
  return has_registers ? (const void *)vm_host_call_scalar : (const void *)vm_host_call;
}

const void *vm_foreign_entry(void) { return (const void *)vm_foreign; }
int vm_is_enter_return(uint64_t pc) { return pc == (uint64_t)vm_enter_return; }
int vm_is_foreign_return(uint64_t pc) { return pc == (uint64_t)vm_foreign_return; }
vm_activation *vm_current_activation(void) { return vm_thread_activation; }
