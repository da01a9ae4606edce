// The stubs between the host, compiled code and other instances. See vm_context.h for the calling
// convention of compiled code. One body serves all signatures: arguments are moved by the table
// vm_function.argument_slots. All frames keep the rbp chain. The signal handler never acts on a pc
// in here, so that every stub runs to its end.

#include "vm_offsets.h"

    .intel_syntax noprefix
    .text

    .p2align 4
mxcsr_default:
    .long MXCSR_DEFAULT

// int32_t vm_enter(vm_activation *rdi, const vm_function *rsi, uint64_t *rdx)
    .p2align 4
    .globl vm_enter
    .hidden vm_enter
    .type vm_enter, @function
vm_enter:
    .cfi_startproc
    push rbp
    .cfi_def_cfa_offset 16
    .cfi_offset rbp, -16
    mov rbp, rsp
    .cfi_def_cfa_register rbp
    push rbx
    push r12
    push r13
    push r14
    push r15
    sub rsp, 8                      // rsp is a multiple of 16 from here: host calls rely on it
    .cfi_offset rbx, -24
    .cfi_offset r12, -32
    .cfi_offset r13, -40
    .cfi_offset r14, -48
    .cfi_offset r15, -56
    mov rbx, rdi                    // compiled code preserves rbx, r12 and r13
    mov r12, rsi
    mov r13, rdx
    mov [rbx + ACTIVATION_HOST_SP], rsp
    stmxcsr [rbx + ACTIVATION_MXCSR]
    mov eax, [rbx + ACTIVATION_MXCSR]
    and eax, MXCSR_CONTROL
    sub eax, MXCSR_DEFAULT
    mov [rbx + ACTIVATION_HAS_MXCSR], eax
    jnz 8f
1:  mov r14, [r12 + FUNCTION_CONTEXT]
    mov r15, [r14 + CONTEXT_MEMORY_BASE]
    mov rsp, [rbx + ACTIVATION_WASM_SP]
    mov eax, [r12 + FUNCTION_STACK_ARGUMENT_BYTES]
    sub rsp, rax
    movzx ecx, word ptr [r12 + FUNCTION_PARAMETER_WORDS]
    test ecx, ecx
    jz 5f
    sub rsp, AREA_BYTES
    mov rsi, [r12 + FUNCTION_ARGUMENT_SLOTS]
    xor eax, eax
2:  movzx edx, word ptr [rsi + rax * 2]
    mov r8, [r13 + rax * 8]
    test edx, SLOT_I32
    jz 3f
    mov r8d, r8d
    and edx, SLOT_WORD
3:  mov [rsp + rdx * 8], r8
    inc eax
    cmp eax, ecx
    jb 2b
    mov rdi, [rsp + 8 * AREA_INTEGERS]
    mov rsi, [rsp + 8 * AREA_INTEGERS + 8]
    mov r8, [rsp + 8 * AREA_INTEGERS + 16]
    mov r9, [rsp + 8 * AREA_INTEGERS + 24]
    cmp byte ptr [r12 + FUNCTION_HAS_FLOAT_ARGUMENTS], 1
    jb 4f
    ja .Lenter_vectors
    movq xmm3, qword ptr [rsp + 8 * AREA_FLOATS]
    movq xmm4, qword ptr [rsp + 8 * AREA_FLOATS + 16]
    movq xmm5, qword ptr [rsp + 8 * AREA_FLOATS + 32]
    movq xmm6, qword ptr [rsp + 8 * AREA_FLOATS + 48]
    movq xmm7, qword ptr [rsp + 8 * AREA_FLOATS + 64]
    movq xmm8, qword ptr [rsp + 8 * AREA_FLOATS + 80]
    movq xmm9, qword ptr [rsp + 8 * AREA_FLOATS + 96]
    movq xmm10, qword ptr [rsp + 8 * AREA_FLOATS + 112]
4:  add rsp, AREA_BYTES
5:  call [r12 + FUNCTION_CODE]
    .globl vm_enter_return
    .hidden vm_enter_return
vm_enter_return:
    movzx ecx, word ptr [r12 + FUNCTION_RESULT_WORDS]
    movzx edx, byte ptr [r12 + FUNCTION_LAST_RESULT]
    test edx, edx
    jz 7f
    cmp edx, 3                      // VM_RESULT_FLOAT
    jb 6f
    ja .Lreturn_vector
    movq rax, xmm0
