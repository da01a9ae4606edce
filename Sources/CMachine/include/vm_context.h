// The one truth of the layouts that compiled code, the assembly stubs, the trap handler and the
// Swift runtime share. Compiled code reads the fields by offset; nothing else knows the offsets.
#ifndef VM_CONTEXT_H
#define VM_CONTEXT_H

#include <stddef.h>
#include <stdint.h>

struct vm_context;
struct vm_store;

/// Calling convention of compiled code ("wasm convention").
///
///   rsp          stack pointer; no alignment is promised at calls
///   rbp          frame pointer: [rbp] = caller's rbp, [rbp+8] = return address, always kept
///   r14          struct vm_context * of the running instance
///   r15          base of memory 0
///   rdi rsi r8 r9        first four i32/i64/reference arguments
///   xmm3 ... xmm10       first eight f32/f64/v128 arguments
///   [rsp+8*i] before the call   the other arguments, in parameter order, 8 bytes each, 16 for
///                a v128; the callee pops them (ret imm16)
///   rax / xmm0   the LAST result; those before it are in context->results, in order, one word
///                each, two for a v128
///   preserved    rbx r10 r11 r12 r13 rbp r14 r15, xmm13 xmm14 xmm15 (all 16 bytes)
///   destroyed    rax rcx rdx rdi rsi r8 r9, xmm0 ... xmm12, flags
///
/// An i32 in a register, stack argument or result buffer is zero-extended to 64 bits;
/// an f32 occupies the low 4 bytes of its 8.

/// A function as a table element or funcref: an immutable record that never moves.
typedef struct vm_function {
  /// Entry in the wasm convention; only for callers whose r14 equals `context`.
  const void *code;
  /// The instance the function belongs to; NULL for a host function.
  struct vm_context *context;
  /// Entry in the wasm convention for any other caller. rax must hold this record.
  /// Preserves the caller's r14 and r15.
  const void *foreign;
  /// Structural signature id, equal for equal types in the whole process; never 0.
  uint32_t signature;
  /// Bytes of stack arguments that the callee pops.
  uint32_t stack_argument_bytes;
  /// Index in the defining module's function index space.
  uint32_t function_index;
  uint32_t parameter_count;
  uint32_t result_count;
  /// Bytes of the value buffer that the stubs need: 8 * max(words of parameters, words of results, 4),
  /// rounded up to 16. A v128 takes two words.
  uint32_t value_bytes;
  /// parameter_count + result_count codes of kinds of values.
  const uint8_t *types;
  /// Host functions only: arguments in `values` (parameter order), results written back to
  /// `values` (result order); 0 = go on, otherwise a trap kind (vm_trap_kind).
  int32_t (*host)(void *host_data, struct vm_context *caller, uint64_t *values);
  void *host_data;
  /// Host functions only, NULL unless the function is scalar: a closure of type
  /// HostFunction.ScalarBody in Swift's convention, arguments in rdi rsi rdx rcx and the others where
  /// r8 points, scalar_context in r9, scalar_captures in r13, result in rax, error in r12. Its
  /// parameters and its one result at most are words, and it leaves MXCSR alone.
  const void *scalar_code;
  void *scalar_captures;
  void *scalar_context;
  /// The bits of rax that a scalar function's result has.
  uint64_t result_mask;
  /// Where the stubs find each parameter, one entry a word; see vm_function_classify.
  const uint16_t *argument_slots;
  /// 1 if any parameter travels in an xmm register, 2 if all of such a register matters.
  uint8_t has_float_arguments;
  /// Where the last result is: a vm_result_class.
  uint8_t last_result;
  /// Host functions only: 1 if the function leaves MXCSR as it finds it. Reading that register takes
  /// longer than the rest of a call.
  uint8_t keeps_mxcsr;
  /// 1 if the parameters are at most four words, all in general registers, and the results too fit into
  /// four: the stub's frame then is the value buffer.
  uint8_t has_direct_values;
  /// Words that the parameters and the results take in a value buffer.
  uint16_t parameter_words;
  uint16_t result_words;
  /// The signatures of the type and its declared supertypes, the topmost first, then zeros: 64 in all.
  const uint32_t *ancestors;
} vm_function;

