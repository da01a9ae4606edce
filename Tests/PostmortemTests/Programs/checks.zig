//! Gives up in ways that Zig's safety checks find, for tests.
//!
//! Built as ReleaseSafe: the optimiser drops what the checks say and keeps their names.

export var lives: u32 = 0;

export fn crash_overflow() u32 {
    return lives - 1;
}

export fn crash_null() u32 {
    const life: ?*u32 = if (lives == 0) null else &lives;
    return life.?.*;
}

export fn crash_divide() u32 {
    return 5 / lives;
}

export fn crash_unreachable() u32 {
    if (lives == 0) unreachable;
    return 1;
}