6:  dec ecx
    mov [r13 + rcx * 8], rax
    jz 7f
    // All but the last result: the buffer of the store.
.Lreturn_others:
    mov rsi, [r14 + CONTEXT_RESULTS]
6:  mov rax, [rsi + rcx * 8 - 8]
    mov [r13 + rcx * 8 - 8], rax
    dec ecx
    jnz 6b
.Lreturned:
7:  xor eax, eax
.Lleave:
    mov rsp, [rbx + ACTIVATION_HOST_SP]
    cmp dword ptr [rbx + ACTIVATION_HAS_MXCSR], 0
    jne 9f
.Lpop:
    add rsp, 8
    pop r15
    pop r14
    pop r13
    pop r12
    pop rbx
    pop rbp
    .cfi_remember_state
    .cfi_def_cfa rsp, 8
    ret
    .cfi_restore_state
8:  ldmxcsr [rip + mxcsr_default]
    jmp 1b
9:  ldmxcsr [rbx + ACTIVATION_MXCSR]
    jmp .Lpop
.Lenter_vectors:
    movups xmm3, [rsp + 8 * AREA_FLOATS]
    movups xmm4, [rsp + 8 * AREA_FLOATS + 16]
    movups xmm5, [rsp + 8 * AREA_FLOATS + 32]
    movups xmm6, [rsp + 8 * AREA_FLOATS + 48]
    movups xmm7, [rsp + 8 * AREA_FLOATS + 64]
    movups xmm8, [rsp + 8 * AREA_FLOATS + 80]
    movups xmm9, [rsp + 8 * AREA_FLOATS + 96]
    movups xmm10, [rsp + 8 * AREA_FLOATS + 112]
    jmp 4b
.Lreturn_vector:
    sub ecx, 2
    movups [r13 + rcx * 8], xmm0
    jnz .Lreturn_others
    jmp .Lreturned
    .cfi_endproc
    .size vm_enter, . - vm_enter

// Leaves the activation in rdi with its status: the signal handler resumes here, stubs jump here.
// What lies on the wasm stack is forgotten, not unwound: there is no Swift or C frame on it.
    .p2align 4
    .globl vm_exit
    .hidden vm_exit
    .type vm_exit, @function
vm_exit:
    mov rbx, rdi
    mov eax, [rbx + ACTIVATION_STATUS]
    jmp .Lleave
    .size vm_exit, . - vm_exit

// Builds the frame that the stubs towards the host have (vm_stub_frame); rcx = store.
    .macro save_wasm_registers
    push rbp
    .cfi_def_cfa_offset 16
    .cfi_offset rbp, -16
    mov rbp, rsp
    .cfi_def_cfa_register rbp
    sub rsp, FRAME_BYTES
    mov [rbp + FRAME_R10], r10
    mov [rbp + FRAME_R11], r11
    mov [rbp + FRAME_RBX], rbx
    mov [rbp + FRAME_R12], r12
    mov [rbp + FRAME_R13], r13
    mov rcx, [r14 + CONTEXT_STORE]
    cmp dword ptr [rcx + STORE_SPARES_VECTORS], 0
    jne .Lspared\@
    movups [rbp + FRAME_XMM13], xmm13
    movups [rbp + FRAME_XMM14], xmm14
    movups [rbp + FRAME_XMM15], xmm15
.Lspared\@:
    .endm

    .macro save_integer_arguments
    mov [rbp + FRAME_AREA + 8 * AREA_INTEGERS], rdi
    mov [rbp + FRAME_AREA + 8 * AREA_INTEGERS + 8], rsi
    mov [rbp + FRAME_AREA + 8 * AREA_INTEGERS + 16], r8
    mov [rbp + FRAME_AREA + 8 * AREA_INTEGERS + 24], r9
    .endm

// Records the frame in the activation (to r12) of the store in rcx and switches to the host's stack.
    .macro leave_wasm_stack
    mov r12, [rcx + STORE_ACTIVATION]
    mov [r12 + ACTIVATION_WASM_CONTEXT], r14
    mov [r12 + ACTIVATION_WASM_FP], rbp
    mov rsp, [r12 + ACTIVATION_HOST_SP]
    .endm

