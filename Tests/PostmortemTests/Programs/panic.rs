//! Panics of Rust's standard library.
#![crate_type = "cdylib"]

#[no_mangle]
pub static mut ZERO: usize = 0;

fn zero() -> usize {
    unsafe { core::ptr::read_volatile(&ZERO) }
}

#[no_mangle]
pub fn crash_text() {
    if zero() == 0 {
        panic!("no such level");
    }
}

#[no_mangle]
pub fn crash_format() {
    panic!("level {} of {} is missing", zero() + 7, 9);
}

#[no_mangle]
pub fn crash_index() -> u32 {
    let scores = [5u32, 6, 7];
    scores[zero() + 3]
}

#[no_mangle]
pub fn crash_unwrap() -> u32 {
    let target: Option<u32> = if zero() == 0 { None } else { Some(1) };
    target.unwrap()
}

#[no_mangle]
pub fn crash_expect() -> u32 {
    let target: Option<u32> = if zero() == 0 { None } else { Some(1) };
    target.expect("an enemy has a target")
}

#[no_mangle]
pub fn crash_error() -> u32 {
    let parsed: Result<u32, String> = if zero() == 0 { Err("bad".to_string()) } else { Ok(1) };
    parsed.unwrap()
}

#[no_mangle]
pub fn crash_divide() -> usize {
    7 / zero()
}
