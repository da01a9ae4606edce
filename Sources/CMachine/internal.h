// What the C files and the stubs share among themselves.
#ifndef INTERNAL_H
#define INTERNAL_H

#include <time.h>

#include "vm_store.h"

#define HIDDEN __attribute__((visibility("hidden")))

/// The thread's innermost activation. The handler reads it, so it must not be allocated lazily.
extern HIDDEN __thread vm_activation *vm_thread_activation
  __attribute__((tls_model("initial-exec")));

/// What a thread needs once, before it first runs compiled code.
typedef struct vm_thread {
  pid_t id;
  clockid_t cpu_clock;
  uint64_t stack_limit;  // host rsp below which no further activation is made
} vm_thread;

/// Prepares the calling thread on its first call: signal handlers, alternate stack, unblocked
/// signals. Never NULL.
HIDDEN const vm_thread *vm_thread_prepare(void);

/// Installs the process's signal handlers once.
HIDDEN void vm_signals_install(void);

/// Sends the stop signal to a thread of this process.
HIDDEN void vm_signals_send_stop(pid_t thread);

// stubs_x86_64.S
HIDDEN int32_t vm_enter(vm_activation *activation, const vm_function *function, uint64_t *values);
HIDDEN void vm_exit(void);  // rdi = activation
/// Where the exception in flight lands in the activation; 0, or the trap kind to end it with.
HIDDEN int32_t vm_find_landing(vm_activation *activation, vm_landing **landing);
HIDDEN void vm_host_call(void);
HIDDEN void vm_host_call_scalar(void);
HIDDEN void vm_foreign(void);
extern HIDDEN const char vm_enter_return[], vm_foreign_return[];
extern HIDDEN const void *const vm_builtin_entries[VM_BUILTIN_COUNT];

/// The helpers behind the builtin stubs: arguments in `words`, the result to words[0]; returns 0 or
/// a vm_trap_kind.
typedef int32_t vm_helper(vm_context *context, uint64_t *words);
extern HIDDEN vm_helper *const vm_helpers[VM_BUILTIN_COUNT];

#endif