// The host's MXCSR for the host, if it differs from ours.
    .macro host_mxcsr
    cmp dword ptr [r12 + ACTIVATION_HAS_MXCSR], 0
    je 1f
    ldmxcsr [r12 + ACTIVATION_MXCSR]
1:
    .endm

// Ours again, whatever the host left.
    .macro wasm_mxcsr_after_any_host
    stmxcsr [r12 + ACTIVATION_MXCSR_NOW]
    mov ecx, [r12 + ACTIVATION_MXCSR_NOW]
    and ecx, MXCSR_CONTROL
    cmp ecx, MXCSR_DEFAULT
    je 1f
    ldmxcsr [rip + mxcsr_default]
1:
    .endm

// Ours again after code that left the host's as host_mxcsr made it.
    .macro wasm_mxcsr
    cmp dword ptr [r12 + ACTIVATION_HAS_MXCSR], 0
    je 1f
    ldmxcsr [rip + mxcsr_default]
1:
    .endm

// Does not go on if a stop request came while the host was running. Going on ends the stack's
// generation. r12 = activation, rcx = store.
    .macro return_to_wasm_or_exit
    mov rdx, [rcx + STORE_STOP_REQUEST]
    cmp rdx, [rcx + STORE_SEQUENCE]
    je .Lexit_interrupted
    inc qword ptr [rcx + STORE_GENERATION]
    .endm

// Destroys rdx. A store that no longer spares vectors has spared them for functions that have none.
    .macro restore_wasm_registers
    mov rdx, [r14 + CONTEXT_STORE]
    cmp dword ptr [rdx + STORE_SPARES_VECTORS], 0
    jne .Lspared\@
    movups xmm13, [rbp + FRAME_XMM13]
    movups xmm14, [rbp + FRAME_XMM14]
    movups xmm15, [rbp + FRAME_XMM15]
.Lspared\@:
    mov r10, [rbp + FRAME_R10]
    mov r11, [rbp + FRAME_R11]
    mov rbx, [rbp + FRAME_RBX]
    mov r12, [rbp + FRAME_R12]
    mov r13, [rbp + FRAME_R13]
    .endm

// Ends a stub's frame and pops ecx bytes of stack arguments; rax and xmm0 are results.
    .macro return_popping
    mov rsp, rbp
    pop rbp
    test ecx, ecx
    jnz .Lpop_arguments
    ret
    .endm

// Wasm to host. rax = record, r14 = the caller's context.
    .p2align 4
    .globl vm_host_call
    .hidden vm_host_call
    .type vm_host_call, @function
vm_host_call:
    .cfi_startproc
    save_wasm_registers
    save_integer_arguments
    leave_wasm_stack
    mov rbx, rax
    lea r13, [rbp + FRAME_AREA + 8 * AREA_INTEGERS]
    cmp byte ptr [rbx + FUNCTION_HAS_DIRECT_VALUES], 0
    je .Lcollect_values
.Lcall_host:                            // r13 = values
    host_mxcsr
    mov rdi, [rbx + FUNCTION_HOST_DATA]
    mov rsi, r14
    mov rdx, r13
    call [rbx + FUNCTION_HOST]
    cmp byte ptr [rbx + FUNCTION_KEEPS_MXCSR], 0
    je 8f
    wasm_mxcsr
9:  test eax, eax
    jnz .Lexit_with_status
    mov rcx, [r12 + ACTIVATION_STORE]
    return_to_wasm_or_exit
    movzx ecx, word ptr [rbx + FUNCTION_RESULT_WORDS]
    movzx edx, byte ptr [rbx + FUNCTION_LAST_RESULT]
    test edx, edx
    jz 7f
    cmp edx, 4                      // VM_RESULT_VECTOR
    je .Lhost_vector_result
    dec ecx
    mov rax, [r13 + rcx * 8]
    movq xmm0, rax
    cmp edx, 1                      // VM_RESULT_INTEGER_32
    jne 5f
    mov eax, eax
.Lhost_other_results:
5:  test ecx, ecx
    jz 7f
    mov rdi, [r14 + CONTEXT_RESULTS]
