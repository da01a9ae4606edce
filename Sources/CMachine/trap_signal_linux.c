// The signal handlers. They allocate nothing, take no lock and call nothing but async-signal-safe
// functions; no Swift. They act only if the pc lies in the code range; all else goes to the
// handlers that were there before.
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/ucontext.h>
#include <unistd.h>

#include "code_memory.h"
#include "guarded_memory.h"
#include "internal.h"

#define STOP_SIGNAL SIGUSR2
#define DIRECTION_FLAG 0x400

_Static_assert(VM_REGISTER_COUNT == sizeof(gregset_t) / sizeof(greg_t), "registers");
_Static_assert(sizeof(struct _libc_fpstate) == 512, "the legacy FXSAVE area");

static struct sigaction previous_actions[NSIG];

// A stop signal of ours carries this address.
static char stop_mark;

/// What the handlers before ours make of the signal.
static void chain(int number, siginfo_t *info, void *context) {
  struct sigaction *previous = &previous_actions[number];
  if (previous->sa_flags & SA_SIGINFO) {
    if (previous->sa_flags & SA_NODEFER) {
      sigset_t set;
      sigemptyset(&set);
      sigaddset(&set, number);
      pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    }
    previous->sa_sigaction(number, info, context);
    return;
  }
  int sent = info->si_code <= 0;  // by kill and the like, not by an instruction
  if (previous->sa_handler == SIG_IGN && sent) return;
  if (previous->sa_handler != SIG_DFL && previous->sa_handler != SIG_IGN) {
    previous->sa_handler(number);
    return;
  }
  // Die of it as if we had not been there: a faulting instruction runs again under the default
  // action; a sent signal is sent again and arrives when this handler returns.
  struct sigaction standard = {.sa_handler = SIG_DFL};
  sigaction(number, &standard, NULL);
  if (sent) syscall(SYS_tgkill, getpid(), (pid_t)syscall(SYS_gettid), number);
}

/// The general register with this number in machine code.
static uint64_t register_value(const greg_t *registers, unsigned number) {
  static const uint8_t order[16] = {
    REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
    REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15,
  };
  return (uint64_t)registers[order[number & 15]];
}

/// The trap kind that `ud2` at pc stands for, or 0 if it is none of ours.
static int32_t kind_of_ud2(const greg_t *registers, const uint8_t *pc) {
  if (pc[0] != 0x0F || pc[1] != 0x0B) return VM_TRAP_NONE;
  uint8_t kind = pc[2] & 15;
  if (kind == VM_TRAP_INDIRECT_CALL) {
    return registers[REG_RAX] == 0 ? VM_TRAP_INDIRECT_CALL_TO_NULL
                                   : VM_TRAP_INDIRECT_CALL_TYPE_MISMATCH;
  }
  if (kind == VM_TRAP_FUEL_EXHAUSTED || kind == VM_TRAP_NULL_REFERENCE) return kind;
  return kind > VM_TRAP_NONE && kind < VM_TRAP_INTERRUPTED ? kind : VM_TRAP_NONE;
}

/// The trap kind of the division F7 /6 or /7, register form, that faulted at pc.
static int32_t kind_of_division(const greg_t *registers, const uint8_t *pc) {
  uint8_t rex = 0;
  if ((pc[0] & 0xF0) == 0x40) rex = *pc++;
  if (pc[0] != 0xF7 || (pc[1] & 0xF0) != 0xF0) return VM_TRAP_NONE;
  uint64_t divisor = register_value(registers, (pc[1] & 7u) | (rex & 1u) << 3);
  if (!(rex & 8)) divisor = (uint32_t)divisor;
  return divisor == 0 ? VM_TRAP_INTEGER_DIVIDE_BY_ZERO : VM_TRAP_INTEGER_OVERFLOW;
}

/// The trap kind of a call's first access to the record in rax, which is null; or 0 if it is another
/// fault.
static int32_t kind_of_call_to_null(
  const greg_t *registers, const uint8_t *pc, const void *address) {
  if (registers[REG_RAX] != 0) return VM_TRAP_NONE;
  switch ((uint64_t)address) {
  case offsetof(vm_function, signature):
    // cmp dword [rax + offset], 81 or 83 /7: call_indirect
    return (pc[0] == 0x81 || pc[0] == 0x83) && pc[1] == 0x78 &&
               pc[2] == offsetof(vm_function, signature)
             ? VM_TRAP_INDIRECT_CALL_TO_NULL : VM_TRAP_NONE;
  case offsetof(vm_function, ancestors):
    // mov rcx, [rax + offset]: the same where the type can have subtypes
    return pc[0] == 0x48 && pc[1] == 0x8B && pc[2] == 0x48 &&
               pc[3] == offsetof(vm_function, ancestors)
             ? VM_TRAP_INDIRECT_CALL_TO_NULL : VM_TRAP_NONE;
  case offsetof(vm_function, code):
    // mov rcx, [rax]: call_ref
    return pc[0] == 0x48 && pc[1] == 0x8B && pc[2] == 0x08 ? VM_TRAP_NULL_REFERENCE
                                                           : VM_TRAP_NONE;
  default: return VM_TRAP_NONE;
  }
}

