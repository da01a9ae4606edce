// What a thread needs before it first runs compiled code, made at its first entry, on any thread.
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "internal.h"

#ifndef AT_MINSIGSTKSZ
#define AT_MINSIGSTKSZ 51
#endif

// Host stack that must be left to make another activation: what a host function may need. On a
// small stack half of it.
#define HOST_STACK_MARGIN (128 << 10)

HIDDEN __thread vm_activation *vm_thread_activation;

static __thread vm_thread this_thread;

static pthread_key_t signal_stack_key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/// Bytes of an alternate signal stack: the largest frame of this CPU and the handler's own needs.
static size_t signal_stack_bytes(void) {
  size_t bytes = (size_t)getauxval(AT_MINSIGSTKSZ) + (16 << 10);
  return bytes > (64 << 10) ? bytes : (64 << 10);
}

/// At thread exit: the stack was ours, so nobody uses it after this thread.
static void remove_signal_stack(void *mapping) {
  stack_t off = {.ss_flags = SS_DISABLE};
  sigaltstack(&off, NULL);
  munmap(mapping, signal_stack_bytes());
}

static void prepare_process(void) {
  pthread_key_create(&signal_stack_key, remove_signal_stack);
  vm_signals_install();
}

/// Keeps a large enough alternate stack that is there, else installs one of ours.
static void install_signal_stack(void) {
  size_t size = signal_stack_bytes();
  stack_t old;
  if (sigaltstack(NULL, &old) == 0 && !(old.ss_flags & SS_DISABLE) && old.ss_size >= size) return;
  void *mapping = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapping == MAP_FAILED) abort();
  stack_t stack = {.ss_sp = mapping, .ss_size = size};
  if (sigaltstack(&stack, NULL) != 0) abort();
  pthread_setspecific(signal_stack_key, mapping);
}

/// Thread pools block signals; the stop and the traps must get through.
static void unblock_signals(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGSEGV);
  sigaddset(&set, SIGBUS);
  sigaddset(&set, SIGFPE);
  sigaddset(&set, SIGILL);
  sigaddset(&set, SIGUSR2);
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

static __attribute__((noinline)) void prepare_thread(void) {
  pthread_once(&once, prepare_process);
  install_signal_stack();
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
    void *address = NULL;
    size_t size = 0, guard = 0;
    pthread_attr_getstack(&attributes, &address, &size);
    pthread_attr_getguardsize(&attributes, &guard);
    pthread_attr_destroy(&attributes);
    size_t margin = size / 2 < HOST_STACK_MARGIN ? size / 2 : HOST_STACK_MARGIN;
    this_thread.stack_limit = (uint64_t)address + guard + margin;
  }
  if (pthread_getcpuclockid(pthread_self(), &this_thread.cpu_clock) != 0) {
    this_thread.cpu_clock = CLOCK_PROCESS_CPUTIME_ID;
  }
  unblock_signals();
  this_thread.id = (pid_t)syscall(SYS_gettid);
}

const vm_thread *vm_thread_prepare(void) {
  if (__builtin_expect(this_thread.id == 0, 0)) prepare_thread();
  return &this_thread;
}

void vm_prepare_thread(void) { (void)vm_thread_prepare(); }