6:  mov rdx, [r13 + rcx * 8 - 8]
    mov [rdi + rcx * 8 - 8], rdx
    dec ecx
    jnz 6b
7:  mov ecx, [rbx + FUNCTION_STACK_ARGUMENT_BYTES]
    restore_wasm_registers
    return_popping
8:  wasm_mxcsr_after_any_host
    jmp 9b
.Lhost_vector_result:
    sub ecx, 2
    movups xmm0, [r13 + rcx * 8]
    jmp .Lhost_other_results
// Arguments from where they are into a buffer on the host's stack.
.Lcollect_values:
    cmp byte ptr [rbx + FUNCTION_HAS_FLOAT_ARGUMENTS], 0
    je 2f
    movups [rbp + FRAME_AREA + 8 * AREA_FLOATS], xmm3
    movups [rbp + FRAME_AREA + 8 * AREA_FLOATS + 16], xmm4
    movups [rbp + FRAME_AREA + 8 * AREA_FLOATS + 32], xmm5
    movups [rbp + FRAME_AREA + 8 * AREA_FLOATS + 48], xmm6
    movups [rbp + FRAME_AREA + 8 * AREA_FLOATS + 64], xmm7
    movups [rbp + FRAME_AREA + 8 * AREA_FLOATS + 80], xmm8
    movups [rbp + FRAME_AREA + 8 * AREA_FLOATS + 96], xmm9
    movups [rbp + FRAME_AREA + 8 * AREA_FLOATS + 112], xmm10
2:  mov eax, [rbx + FUNCTION_VALUE_BYTES]
    sub rsp, rax
    movzx ecx, word ptr [rbx + FUNCTION_PARAMETER_WORDS]
    test ecx, ecx
    jz 4f
    mov rsi, [rbx + FUNCTION_ARGUMENT_SLOTS]
    xor eax, eax
3:  movzx edx, word ptr [rsi + rax * 2]
    and edx, SLOT_WORD
    mov r8, [rbp + rdx * 8 + FRAME_AREA]
    mov [rsp + rax * 8], r8
    inc eax
    cmp eax, ecx
    jb 3b
4:  mov r13, rsp
    jmp .Lcall_host
    .cfi_endproc
    .size vm_host_call, . - vm_host_call

.Lpop_arguments:
    mov rdx, [rsp]                  // `ret` from a moved return address keeps it predicted
    add rsp, rcx
    mov [rsp], rdx
    ret

// Wasm to a scalar host function (vm_function.scalar_code), all of whose parameters and results are
// integers. rax = record, r14 = the caller's context.
    .p2align 4
    .globl vm_host_call_scalar
    .hidden vm_host_call_scalar
    .type vm_host_call_scalar, @function
vm_host_call_scalar:
    .cfi_startproc
    save_wasm_registers
    leave_wasm_stack
    mov rbx, rax
    host_mxcsr
    mov rdx, r8
    mov rcx, r9
    lea r8, [rbp + 16]              // the other arguments are where the caller has put them
    mov r9, [rbx + FUNCTION_SCALAR_CONTEXT]
    mov r13, [rbx + FUNCTION_SCALAR_CAPTURES]
    xor r12d, r12d                  // no error
    call [rbx + FUNCTION_SCALAR_CODE]
    mov rdx, r12
    mov rcx, [r14 + CONTEXT_STORE]
    mov r12, [rcx + STORE_ACTIVATION]
    wasm_mxcsr
    test rdx, rdx
    jnz 1f
    return_to_wasm_or_exit
    and rax, [rbx + FUNCTION_RESULT_MASK]
    mov ecx, [rbx + FUNCTION_STACK_ARGUMENT_BYTES]
    restore_wasm_registers
    return_popping
1:  mov [rcx + STORE_HOST_ERROR], rdx
    mov eax, 11                     // VM_TRAP_HOST
    jmp .Lexit_with_status
    .cfi_endproc
    .size vm_host_call_scalar, . - vm_host_call_scalar

.Lexit_interrupted:
    mov eax, 10                     // VM_TRAP_INTERRUPTED
.Lexit_with_status:
    cmp eax, 14                     // VM_TRAP_UNCAUGHT_EXCEPTION
    je .Lthrow
