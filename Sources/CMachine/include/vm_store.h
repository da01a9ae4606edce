// What the instances of a store share on the machine's side: the wasm stack, the activations on
// it, the stop request and the trap record. And the one way into compiled code, vm_call.
#ifndef VM_STORE_H
#define VM_STORE_H

#include <stdint.h>
#include <sys/types.h>

#include "vm_context.h"
#include "vm_mapping.h"

/// Registers in a trap record, in the order of the kernel's gregset_t (REG_R8 ... REG_CR2).
#define VM_REGISTER_COUNT 23

/// One entry from the host into compiled code. Lives in vm_call's frame on the host stack.
typedef struct vm_activation {
  struct vm_store *store;
  uint64_t host_sp;       // the host's rsp as vm_enter left it; host calls continue below it
  uint64_t wasm_sp;       // the wasm stack's rsp at entry
  uint64_t wasm_fp;       // while in a host call: the stub's rbp, the head of the frame chain
  vm_context *wasm_context;  // while in a host call: the caller's context
  int32_t status;         // vm_trap_kind to leave with
  uint32_t mxcsr;         // the host's
  uint32_t mxcsr_now;     // scratch of the stubs
  uint32_t has_mxcsr;     // 0 if the host's differs from ours in nothing that matters
  uint32_t has_registers; // the signal handler filled in the store's trap record
  struct vm_activation *outer;           // the activation below on this thread, of any store
  struct vm_activation *outer_in_store;  // the activation below in this store
} vm_activation;

/// The frame of a stub towards the host, host call or builtin, on the wasm stack: the registers as
/// they were at the call, xmm13 to xmm15 only if somebody wants them (vm_store.spares_vectors). The stub's rbp points to `caller_fp`.
typedef struct vm_stub_frame {
  uint64_t xmm15[2], xmm14[2], xmm13[2];
  uint64_t r13, r12, rbx, r11, r10;
  uint64_t integers[4];   // rdi rsi r8 r9: the first integer arguments, perhaps overwritten by results;
                          // not in vm_host_call_scalar
  uint64_t floats[8][2];  // xmm3 ... xmm10; only if the callee has such parameters
  uint64_t caller_fp;
  uint64_t return_address;
} vm_stub_frame;

/// The state of the last trap, until the store is entered again. Frames on the wasm stack below
/// and at `fp` stay untouched until then.
typedef struct vm_trap_record {
  int32_t kind;          // vm_trap_kind, never VM_TRAP_INDIRECT_CALL
  int32_t signal;        // 0 if a stub raised it: then pc and registers are 0
  uint64_t pc;           // in compiled code
  uint64_t fp;           // rbp at pc, or of the stub's frame
  uint64_t sp;           // rsp at pc, or 0
  vm_context *context;   // r14
  uint64_t has_address;  // 1 if fault_address is the wasm address of a memory access
  uint64_t fault_address;
  uint64_t fault_length; // bytes of the access, 0 if not known
  uint64_t fault_memory; // index of the memory, if a helper has found the fault
  int64_t registers[VM_REGISTER_COUNT];
  uint8_t fxsave[512] __attribute__((aligned(16)));
} vm_trap_record;

/// Where to go on after an exception was caught.
typedef struct vm_landing {
  uint64_t general[16];      // by machine number, rsp and rbp among them
  uint64_t floats[16][2];
  uint64_t pc;
} vm_landing;