/// Saves the machine's state in the trap record and makes the thread resume in the exit stub.
static void leave(vm_activation *activation, int32_t kind, int number, ucontext_t *context) {
  greg_t *registers = context->uc_mcontext.gregs;
  vm_trap_record *trap = &activation->store->trap;
  trap->kind = kind;
  trap->signal = number;
  trap->pc = (uint64_t)registers[REG_RIP];
  trap->fp = (uint64_t)registers[REG_RBP];
  trap->sp = (uint64_t)registers[REG_RSP];
  trap->context = (vm_context *)registers[REG_R14];
  for (int i = 0; i < VM_REGISTER_COUNT; i++) trap->registers[i] = registers[i];
  if (context->uc_mcontext.fpregs != NULL) {
    memcpy(trap->fxsave, context->uc_mcontext.fpregs, sizeof trap->fxsave);
  }
  activation->has_registers = 1;
  activation->status = kind;
  registers[REG_RIP] = (greg_t)vm_exit;
  registers[REG_RSP] = (greg_t)activation->host_sp;
  registers[REG_RDI] = (greg_t)activation;
  registers[REG_EFL] &= ~(greg_t)DIRECTION_FLAG;
}

static void handle_trap(int number, siginfo_t *info, void *raw) {
  ucontext_t *context = raw;
  const greg_t *registers = context->uc_mcontext.gregs;
  vm_activation *activation = vm_thread_activation;
  const uint8_t *pc = (const uint8_t *)registers[REG_RIP];
  int32_t kind = VM_TRAP_NONE;
  if (activation != NULL && info->si_code > 0 && vm_code_contains((uint64_t)pc)) {
    vm_trap_record *trap = &activation->store->trap;
    int64_t index;
    switch (number) {
    case SIGSEGV:
    case SIGBUS:
      if (vm_memory_find((uint64_t)info->si_addr, &index)) {
        kind = VM_TRAP_MEMORY_OUT_OF_BOUNDS;
        trap->has_address = index >= 0;
        trap->fault_address = (uint64_t)index;
        trap->fault_length = 0;
      } else {
        kind = kind_of_call_to_null(registers, pc, info->si_addr);
        if (kind != VM_TRAP_NONE) trap->has_address = 0;
      }
      break;
    case SIGILL:
      kind = kind_of_ud2(registers, pc);
      // A nested call that a host function has survived may have left its own.
      trap->has_address = 0;
      break;
    case SIGFPE:
      kind = kind_of_division(registers, pc);
      break;
    }
  }
  if (kind == VM_TRAP_NONE) {
    chain(number, info, raw);
  } else {
    leave(activation, kind, number, context);
  }
}

static void handle_stop(int number, siginfo_t *info, void *raw) {
  if (info->si_code != SI_QUEUE || info->si_value.sival_ptr != &stop_mark) {
    chain(number, info, raw);
    return;
  }
  ucontext_t *context = raw;
  vm_activation *activation = vm_thread_activation;
  if (activation == NULL || !vm_code_contains((uint64_t)context->uc_mcontext.gregs[REG_RIP])) {
    return;  // The stubs look for the request when the host returns; the sender repeats.
  }
  // A store further out may be the one to stop: end this call, the stubs then end the outer ones.
  for (vm_activation *each = activation; each != NULL; each = each->outer) {
    if (vm_store_stop_pending(each->store)) {
      leave(activation, VM_TRAP_INTERRUPTED, number, context);
      return;
    }
  }
}

void vm_signals_send_stop(pid_t thread) {
  siginfo_t info;
  memset(&info, 0, sizeof info);
  info.si_signo = STOP_SIGNAL;
  info.si_code = SI_QUEUE;
  info.si_pid = getpid();
  info.si_uid = getuid();
  info.si_value.sival_ptr = &stop_mark;
  // The thread may have ended meanwhile; then there is nothing to stop.
  syscall(SYS_rt_tgsigqueueinfo, info.si_pid, thread, STOP_SIGNAL, &info);
}

void vm_signals_install(void) {
  static const int trap_signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  sigaddset(&action.sa_mask, STOP_SIGNAL);
  action.sa_sigaction = handle_trap;
  for (size_t i = 0; i < sizeof trap_signals / sizeof trap_signals[0]; i++) {
    // The old action must be known before the new one can run.
    sigaction(trap_signals[i], NULL, &previous_actions[trap_signals[i]]);
    sigaction(trap_signals[i], &action, NULL);
  }
  action.sa_sigaction = handle_stop;
  action.sa_flags |= SA_RESTART;
  sigaction(STOP_SIGNAL, NULL, &previous_actions[STOP_SIGNAL]);
  sigaction(STOP_SIGNAL, &action, NULL);
}