.Lexit:
    mov [r12 + ACTIVATION_STATUS], eax
    mov rdi, r12
    jmp vm_exit

// An exception leaves a stub towards the host: to whoever catches it in this activation, all frames
// below forgotten, or out of the activation. r12 = activation, rsp a multiple of 16.
.Lthrow:
    sub rsp, 16
    mov rdi, r12
    mov rsi, rsp
    call vm_find_landing
    pop rdx
    add rsp, 8
    test eax, eax
    jnz .Lexit
    mov rcx, [r12 + ACTIVATION_STORE]
    mov rax, [rcx + STORE_STOP_REQUEST]
    cmp rax, [rcx + STORE_SEQUENCE]
    je .Lexit_interrupted_while_throwing
    inc qword ptr [rcx + STORE_GENERATION]
    movups xmm0, [rdx + LANDING_FLOATS]
    .irp n, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    movups xmm\n, [rdx + LANDING_FLOATS + 16 * \n]
    .endr
    mov rbx, [rdx + 8 * 3]
    mov rsp, [rdx + 8 * 4]
    mov rbp, [rdx + 8 * 5]
    mov rsi, [rdx + 8 * 6]
    mov rdi, [rdx + 8 * 7]
    mov r8, [rdx + 8 * 8]
    mov r9, [rdx + 8 * 9]
    mov r10, [rdx + 8 * 10]
    mov r11, [rdx + 8 * 11]
    mov r12, [rdx + 8 * 12]
    mov r13, [rdx + 8 * 13]
    mov r14, [rdx + 8 * 14]
    mov r15, [r14 + CONTEXT_MEMORY_BASE]
    mov rax, [rdx]
    jmp [rdx + LANDING_PC]
.Lexit_interrupted_while_throwing:
    mov eax, 10                     // VM_TRAP_INTERRUPTED
    jmp .Lexit

// Wasm to the wasm of another instance. rax = record. The frame holds the caller's context at
// [rbp-8], where the stack walk looks for it.
    .p2align 4
    .globl vm_foreign
    .hidden vm_foreign
    .type vm_foreign, @function
vm_foreign:
    .cfi_startproc
    // A tail call from a function that this stub has called: its frame already keeps the caller's
    // context, so that tail calls between instances do not heap up frames. Nothing else returns here.
    lea rcx, [rip + vm_foreign_return]
    cmp [rsp], rcx
    je .Lswitch_context
    push rbp
    .cfi_def_cfa_offset 16
    .cfi_offset rbp, -16
    mov rbp, rsp
    .cfi_def_cfa_register rbp
    push r14
    push r15
    mov ecx, [rax + FUNCTION_STACK_ARGUMENT_BYTES]
    push rcx
    mov r14, [rax + FUNCTION_CONTEXT]
    mov r15, [r14 + CONTEXT_MEMORY_BASE]
    jecxz 2f
    sub rsp, rcx
1:  mov rdx, [rbp + rcx + 8]
    mov [rsp + rcx - 8], rdx
    sub ecx, 8
    jnz 1b
2:  call [rax + FUNCTION_CODE]
    .globl vm_foreign_return
    .hidden vm_foreign_return
vm_foreign_return:
    mov ecx, [rbp - 24]
    mov r15, [rbp - 16]
    mov r14, [rbp - 8]
    return_popping
    .cfi_endproc
    .size vm_foreign, . - vm_foreign

.Lswitch_context:
    mov r14, [rax + FUNCTION_CONTEXT]
    mov r15, [r14 + CONTEXT_MEMORY_BASE]
    jmp [rax + FUNCTION_CODE]

// Tail call of a function that takes another size of stack arguments than the caller. rax = record;
// the arguments in registers are where they belong, those on the stack are at rsp; edx = bytes of
// the caller's own ones, ecx = bytes of the callee's, at least one of them not 0; rbp = the
// caller's frame, whose saved registers have been restored. The new arguments end where the old
// ones did, so that the callee pops them for the caller's caller.
    .p2align 4
    .type vm_tail_call, @function
vm_tail_call:
    movq xmm1, qword ptr [rbp]      // the caller's caller's rbp
    movq xmm2, qword ptr [rbp + 8]  // and the return address
    lea rdx, [rbp + rdx + 16]
    sub rdx, rcx
    jecxz 2f
    // From the top down: the target lies above the source and may overlap it.
