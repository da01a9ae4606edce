import CMachine

/// Counted mode: code that stops at an exactly repeatable place.
///
/// One unit is taken by every function entry and by every pass through a loop's head, the first
/// included; nothing else can make code run for long, but for host functions and bulk operations.
/// The counter is the store's, so that calls between instances share it.
extension FunctionCompiler {
  /// Takes a unit, or traps where none is left.
  ///
  /// Locals and operands are where they are at a label, or after a prologue. rax and the flags must
  /// be free.
  mutating func takeFuel() {
    guard config.countsFuel else { return }
    asm.reserve(64)
    // What stops is the instruction that comes next: of it nothing has been carried out.
    instruction = pc
    asm.load(true, .rax, Memory(.r14, ContextLayout.store))
    asm.alu(.sub, true, Memory(.rax, ContextLayout.fuelInStore), immediate: 1)
    recordTrap()
    trap(if: .below, VM_TRAP_FUEL_EXHAUSTED)
  }
}
