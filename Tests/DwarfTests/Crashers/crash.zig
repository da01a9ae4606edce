//! Zig shapes: slices, optionals, error unions, generics, tagged unions.
const Mood = enum(u8) { calm, angry = 4 };

const Shape = union(enum) {
    circle: f32,
    square: u32,
};

const Entity = struct {
    x: i32,
    mood: Mood,
    name: []const u8,
    target: ?u32,
    shape: Shape,
};

fn Stack(comptime T: type) type {
    return struct {
        items: [4]T,
        count: u32,

        const Self = @This();

        noinline fn get(self: *const Self, index: u32) T {
            const doubled = index * 2;
            return self.items[doubled];
        }
    };
}

var zero: u32 = 0;

fn at(v: *volatile u32) u32 {
    return v.*;
}

pub const panic = @import("std").debug.no_panic;

inline fn half(n: i32, d: u32) i32 {
    if (d == 0) @trap();
    return @divTrunc(n, @as(i32, @intCast(d)));
}

noinline fn step(e: *const Entity, d: u32) i32 {
    const base = e.x + @intFromEnum(e.mood);
    return half(base, d);
}

export fn crash_trap() i32 {
    const e = Entity{ .x = 12, .mood = .angry, .name = "imp", .target = 6, .shape = .{ .square = 9 } };
    return step(&e, at(&zero));
}

export fn crash_index() u32 {
    var stack = Stack(u32){ .items = .{ 1, 2, 3, 4 }, .count = 4 };
    stack.count += at(&zero);
    return stack.get(3 + at(&zero));
}