1:  movq xmm0, qword ptr [rsp + rcx - 8]
    movq qword ptr [rdx + rcx - 8], xmm0
    sub ecx, 8
    jnz 1b
2:  movq qword ptr [rdx - 8], xmm2
    lea rsp, [rdx - 8]
    movq rbp, xmm1
    cmp r14, [rax + FUNCTION_CONTEXT]
    jne 3f
    jmp [rax + FUNCTION_CODE]
3:  jmp [rax + FUNCTION_FOREIGN]
    .size vm_tail_call, . - vm_tail_call

// Wasm to a helper in C: eax = its number.
    .p2align 4
    .type vm_builtin_call, @function
vm_builtin_call:
    .cfi_startproc
    save_wasm_registers
    save_integer_arguments
    leave_wasm_stack
    mov ebx, eax
    host_mxcsr
    mov rdi, r14
    lea rsi, [rbp + FRAME_AREA]
    lea rax, [rip + vm_helpers]
    call [rax + rbx * 8]
    wasm_mxcsr
    test eax, eax
    jnz .Lexit_with_status
    mov rcx, [r12 + ACTIVATION_STORE]
    return_to_wasm_or_exit
    mov rax, [rbp + FRAME_AREA]
    restore_wasm_registers
    mov rsp, rbp
    pop rbp
    ret
    .cfi_endproc
    .size vm_builtin_call, . - vm_builtin_call

// memory.copy and memory.fill of up to SHORT bytes in memory 0: on the wasm stack, without the host.
// What cannot be done so goes the long way, with all arguments as they came: out of bounds, or a stop
// request that waits. Nothing else can end them.
    .set SHORT, 1 << 20

    .macro short_or_long number
    mov rax, [r14 + CONTEXT_STORE]
    mov rcx, [rax + STORE_STOP_REQUEST]
    cmp rcx, [rax + STORE_SEQUENCE]
    je \number
    cmp r8, SHORT
    ja \number
    mov rcx, rdi
    add rcx, r8
    jc \number
    cmp rcx, [r14 + CONTEXT_MEMORY_LENGTH]
    ja \number
    .endm

// More bytes than a few are the C library's work. It knows the machine's widest moves, preserves less
// than compiled code expects, and needs next to no stack: the slack below the limit will do.
    .macro by_library function
    push rbp
    mov rbp, rsp
    sub rsp, 48
    and rsp, -16
    push r10
    push r11
    movaps [rsp + 16], xmm13
    movaps [rsp + 32], xmm14
    movaps [rsp + 48], xmm15
    mov rdx, r8
    call [rip + \function]
    movaps xmm13, [rsp + 16]
    movaps xmm14, [rsp + 32]
    movaps xmm15, [rsp + 48]
    pop r11
    pop r10
    leave
    ret
    .endm

    .p2align 4
    .type vm_short_copy, @function
vm_short_copy:
    short_or_long 9f
    mov rcx, rsi
    add rcx, r8
    jc 9f
    cmp rcx, [r14 + CONTEXT_MEMORY_LENGTH]
    ja 9f
    add rdi, r15
    add rsi, r15
    // Up to 128 bytes all is loaded before anything is stored, so that nothing can be overwritten
    // too early; pieces from both ends may overlap in the middle.
    cmp r8d, 16
    jb 4f
    movups xmm0, [rsi]
    movups xmm1, [rsi + r8 - 16]
    cmp r8d, 32
    ja 1f
    movups [rdi], xmm0
    movups [rdi + r8 - 16], xmm1
    ret
1:  movups xmm2, [rsi + 16]
    movups xmm3, [rsi + r8 - 32]
    cmp r8d, 64
    ja 2f
    movups [rdi], xmm0
    movups [rdi + 16], xmm2
    movups [rdi + r8 - 32], xmm3
    movups [rdi + r8 - 16], xmm1
    ret