/// A store. Made and freed by vm_store_create and vm_store_destroy; one thread at a time, except
/// for vm_store_sequence and vm_store_interrupt.
typedef struct vm_store {
  vm_activation *activation;  // the innermost; NULL while no wasm of this store is running
  uint64_t sequence;      // odd while a call is running; each outermost call has its own
  uint64_t stop_request;  // the sequence of the call that shall stop; others are not affected
  uint64_t generation;    // moves whenever compiled code starts or goes on: frames of a trap or a
                          // host call that were found in one generation are as they were only in it
  void *host_error;       // the Swift error with which a host function has ended the call, or NULL
  uint64_t spares_vectors;  // whether no code in the store wants xmm13 to xmm15 preserved; the owner's to set
  vm_mapping stack;
  uint8_t *stack_limit;   // what vm_context.stack_limit is: below it 64 KiB slack, then the guard
  uint8_t *stack_top;
  uint64_t *results;      // what vm_context.results is
  uint32_t depth;         // activations of this store
  uint32_t depth_limit;
  pid_t thread;           // that entered last, to signal it
  int32_t padding;
  clockid_t cpu_clock;    // of that thread
  uint64_t memory_bytes;  // of all memories of the store
  uint64_t memory_bytes_limit;
  uint64_t table_elements;
  uint64_t table_elements_limit;
  uint64_t fuel;          // units that code which counts may still take in the running call
  uint64_t fuel_limit;    // what every outermost call starts with
  void *owner;            // unretained pointer to the Swift store
  vm_trap_record trap;
  uint64_t refused_growths;  // of memories, for memory_bytes_limit alone
  // Exceptions, which are the Swift store's business. `make` yields an exception with the values in
  // `results`, or NULL if there are too many; `find` fills in `landing` for the one in `exception`, or returns the trap kind to end
  // the activation with. Neither enters wasm.
  vm_exception *exception;   // the one in flight
  vm_exception *(*make_exception)(void *owner, const vm_tag *tag);
  int32_t (*find_landing)(void *owner, vm_landing *landing);
  vm_landing landing;
} vm_store;

/// Makes a store with a wasm stack of `stack_bytes` usable bytes (rounded up to pages); NULL if
/// memory is short. Limits on memories, tables and depth are the caller's to set.
vm_store *vm_store_create(uint64_t stack_bytes);

/// Frees it; nothing of it may be running.
void vm_store_destroy(vm_store *store);

/// Fills in what a context takes from its store: stack_limit, results, builtins, store.
void vm_store_adopt(vm_store *store, vm_context *context);

/// Calls `function` with arguments in `values` (parameter order; i32 need not be zero-extended)
/// and leaves its results there (result order). `values` has room for function->value_bytes.
/// Returns 0 or a vm_trap_kind; store->trap then tells more. Not in a signal handler; aborts if
/// another thread is running the store.
int32_t vm_call(vm_store *store, const vm_function *function, uint64_t *values);

/// What the first vm_call on a thread does besides, done now.
void vm_prepare_thread(void);

/// The running call's sequence, or an even number if none is running. Any thread.
uint64_t vm_store_sequence(const vm_store *store);

/// Asks that the call with this sequence stop, and signals its thread. The signal can come at an
/// instant where compiled code cannot be left; repeat until the sequence has changed. No effect on
/// any other call. Any thread, while the store lives; async-signal-safe.
void vm_store_interrupt(vm_store *store, uint64_t sequence);

/// Whether the running call was asked to stop: what helpers test between pieces of work.
int vm_store_stop_pending(const vm_store *store);

/// CPU time of the thread that runs the store, in nanoseconds, or -1 if it has ended.
int64_t vm_store_cpu_time(const vm_store *store);

/// Where the store keeps the error of a host function.
void *vm_store_host_error(vm_store *store);

/// Entry addresses for vm_function.foreign; a host function's record is otherwise complete.
const void *vm_host_call_entry(const vm_function *function);
const void *vm_foreign_entry(void);

/// Whether a return address lies in vm_enter (the end of an activation's frames) or in the
/// instance-switching stub (whose frame holds the caller's context at [rbp-8]).
int vm_is_enter_return(uint64_t pc);
int vm_is_foreign_return(uint64_t pc);

/// The calling thread's innermost activation, of any store; NULL outside of wasm.
vm_activation *vm_current_activation(void);

#endif
