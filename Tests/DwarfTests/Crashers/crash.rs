//! Rust shapes: generics, closures, traits, enums with payload, slices and strings; no standard library.
#![no_std]
#![crate_type = "cdylib"]

use core::panic::PanicInfo;

#[panic_handler]
fn panic(_: &PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}

pub enum Shape {
    Circle { radius: f32 },
    Square(u32),
    Nothing,
}

pub struct Player<'a> {
    pub name: &'a str,
    pub scores: &'a [u16],
    pub shape: Shape,
    pub target: Option<u32>,
    pub at: (i8, i64),
    pub initial: char,
}

#[no_mangle]
pub static mut ZERO: u32 = 0;

fn zero() -> u32 {
    unsafe { core::ptr::read_volatile(&ZERO) }
}

trait Act {
    fn act(&self, n: u32) -> u32;
}

impl Act for Shape {
    #[inline(never)]
    fn act(&self, n: u32) -> u32 {
        match self {
            Shape::Circle { radius } => *radius as u32 + n,
            Shape::Square(side) => 100 / (side * n),
            Shape::Nothing => 0,
        }
    }
}

#[inline(never)]
fn each<F: Fn(u32) -> u32>(count: u32, body: F) -> u32 {
    let mut sum = 0;
    for i in 0..count {
        sum += body(i);
    }
    sum
}

#[inline(always)]
fn halt(player: &Player) -> u32 {
    if player.scores.len() == 3 {
        core::arch::wasm32::unreachable()
    }
    player.at.0 as u32
}

#[inline(never)]
fn play<T: Act + ?Sized>(player: &Player, who: &T) -> u32 {
    let extra = player.target.unwrap_or(1);
    halt(player) + who.act(extra)
}

fn player() -> Player<'static> {
    Player { name: "Ada", scores: &[1, 20, 300], shape: Shape::Square(7), target: Some(9), at: (-3, 1 << 40), initial: 'é' }
}

#[no_mangle]
pub extern "C" fn crash_halt() -> u32 {
    let p = player();
    play(&p, &p.shape as &dyn Act)
}

#[no_mangle]
pub extern "C" fn crash_div0() -> u32 {
    let p = player();
    p.shape.act(zero())
}

#[no_mangle]
pub extern "C" fn crash_closure() -> u32 {
    let values = [5u32, 6, 7];
    each(5, |i| values[(i + zero()) as usize])
}