/// Where a function leaves its last result.
typedef enum vm_result_class {
  VM_RESULT_NONE,
  VM_RESULT_INTEGER_32,  // eax, zero-extended
  VM_RESULT_INTEGER_64,  // rax: i64 and references
  VM_RESULT_FLOAT,       // xmm0
  VM_RESULT_VECTOR,      // xmm0, all of it
} vm_result_class;

/// Fills in everything of `function` that follows from its signature (`types`, `parameter_count`
/// and `result_count` are set): stack_argument_bytes, value_bytes, argument_slots, result_mask,
/// has_float_arguments, has_direct_values, last_result, parameter_words, result_words. `slots` has room for two entries
/// a parameter and outlives
/// the record; equal signatures give equal entries, so records may share it.
void vm_function_classify(vm_function *function, uint16_t *slots);

/// A table; shared by all instances that import it. Elements are funcrefs or externref words.
/// Owned by its store's Swift `Table`; made and freed by vm_table_create and vm_table_destroy.
typedef struct vm_table {
  uint64_t *elements;  // vm_function * as a word, or an externref handle; 0 is null
  uint64_t length;     // elements in use
  uint64_t maximum;    // elements; growth beyond it fails
  uint64_t is_wide;    // whether indices have 64 bits; the creator sets it
} vm_table;

/// A passive data segment as memory.init sees it; length 0 once dropped.
typedef struct vm_data_segment {
  const uint8_t *bytes;
  uint64_t length;
} vm_data_segment;

/// A passive element segment as table.init sees it; length 0 once dropped.
typedef struct vm_element_segment {
  uint64_t *elements;
  uint64_t length;
} vm_element_segment;

/// Helpers that compiled code calls through `vm_context.builtins`, in the wasm convention:
/// arguments in rdi rsi r8 r9 (then the stack), result in rax, a trap leaves through the exit stub.
typedef enum vm_builtin {
  VM_MEMORY_GROW,   // (memory, pages) -> old pages or -1
  VM_MEMORY_COPY,   // (destination, source, length, destination memory | source memory << 32)
  VM_MEMORY_FILL,   // (destination, value, length, memory)
  VM_MEMORY_INIT,   // (destination, source, length, segment | memory << 32)
  VM_DATA_DROP,     // (segment)
  VM_TABLE_COPY,    // (destination, source, length, destination table | source table << 32)
  VM_TABLE_INIT,    // (destination, source, length, table | segment << 32)
  VM_ELEM_DROP,     // (segment)
  VM_TABLE_GROW,    // (table, reference, delta) -> old length or -1
  VM_TABLE_FILL,    // (index, reference, length, table)
  VM_TABLE_GET,     // (table, index) -> reference
  VM_TABLE_SET,     // (table, index, reference)
  VM_REF_FUNC,      // (function index) -> reference
  VM_THROW,         // (tag), its values in the results buffer; does not return
  VM_THROW_REF,     // (exception); does not return
  VM_TAIL_CALL,     // not called but jumped to, see vm_tail_call in stubs_x86_64.S
  VM_SHORT_COPY,    // (destination, source, length): VM_MEMORY_COPY in memory 0, on the wasm stack
  VM_SHORT_FILL,    // (destination, value, length): VM_MEMORY_FILL in memory 0, on the wasm stack
  VM_BUILTIN_COUNT
} vm_builtin;

