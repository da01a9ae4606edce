// Field offsets for the assembly stubs; call.c asserts that they are true.
#ifndef VM_OFFSETS_H
#define VM_OFFSETS_H

#define CONTEXT_MEMORY_BASE 0
#define CONTEXT_MEMORY_LENGTH 8
#define CONTEXT_RESULTS 40
#define CONTEXT_STORE 192

#define FUNCTION_CODE 0
#define FUNCTION_CONTEXT 8
#define FUNCTION_FOREIGN 16
#define FUNCTION_STACK_ARGUMENT_BYTES 28
#define FUNCTION_VALUE_BYTES 44
#define FUNCTION_HOST 56
#define FUNCTION_HOST_DATA 64
#define FUNCTION_SCALAR_CODE 72
#define FUNCTION_SCALAR_CAPTURES 80
#define FUNCTION_SCALAR_CONTEXT 88
#define FUNCTION_RESULT_MASK 96
#define FUNCTION_ARGUMENT_SLOTS 104
#define FUNCTION_HAS_FLOAT_ARGUMENTS 112
#define FUNCTION_LAST_RESULT 113
#define FUNCTION_KEEPS_MXCSR 114
#define FUNCTION_HAS_DIRECT_VALUES 115
#define FUNCTION_PARAMETER_WORDS 116
#define FUNCTION_RESULT_WORDS 118

#define STORE_ACTIVATION 0
#define STORE_SEQUENCE 8
#define STORE_STOP_REQUEST 16
#define STORE_GENERATION 24
#define STORE_HOST_ERROR 32
#define STORE_SPARES_VECTORS 40

#define ACTIVATION_STORE 0
#define ACTIVATION_HOST_SP 8
#define ACTIVATION_WASM_SP 16
#define ACTIVATION_WASM_FP 24
#define ACTIVATION_WASM_CONTEXT 32
#define ACTIVATION_STATUS 40
#define ACTIVATION_MXCSR 44
#define ACTIVATION_MXCSR_NOW 48
#define ACTIVATION_HAS_MXCSR 52

#define LANDING_GENERAL 0
#define LANDING_FLOATS 128
#define LANDING_PC 384

// The argument area, addressed in 8-byte words by vm_function.argument_slots: rdi rsi r8 r9, then
// xmm3 to xmm10 at 16 bytes each, a saved rbp and a return address, then the stack arguments.
// vm_enter builds it on the wasm stack; in the host call stub it is the stub's own frame.
#define AREA_INTEGERS 0
#define AREA_FLOATS 4
#define AREA_FRAME 20
#define AREA_STACK 22
#define AREA_BYTES (AREA_STACK * 8)
// Set in an argument slot if the parameter is an i32, to be zero-extended by vm_enter.
#define SLOT_I32 0x8000
#define SLOT_WORD 0x7FFF

// The frame of the stubs towards the host (vm_stub_frame), from their rbp: below the argument area
// what compiled code wants preserved.
#define FRAME_AREA (-8 * AREA_FRAME)
#define FRAME_R10 (FRAME_AREA - 8)
#define FRAME_R11 (FRAME_AREA - 16)
#define FRAME_RBX (FRAME_AREA - 24)
#define FRAME_R12 (FRAME_AREA - 32)
#define FRAME_R13 (FRAME_AREA - 40)
#define FRAME_XMM13 (FRAME_AREA - 56)
#define FRAME_XMM14 (FRAME_AREA - 72)
#define FRAME_XMM15 (FRAME_AREA - 88)
#define FRAME_BYTES (88 - FRAME_AREA)

// MXCSR as wasm needs it: round to nearest, no flush to zero, all exceptions masked. The low six
// bits are sticky flags that nobody relies on.
#define MXCSR_DEFAULT 0x1F80
#define MXCSR_CONTROL 0xFFC0

#endif