2:  movups xmm4, [rsi + 32]
    movups xmm5, [rsi + 48]
    movups xmm6, [rsi + r8 - 64]
    movups xmm7, [rsi + r8 - 48]
    cmp r8d, 128
    ja 3f
    movups [rdi], xmm0
    movups [rdi + 16], xmm2
    movups [rdi + 32], xmm4
    movups [rdi + 48], xmm5
    movups [rdi + r8 - 64], xmm6
    movups [rdi + r8 - 48], xmm7
    movups [rdi + r8 - 32], xmm3
    movups [rdi + r8 - 16], xmm1
    ret
3:  by_library vm_memmove
4:  cmp r8d, 8
    jb 1f
    mov rax, [rsi]
    mov rcx, [rsi + r8 - 8]
    mov [rdi], rax
    mov [rdi + r8 - 8], rcx
    ret
1:  cmp r8d, 4
    jb 1f
    mov eax, [rsi]
    mov ecx, [rsi + r8 - 4]
    mov [rdi], eax
    mov [rdi + r8 - 4], ecx
    ret
1:  test r8d, r8d
    jz 1f
    movzx eax, byte ptr [rsi]
    mov rdx, r8
    shr edx, 1
    movzx ecx, byte ptr [rsi + rdx]
    movzx esi, byte ptr [rsi + r8 - 1]
    mov [rdi], al
    mov [rdi + rdx], cl
    mov [rdi + r8 - 1], sil
1:  ret
9:  xor r9d, r9d
    mov eax, 1                      // VM_MEMORY_COPY
    jmp vm_builtin_call
    .size vm_short_copy, . - vm_short_copy

    .p2align 4
    .type vm_short_fill, @function
vm_short_fill:
    short_or_long 9f
    add rdi, r15
    cmp r8d, 256
    ja 4f
    movzx eax, sil
    movabs rcx, 0x0101010101010101
    imul rax, rcx
    cmp r8d, 16
    jb 3f
    movq xmm0, rax
    punpcklqdq xmm0, xmm0
    lea rcx, [rdi + r8 - 16]
    cmp r8d, 64
    jae 2f
    movups [rdi], xmm0
    cmp r8d, 32
    jbe 1f
    movups [rdi + 16], xmm0
    movups [rcx - 16], xmm0
1:  movups [rcx], xmm0
    ret
2:  movups [rdi], xmm0
    movups [rdi + 16], xmm0
    movups [rdi + 32], xmm0
    movups [rdi + 48], xmm0
    add rdi, 64
    lea rdx, [rcx - 48]
    cmp rdi, rdx
    jb 2b
    movups [rdx], xmm0
    movups [rdx + 16], xmm0
    movups [rdx + 32], xmm0
    movups [rdx + 48], xmm0
    ret
3:  cmp r8d, 8
    jb 1f
    mov [rdi], rax
    mov [rdi + r8 - 8], rax
    ret
1:  cmp r8d, 4
    jb 1f
    mov [rdi], eax
    mov [rdi + r8 - 4], eax
    ret
1:  test r8d, r8d
    jz 1f
    mov rdx, r8
    shr edx, 1
    mov [rdi], al
    mov [rdi + rdx], al
    mov [rdi + r8 - 1], al
1:  ret
4:  by_library vm_memset
9:  xor r9d, r9d
    mov eax, 2                      // VM_MEMORY_FILL
    jmp vm_builtin_call
    .size vm_short_fill, . - vm_short_fill

// The entries that vm_context.builtins holds, in the order of vm_builtin, and their table.
    .section .data.rel.ro, "aw", @progbits
    .p2align 4                      // C copies it with aligned vector loads
    .globl vm_builtin_entries
    .hidden vm_builtin_entries
vm_builtin_entries:

    .macro builtin number
    .text
    .p2align 4
9:  mov eax, \number
    jmp vm_builtin_call
    .section .data.rel.ro, "aw", @progbits
    .quad 9b
    .endm

    builtin 0
    builtin 1
    builtin 2
    builtin 3
    builtin 4
    builtin 5
    builtin 6
    builtin 7
    builtin 8
    builtin 9
    builtin 10
    builtin 11
    builtin 12
    builtin 13
    builtin 14
    .quad vm_tail_call
    .quad vm_short_copy
    .quad vm_short_fill

    .size vm_builtin_entries, . - vm_builtin_entries

vm_memmove:
    .quad memmove
vm_memset:
    .quad memset

    .section .note.GNU-stack, "", @progbits