/// Why execution stopped. In compiled code one byte follows `ud2`: the kind in its low four bits; in
/// the high four, for VM_TRAP_MEMORY_OUT_OF_BOUNDS, the number of the general register that holds
/// the end of the access (wasm address + size).
typedef enum vm_trap_kind {
  VM_TRAP_NONE,
  VM_TRAP_UNREACHABLE,
  VM_TRAP_MEMORY_OUT_OF_BOUNDS,
  VM_TRAP_TABLE_OUT_OF_BOUNDS,
  VM_TRAP_INDIRECT_CALL_TO_NULL,
  VM_TRAP_INDIRECT_CALL_TYPE_MISMATCH,
  VM_TRAP_INTEGER_DIVIDE_BY_ZERO,
  VM_TRAP_INTEGER_OVERFLOW,
  VM_TRAP_INVALID_CONVERSION_TO_INTEGER,
  VM_TRAP_CALL_STACK_EXHAUSTED,
  VM_TRAP_INTERRUPTED,     // the watchdog or a user's break
  VM_TRAP_HOST,            // a host function raised an error
  VM_TRAP_INDIRECT_CALL,   // null or type mismatch: told apart after the fact from rax (the record)
  VM_TRAP_FUEL_EXHAUSTED,  // code that counts has used up the store's fuel
  VM_TRAP_UNCAUGHT_EXCEPTION,  // vm_store.exception
  VM_TRAP_NULL_REFERENCE,  // a null where a reference is wanted that is not null
  VM_TRAP_KIND_COUNT
} vm_trap_kind;

/// A tag, which tells kinds of exception apart; what it is is its address.
typedef struct vm_tag {
  const uint8_t *types;      // codes of the kinds of the values that its exceptions carry
  uint32_t signature;        // of the type of functions that take these values
  uint32_t count;            // of these types
  uint32_t word_count;       // of the values
} vm_tag;

/// An exception. An exnref is the address of one; they are made and freed by the Swift store.
typedef struct vm_exception {
  const vm_tag *tag;
  uint64_t is_shared;        // whether anything but the throw in progress knows it
  uint64_t values[];         // tag->word_count words
} vm_exception;

/// What an instance knows of one of its memories; kept current by memory.grow.
typedef struct vm_memory_view {
  uint8_t *base;
  uint64_t length;               // bytes
  struct vm_memory *memory;      // NULL if there is none
  struct vm_memory_view *next;   // the next view of the same memory
} vm_memory_view;

/// The head of an instance's context, what r14 points to. After it, at offsets that the module
/// determines (Engine's `ContextLayout`), 16-byte aligned:
///   own globals         16 bytes each
///   imported globals    8 bytes each, pointer to the value
///   imported functions  8 bytes each, vm_function *
///   tables              8 bytes each, vm_table *   (imported ones first)
///   memories from 1 on  32 bytes each, vm_memory_view
///   tags                8 bytes each, vm_tag *
typedef struct vm_context {
  vm_memory_view memory;    // memory 0; r15 holds its base
  uint8_t *stack_limit;     // rsp below this at a prologue is stack exhaustion
  uint64_t *results;        // room for 1,000 results of two words; one buffer a store
  const void *builtins[VM_BUILTIN_COUNT];  // code addresses, see vm_builtin
  struct vm_store *store;   // stack, activation, watchdog: what the instances of a store share
  void *instance;           // unretained pointer to the Swift instance
  // What follows is for the helpers; compiled code does not read it.
  vm_memory_view *more_memories;     // memory 1 and so on, at the end of this context
  vm_table **tables;                 // the table pointers there
  struct vm_tag **tags;              // the tag pointers there
  const vm_function **functions;     // the whole function index space
  vm_data_segment *data_segments;
  vm_element_segment *element_segments;
  uint32_t table_count;
  uint32_t function_count;
  uint32_t data_segment_count;
  uint32_t element_segment_count;
} vm_context;

/// The view of memory `index`, which the context has.
static inline vm_memory_view *vm_context_memory(vm_context *context, uint64_t index) {
  return index == 0 ? &context->memory : &context->more_memories[index - 1];
}

#endif
